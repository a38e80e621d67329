"""Apple Messages: the database, and what imessage-exporter writes."""

import sqlite3
from pathlib import Path

import pytest

from ingest.format import ReadOptions
from ingest.typedstream import attributed_text
from persona.errors import DataError
from tests.ingest.formats.conftest import Read, naive, read_path, said, utc
from tests.ingest.formats.messages_database import build, keyed_archive, row, typedstream


@pytest.mark.parametrize("length", [1, 127, 128, 255, 256, 300, 65535, 65536, 70000])
def test_length_of_a_text_is_read_in_one_two_or_four_bytes(length: int) -> None:
    assert attributed_text(typedstream("x" * length)) == "x" * length


def test_text_in_a_keyed_archive_is_read() -> None:
    assert attributed_text(keyed_archive("ça va 🙂")) == "ça va 🙂"


@pytest.mark.parametrize("data", [b"", b"bplist00", b"streamtyped", typedstream("abc" * 50)[:90]])
def test_damaged_text_is_an_error_not_half_a_text(data: bytes) -> None:
    with pytest.raises(DataError):
        attributed_text(data)


def test_text_that_is_null_is_read_from_the_attributed_body(tmp_path: Path) -> None:
    build(
        tmp_path / "chat.db", [row(1, None, handle_id=1, attributedBody=typedstream("y" * 300))]
    ).close()

    messages, _ = read_path(tmp_path / "chat.db")

    assert said(messages) == [("+15550100", "y" * 300)]


def test_dates_in_seconds_and_in_nanoseconds_are_told_apart(tmp_path: Path) -> None:
    rows = [row(1, "old", handle_id=1, date=400_000_000),
            row(1, "new", handle_id=1, date=728469005_123456000)]  # fmt: skip
    build(tmp_path / "chat.db", rows).close()

    old, new = read_path(tmp_path / "chat.db")[0]

    assert utc(old) == "2013-09-04 15:06:40"
    assert f"{new.sent_at}" == "2024-02-01 08:30:05.123456+00:00"


def test_tapbacks_are_no_messages_whatever_their_number(tmp_path: Path) -> None:
    kinds = [2000, 2005, 2006, 3000, 3007]
    rows = [row(1, "Loved “x”", associated_message_type=kind) for kind in kinds]
    build(tmp_path / "chat.db", [row(1, "x", handle_id=1), *rows]).close()

    messages, [summary] = read_path(tmp_path / "chat.db")

    assert len(messages) == 1
    assert summary.dropped == {"reaction": 5}


def test_place_of_an_attachment_is_no_part_of_the_text(tmp_path: Path) -> None:
    rows = [row(1, "\ufffcone\ufffctwo ", handle_id=1), row(1, "\ufffc", handle_id=1)]
    build(tmp_path / "chat.db", rows).close()

    messages, [summary] = read_path(tmp_path / "chat.db")
    kept, _ = read_path(tmp_path / "chat.db", ReadOptions(keep_media=True))

    assert said(messages) == [("+15550100", "one\ntwo")]
    assert summary.dropped == {"media only": 1}
    assert said(kept)[1] == ("+15550100", "<media>")


def test_sent_messages_are_the_owners_and_groups_have_their_names(tmp_path: Path) -> None:
    build(tmp_path / "chat.db", [row(2, "me", is_from_me=1), row(3, "bo", handle_id=2)]).close()

    mine, theirs = read_path(tmp_path / "chat.db")[0]

    assert (mine.chat, mine.sender, mine.is_subject) == ("Soup Club", "Me", True)
    assert (theirs.chat, theirs.sender) == ("+15550100, bo@example.com", "bo@example.com")
    assert theirs.is_subject is False


def test_message_that_stands_in_two_chats_counts_once(tmp_path: Path) -> None:
    build(tmp_path / "chat.db", [row(1, "once", handle_id=1)]).close()
    with sqlite3.connect(tmp_path / "chat.db") as database:
        database.execute("INSERT INTO chat_message_join VALUES (2, 1)")

    assert said(read_path(tmp_path / "chat.db")[0]) == [("+15550100", "once")]


def test_messages_still_in_the_log_are_read_and_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "chat.db"
    program = build(path, [row(1, "in the log", handle_id=1)], journal="WAL")
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert before["chat.db-wal"]

    messages, summaries = read_path(tmp_path)

    assert said(messages) == [("+15550100", "in the log")]
    assert len(summaries) == 1
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before
    program.close()


