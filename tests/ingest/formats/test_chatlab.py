"""ChatLab's open format."""

import json

from tests.ingest.formats.conftest import Read, said, utc

HEADER = {
    "_type": "header",
    "chatlab": {"version": "0.0.2"},
    "meta": {"name": "Soup", "ownerId": 7},
}


def message(sender: object, content: str, kind: int = 0, **more: object) -> dict[str, object]:
    """A line with a message."""
    row = {"_type": "message", "sender": sender, "timestamp": 1703001600, "type": kind}
    return row | {"content": content} | more


def test_owner_and_names_come_from_the_lines_in_front(read: Read) -> None:
    member = {"_type": "member", "platformId": "7", "accountName": "Ann"}
    rows = [HEADER, member, message("7", "hi"), message(8, "yo", accountName="Bo")]

    messages, _ = read("x.jsonl", "".join(json.dumps(row) + "\n" for row in rows))

    assert said(messages) == [("Ann", "hi"), ("Bo", "yo")]
    assert [one.is_subject for one in messages] == [True, False]
    assert (messages[0].chat, utc(messages[0])) == ("Soup", "2023-12-19 16:00:00")


def test_comment_in_front_and_one_damaged_line_lose_nothing_else(read: Read) -> None:
    rows = [json.dumps(HEADER, separators=(",", ":")), json.dumps(message("1", "hi")), '{"_type":']

    messages, [summary] = read("x.jsonl", "# note\n" + "\n".join(rows) + "\n")

    assert said(messages) == [("1", "hi")]
    assert (summary.format, summary.dropped) == ("chatlab", {"damaged": 1})
