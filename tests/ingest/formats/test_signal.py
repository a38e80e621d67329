"""Signal through sigexport, sigtop and its own plaintext export."""

import json
import time
from typing import Any

from tests.ingest.formats.conftest import Read, said, utc


def test_reactions_before_attachments_and_stickers_are_no_text(read: Read) -> None:
    text = (
        "[2024-02-01 09:30:05] Ann: look  \n(- Me: 👍, Bo: ❤ -)![p](./media/p.jpg)  \n"
        "[2024-02-01 09:31:05] Me:   \n(( 🙂 ))\n"
        "[2024-02-01 09:32:05] Me: Missed voice call  \n"
    )

    messages, [summary] = read("Ann/chat.md", text)

    assert said(messages) == [("Ann", "look")]
    assert summary.dropped == {"media only": 1, "call": 1}


def test_a_line_of_marks_without_end_is_read_in_linear_time(read: Read) -> None:
    text = "[2024-02-01 09:30:05] Ann: " + "![" * 100_000 + "\n"

    started = time.process_time()
    messages, _ = read("Ann/chat.md", text)

    assert len(messages) == 1
    assert time.process_time() - started < 5


def frames(*rows: dict[str, Any]) -> str:
    """A plaintext export with two people in one chat."""
    known = [
        {"account": {"givenName": "Mia"}},
        {"recipient": {"id": "1", "self": {}}},
        {"recipient": {"id": "2", "contact": {"aci": "QUJD", "nickname": {"given": "Ann"}}}},
        {"chat": {"id": "1", "recipientId": "2"}},
    ]
    items = [
        {"chatItem": {"chatId": "1", "authorId": "2", "dateSent": "1706776200123", "incoming": {}}
         | row}
        for row in rows
    ]  # fmt: skip
    return "".join(json.dumps(row) + "\n" for row in [*known, *items])


def test_mentions_get_their_names_and_story_replies_are_messages(read: Read) -> None:
    mention = {
        "body": "hey \ufffc!",
        "bodyRanges": [{"start": 4, "length": 1, "mentionAci": "QUJD"}],
    }
    text = frames(
        {"standardMessage": {"text": mention}},
        {"directStoryReplyMessage": {"textReply": {"text": {"body": "nice story"}}}},
    )

    messages, _ = read("main.jsonl", text)

    assert said(messages) == [("Ann", "hey @Ann!"), ("Ann", "nice story")]
    assert utc(messages[0]) == "2024-02-01 08:30:00"


def test_items_that_are_no_messages_are_dropped_by_reason(read: Read) -> None:
    text = frames(
        {"standardMessage": {"text": {"body": "hi"}}},
        {"updateMessage": {"individualCall": {}}},
        {"updateMessage": {"simpleUpdate": {}}},
        {"stickerMessage": {}},
        {"poll": {}},
        {"directStoryReplyMessage": {"emoji": "🙂"}},
        {"remoteDeletedMessage": {}},
    )

    _, [summary] = read("main.jsonl", text)

    assert summary.dropped == {
        "call": 1, "system notice": 1, "media only": 1, "poll": 1, "reaction": 1, "deleted": 1,
    }  # fmt: skip


def test_rows_of_signal_desktop_that_lack_their_texts_say_so(read: Read) -> None:
    rows = [{"id": "1", "type": "incoming", "conversationId": "c", "sent_at": 1706776200000}]

    messages, [summary] = read("Ann (+15550100).json", json.dumps(rows))

    assert not messages
    assert any("Signal Desktop 7.42" in note for note in summary.notes)


def test_body_of_a_sigtop_message_may_look_like_fields(read: Read) -> None:
    text = (
        "Conversation: Ann (ann.07)\n\nFrom: You\nType: outgoing\n"
        "Sent: Thu, 1 Feb 2024 09:30:05 -0500\n\nFrom: here\nSent: there\n\nend\n\n"
    )

    messages, _ = read("Ann (ann.07).txt", text)

    assert said(messages) == [("You", "From: here\nSent: there\n\nend")]
    assert messages[0].chat == "Ann"
    assert utc(messages[0]) == "2024-02-01 14:30:05"