def test_older_database_without_the_newer_columns_is_read(tmp_path: Path) -> None:
    build(tmp_path / "chat.db", [row(1, "hi", handle_id=1)]).close()
    with sqlite3.connect(tmp_path / "chat.db") as database:
        for name in ("attributedBody", "date_edited", "date_retracted", "associated_message_type"):
            database.execute(f"ALTER TABLE message DROP COLUMN {name}")
        database.execute("ALTER TABLE chat DROP COLUMN display_name")
        database.execute("DROP TABLE chat_handle_join")

    assert said(read_path(tmp_path / "chat.db")[0]) == [("+15550100", "hi")]


def test_another_programs_database_is_named_with_its_reason(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "notes.db") as database:
        database.execute("CREATE TABLE note (text TEXT)")

    messages, [summary] = read_path(tmp_path / "notes.db")

    assert not messages
    assert "not the database it seems" in (summary.error or "")


def entry(when: str, who: str, *lines: str) -> str:
    """A message as the plain text has it."""
    return "\n".join([f"Feb 01, 2024 {when}", who, *lines]) + "\n\n"


def test_reply_that_is_written_twice_counts_once_at_its_own_time(read: Read) -> None:
    reply = "    Feb 01, 2024  9:31:00 AM\n    Me\n    yes\nof two lines\n\n"
    text = (
        entry(" 9:30:00 AM", "Ann", "soup?", reply)
        + entry(" 9:30:30 AM", "Ann", "hello?")
        + entry(" 9:31:00 AM", "Me", "yes", "of two lines",
                "This message responded to an earlier message.")
    )  # fmt: skip

    messages, _ = read("Ann.txt", text)

    assert said(messages) == [("Ann", "soup?"), ("Ann", "hello?"), ("Me", "yes\nof two lines")]
    assert str(naive(messages[2])) == "2024-02-01 09:31:00"
    assert [message.is_subject for message in messages] == [False, False, True]


@pytest.mark.parametrize("title", ["Tapbacks:", "Reactions:"])
@pytest.mark.parametrize("indent", ["", "    "])
def test_tapbacks_are_no_part_of_a_text(read: Read, title: str, indent: str) -> None:
    text = entry(
        "12:30:00 PM", "Ann", "soup", title, f"{indent}Loved by Me", f"{indent}😀 by Bo Ek"
    )

    assert said(read("Ann.txt", text)[0]) == [("Ann", "soup")]


def test_text_that_only_looks_like_a_list_of_tapbacks_stays(read: Read) -> None:
    text = entry("12:30:00 PM", "Ann", "today", "Reactions:", "none", "bread by hand")

    assert said(read("Ann.txt", text)[0]) == [("Ann", "today\nReactions:\nnone\nbread by hand")]


def test_stamp_inside_a_text_begins_no_message(read: Read) -> None:
    text = entry("12:30:00 PM", "Ann", "she wrote", "Feb 01, 2024 12:29:00 PM", "Bo", "in it")

    assert len(read("Ann.txt", text)[0]) == 1


def test_announcements_are_notices_and_no_text_of_the_message_before(read: Read) -> None:
    text = entry("12:30:00 PM", "Ann", "hi") + "Feb 01, 2024 12:31:00 PM You renamed the chat\n\n"

    messages, [summary] = read("Ann.txt", text)

    assert said(messages) == [("Ann", "hi")]
    assert summary.dropped == {"system notice": 1}


@pytest.mark.parametrize(
    "told",
    ["Loved “soup”", "Laughed at an image", "Removed a heart from “a\nb”", "Reacted 🙂 to “x”"],
)
def test_tapback_that_came_as_a_text_message_is_none(read: Read, told: str) -> None:
    text = entry("12:30:00 PM", "Ann", "Loved it") + entry("12:31:00 PM", "Bo", told)

    messages, [summary] = read("Ann.txt", text)

    assert said(messages) == [("Ann", "Loved it")]
    assert summary.dropped == {"reaction": 1}


def test_owner_under_another_name_is_known_by_who_read_the_messages(read: Read) -> None:
    text = entry("12:30:00 PM", "Mia", "hi") + entry(
        "12:31:00 PM (Read by them after 5 seconds)", "Mia", "there?"
    )

    assert [message.is_subject for message in read("Ann.txt", text)[0]] == [True, True]
