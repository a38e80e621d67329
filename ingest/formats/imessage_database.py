"""Apple Messages' own database: `chat.db` of a Mac, `sms.db` of an iPhone backup.

    message: text NULL, attributedBody <typedstream 'hi'>, date 728469005000000000, is_from_me 1
    handle: id '+15550100'     chat: display_name 'Soup Club'

Opened read-only; what the app has not yet written into it (`chat.db-wal`) is read too where it lies
beside. Newer rows have their text in `attributedBody`. Left out: tapbacks, polls' votes, stickers,
notices, unsent messages, attachments without a text. Times count from 2001, in nanoseconds, older
ones in seconds; UTC.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ingest.databases import MAGIC, opened
from ingest.detect import Head
from ingest.format import (
    DAMAGED,
    DELETED,
    EMPTY,
    MEDIA,
    REACTION,
    SYSTEM,
    Drop,
    Format,
    ReadOptions,
    Row,
    media,
)
from ingest.formats.imessage_phrases import TOLD_TAPBACK
from ingest.source import Source
from ingest.typedstream import attributed_text
from persona.data import Message
from persona.errors import DataError

OWNER = "Me"
EPOCH = datetime(2001, 1, 1, tzinfo=UTC)
NANOSECONDS = 10**12
"""Dates above are nanoseconds: as seconds they would lie 30,000 years ahead."""

SLOT = "\ufffc"
"""Stands in a text where an attachment is; U+FFFD where an app's own message is."""

STICKER = 1000
FIRST_TAPBACK = 2000
NAMES = ("chat.db", "sms.db", "3d0d7e5fb2ce288813306e4d4636395e047a3d28")
_OPTIONAL = ("text", "attributedBody", "associated_message_type", "item_type",
             "cache_has_attachments", "date_edited", "date_retracted")  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Entry:
    """A row of `message` with whose it is and where it stands."""

    number: int
    date: Any
    mine: Any
    handle: str | None
    chat: int | None
    text: str | None
    attributed: bytes | None
    tapback: int | None
    notice: int | None
    attachments: int | None
    edited: int | None
    retracted: int | None


def sniff(head: Head) -> float:
    """A database with its tables; their names may lie behind the head of a large one."""
    if not head.data.startswith(MAGIC):
        return 0.0
    if b"chat_message_join" in head.data:
        return 0.97
    return 0.8 if head.source.name in NAMES else 0.25


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of every chat, in the order in which they came into the database."""
    with opened(source) as database:
        chats = _chats(database)
        before = None
        for entry in _entries(database):
            if entry.number != before:  # a message may stand in two chats
                yield from _row(entry, chats, options)
            before = entry.number


def _known(database: sqlite3.Connection, table: str, columns: Sequence[str]) -> str:
    """Those columns for a query, NULL for what this version's table does not have."""
    there = {row[1] for row in database.execute(f"PRAGMA table_info({table})")}
    return ", ".join(f"{table}.{name}" if name in there else "NULL" for name in columns)


def _entries(database: sqlite3.Connection) -> Iterator[_Entry]:
    rows = database.execute(
        "SELECT message.ROWID, message.date, message.is_from_me, handle.id, j.chat_id,"
        f" {_known(database, 'message', _OPTIONAL)} FROM message"
        " LEFT JOIN handle ON handle.ROWID = message.handle_id"
        " LEFT JOIN chat_message_join j ON j.message_id = message.ROWID ORDER BY message.ROWID"
    )
    return (_Entry(*row) for row in rows)


def _chats(database: sqlite3.Connection) -> dict[int | None, str]:
    """What each chat is called: its name, or who is in it."""
    people: dict[int, list[str]] = {}
    if "NULL" not in _known(database, "chat_handle_join", ["chat_id", "handle_id"]):
        for chat, handle in database.execute(
            "SELECT j.chat_id, h.id FROM chat_handle_join j JOIN handle h ON h.ROWID = j.handle_id"
            " ORDER BY j.chat_id, h.id"
        ):
            people.setdefault(chat, []).append(handle)
    names = _known(database, "chat", ["display_name", "chat_identifier", "guid"])
    return {
        number: name or ", ".join(dict.fromkeys(people.get(number, ()))) or identifier or guid
        for number, name, identifier, guid in database.execute(f"SELECT ROWID, {names} FROM chat")
    }


def _row(entry: _Entry, chats: dict[int | None, str], options: ReadOptions) -> Iterator[Row]:
    kind = entry.tapback or 0
    if entry.notice:
        yield Drop(SYSTEM)
        return
    if kind >= STICKER:
        yield Drop(REACTION if kind >= FIRST_TAPBACK else MEDIA)
        return
    try:
        text = _text(entry)
        when = _time(entry.date)
    except (DataError, TypeError, ValueError, OverflowError):
        yield Drop(DAMAGED)
        return
    chat = chats.get(entry.chat) or entry.handle or "unknown"
    sender = OWNER if entry.mine else entry.handle or chat
    message = Message(chat, sender, when, _typed(text), bool(entry.mine))
    if TOLD_TAPBACK.fullmatch(message.text):
        yield Drop(REACTION)
    elif message.text.strip():
        yield message
    elif entry.attachments or text:
        yield media(options, message)
    else:
        yield Drop(DELETED if entry.retracted or entry.edited else EMPTY)


def _text(entry: _Entry) -> str:
    if entry.text:
        return entry.text
    return attributed_text(entry.attributed) if entry.attributed else ""


def _typed(text: str) -> str:
    """`text` without the places of attachments; what stands between two of them is a line."""
    parts = text.replace("\ufffd", SLOT).split(SLOT)
    return "\n".join(part.strip() for part in parts if part.strip()) if len(parts) > 1 else text


def _time(value: int | None) -> datetime | None:
    if not value:
        return None
    if abs(value) > NANOSECONDS:
        return EPOCH + timedelta(microseconds=value // 1000)
    return EPOCH + timedelta(seconds=value)


FORMAT = Format(
    name="imessage-database",
    sniff=sniff,
    parse=parse,
    companions=frozenset(name + end for name in NAMES for end in ("-wal", "-shm")),
)
