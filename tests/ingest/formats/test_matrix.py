"""Element's exports of Matrix rooms: edits, quotations and what cannot be read."""

import json

from tests.ingest.formats.conftest import Read, said


def room(*events: dict[str, object], exported_by: str = "Ann") -> str:
    """An export."""
    about = {"room_name": "Reef", "room_creator": "Ann", "topic": "", "exported_by": exported_by}
    rows = [
        {"sender": "@ann:x.org", "origin_server_ts": 1706776200123, "event_id": f"${number}",
         "type": "m.room.message"} | event
        for number, event in enumerate(events)
    ]  # fmt: skip
    return json.dumps(about | {"messages": rows}, indent=2)


def text(body: str, **more: object) -> dict[str, object]:
    """A message's content."""
    return {"content": {"msgtype": "m.text", "body": body} | more}


def test_matrix_edit_takes_the_place_of_its_message(read: Read) -> None:
    new = {"m.new_content": {"msgtype": "m.text", "body": "hello"},
           "m.relates_to": {"rel_type": "m.replace", "event_id": "$0"}}  # fmt: skip

    messages, [summary] = read("e.json", room(text("helo"), text("* hello", **new)))

    assert [words for _, words in said(messages)] == ["hello"]
    assert summary.dropped == {"duplicate": 1}


def test_matrix_reply_keeps_only_what_is_new(read: Read) -> None:
    reply = {"m.relates_to": {"m.in_reply_to": {"event_id": "$0"}}}
    quoted = text("> <@bo:x.org> old\n> older\n\nnew\n> my own quotation", **reply)

    messages, _ = read("e.json", room(quoted, text("> a quotation, no reply")))

    assert [words for _, words in said(messages)] == [
        "new\n> my own quotation", "> a quotation, no reply",
    ]  # fmt: skip


def test_matrix_redacted_and_undecrypted_messages_are_left_out(read: Read) -> None:
    events = [{"content": {}}, text("x", msgtype="m.bad.encrypted"),
              {"type": "m.room.encrypted", "content": {"body": "x"}}, text("left")]  # fmt: skip

    messages, [summary] = read("e.json", room(*events))

    assert [words for _, words in said(messages)] == ["left"]
    assert summary.dropped == {"not decrypted": 2, "deleted": 1}


def test_matrix_owner_is_told_by_the_name_he_joined_with(read: Read) -> None:
    joined = {"type": "m.room.member", "state_key": "@ann:x.org",
              "content": {"membership": "join", "displayname": "Ann"}}  # fmt: skip

    messages, _ = read("e.json", room(joined, text("mine"), text("his") | {"sender": "@bo:x.org"}))
    assert [m.is_subject for m in messages] == [True, False]

    messages, _ = read("e.json", room(text("whose?")))
    assert [m.is_subject for m in messages] == [None]


def test_matrix_text_is_told_from_whatsapp_by_what_only_matrix_writes(read: Read) -> None:
    lines = "2/1/2024, 9:30:02 AM - Ann: hi\n2/1/2024, 9:31:03 AM - Bo: {}\n"

    assert read("export.txt", lines.format("hey"))[1][0].format == "whatsapp"
    messages, [summary] = read("export.txt", lines.format('<@ann:x.org "hi"> hey'))
    assert (summary.format, said(messages)[1]) == ("matrix-text", ("Bo", "hey"))


def test_matrix_notices_are_what_bots_say(read: Read) -> None:
    messages, [summary] = read("e.json", room(text("build?"), text("green", msgtype="m.notice")))

    assert [words for _, words in said(messages)] == ["build?"]
    assert summary.dropped == {"by a bot": 1}
