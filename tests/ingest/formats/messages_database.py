"""Builds a small database as Apple Messages keeps it: for the tests, and for the sample.

python -m tests.ingest.formats.messages_database   writes the sample anew
"""

import plistlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

SAMPLE = Path(__file__).parents[3] / "samples/formats/imessage-database/chat.db"
TABLES = """
CREATE TABLE message (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT UNIQUE NOT NULL, text TEXT,
  handle_id INTEGER DEFAULT 0, attributedBody BLOB, service TEXT, date INTEGER,
  is_from_me INTEGER DEFAULT 0, cache_has_attachments INTEGER DEFAULT 0,
  item_type INTEGER DEFAULT 0, associated_message_guid TEXT,
  associated_message_type INTEGER DEFAULT 0, date_edited INTEGER DEFAULT 0,
  date_retracted INTEGER DEFAULT 0);
CREATE TABLE handle (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, service TEXT);
CREATE TABLE chat (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT UNIQUE NOT NULL,
  style INTEGER, chat_identifier TEXT, display_name TEXT);
CREATE TABLE chat_message_join (chat_id INTEGER, message_id INTEGER,
  PRIMARY KEY (chat_id, message_id));
CREATE TABLE chat_handle_join (chat_id INTEGER, handle_id INTEGER);
INSERT INTO handle VALUES (1, '+15550100', 'iMessage'), (2, 'bo@example.com', 'iMessage');
INSERT INTO chat VALUES (1, 'iMessage;-;+15550100', 45, '+15550100', ''),
  (2, 'iMessage;+;chat7', 43, 'chat7', 'Soup Club'), (3, 'iMessage;+;chat8', 43, 'chat8', NULL);
INSERT INTO chat_handle_join VALUES (1, 1), (2, 1), (2, 2), (3, 2), (3, 1);
"""
START = 728469005
"""2024-02-01 08:30:05 UTC in seconds since 2001."""


def typedstream(text: str) -> bytes:
    """`text` as an attributed string, its length in as many bytes as it needs."""
    raw = text.encode()
    count = len(raw)
    if count < 0x80:
        length = bytes([count])
    elif count < 0x10000:
        length = b"\x81" + count.to_bytes(2, "little")
    else:
        length = b"\x82" + count.to_bytes(4, "little")
    start = b"\x04\x0bstreamtyped\x81\xe8\x03\x84\x01@\x84\x84\x84\x12NSAttributedString\x00"
    middle = b"\x84\x84\x08NSObject\x00\x85\x92\x84\x84\x84\x08NSString\x01\x94\x84\x01+"
    return start + middle + length + raw + b"\x86\x84\x02iI\x01\x05\x92\x84\x84\x84\x0cNSDictionary"


def keyed_archive(text: str) -> bytes:
    """`text` as an attributed string in a keyed archive."""
    uid = plistlib.UID
    objects = ["$null", {"NSString": uid(2), "$class": uid(3)},
               {"NS.string": text, "$class": uid(4)},
               {"$classname": "NSAttributedString"}, {"$classname": "NSString"}]  # fmt: skip
    archive = {"$version": 100000, "$archiver": "NSKeyedArchiver", "$top": {"root": uid(1)},
               "$objects": objects}  # fmt: skip
    return plistlib.dumps(archive, fmt=plistlib.FMT_BINARY)


def row(chat: int, text: str | None, **more: Any) -> dict[str, Any]:
    """A message of a chat; `more` are columns."""
    return {"chat": chat, "text": text} | more


def build(
    path: Path, rows: Sequence[dict[str, Any]], *, journal: str = "DELETE"
) -> sqlite3.Connection:
    """Writes a database with these messages, a minute after one another, in nanoseconds.

    Returns the open connection: closing it moves a log (journal="WAL") into the database.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    database = sqlite3.connect(path)
    database.execute("PRAGMA page_size = 1024")
    database.execute(f"PRAGMA journal_mode = {journal}")
    database.executescript(TABLES)
    for number, given in enumerate(rows, start=1):
        values = {"ROWID": number, "guid": f"G{number}",
                  "date": (START + 60 * number) * 10**9} | given  # fmt: skip
        chat = values.pop("chat")
        marks = ", ".join("?" * len(values))
        database.execute(
            f"INSERT INTO message ({', '.join(values)}) VALUES ({marks})", list(values.values())
        )
        database.execute("INSERT INTO chat_message_join VALUES (?, ?)", (chat, number))
    database.commit()
    return database


ROWS = [
    row(1, "plain text\nof two lines", handle_id=1),
    row(1, None, is_from_me=1, attributedBody=typedstream("from the typedstream 🙂")),
    row(1, None, handle_id=1, attributedBody=typedstream("long: " + "ab" * 70)),
    row(1, None, is_from_me=1, attributedBody=keyed_archive("from the archive")),
    row(1, "Loved “plain text”", is_from_me=1, associated_message_type=2000),
    row(1, "Removed a heart from “plain text”", is_from_me=1, associated_message_type=3000),
    row(1, "\ufffc", handle_id=1, cache_has_attachments=1),
    row(1, "\ufffclook", handle_id=1, cache_has_attachments=1),
    row(2, "who brings bread?", handle_id=2),
    row(2, None, handle_id=2, item_type=2),
    row(2, None, handle_id=1, date_retracted=1),
    row(3, "no name here", handle_id=2),
    row(1, "before High Sierra", handle_id=1, date=500_000_000),
    row(2, None, handle_id=1, attributedBody=b"\x04\x0bstreamtyped cut"),
]


if __name__ == "__main__":
    build(SAMPLE, ROWS).close()
