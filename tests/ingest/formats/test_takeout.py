"""Google Chat and Hangouts out of Google Takeout."""

import json
from pathlib import Path

from tests.ingest.formats.conftest import Read, read_path, said, utc


def test_google_chat_times_with_a_narrow_or_a_plain_space(read: Read) -> None:
    days = [
        "Monday, February 10, 2025 at 3:45:22\u202fPM UTC",
        "Monday, February 10, 2025 at 3:45:22 PM UTC",
        "Montag, 10. Februar 2025 um 15:45:22 UTC",
        "2025年2月10日月曜日 15:45:22 UTC",
    ]
    rows = [{"creator": {"name": "Ann"}, "created_date": day, "text": "hi"} for day in days]

    messages, [summary] = read("messages.json", json.dumps({"messages": rows}))

    assert summary.format == "google-chat"
    assert [utc(message) for message in messages] == ["2025-02-10 15:45:22"] * len(days)


def test_google_chat_owner_is_the_user_of_the_export(tmp_path: Path) -> None:
    def write(name: str, content: object) -> None:
        path = tmp_path / "Google Chat" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content))

    ann, bo = {"name": "Ann", "email": "a@x.org"}, {"name": "Bo", "email": "b@x.org"}
    day = "Monday, February 10, 2025 at 3:45:22 PM UTC"
    write("Users/User 1/user_info.json", {"user": ann})
    write("Groups/DM 1/group_info.json", {"members": [ann, bo]})
    rows = [{"creator": who, "created_date": day, "text": "x"} for who in (ann, bo)]
    write("Groups/DM 1/messages.json", {"messages": rows})

    messages, summaries = read_path(tmp_path)

    assert [(m.chat, m.sender, m.is_subject) for m in messages] == [
        ("Bo", "Ann", True), ("Bo", "Bo", False),
    ]  # fmt: skip
    assert len(summaries) == 1


def test_hangouts_lines_break_where_the_segments_say(read: Read) -> None:
    segments = [{"type": "TEXT", "text": "a"}, {"type": "LINE_BREAK"},
                {"type": "LINK", "text": "x.org"}]  # fmt: skip
    event = {"sender_id": {"gaia_id": "1"}, "timestamp": "1400000000123456",
             "chat_message": {"message_content": {"segment": segments}}}  # fmt: skip
    talk = {"conversation": {"participant_data": [{"id": {"gaia_id": "1"}, "fallback_name": "A"}]}}

    for content in (
        {"conversations": [{"conversation": talk, "events": [event]}]},
        {"conversation_state": [{"conversation_state": talk | {"event": [event]}}]},
    ):
        messages, [summary] = read("Hangouts.json", json.dumps(content))
        assert (summary.format, said(messages)) == ("hangouts", [("A", "a\nx.org")])
        assert utc(messages[0]) == "2014-05-13 16:53:20"


def test_google_chat_bots_are_left_out(read: Read) -> None:
    day = "Monday, February 10, 2025 at 3:45:22 PM UTC"
    kinds = {"Ann": "Human", "Poll": "Bot"}
    rows = [
        {"creator": {"name": name, "user_type": kind}, "created_date": day, "text": name}
        for name, kind in kinds.items()
    ]

    messages, [summary] = read("messages.json", json.dumps({"messages": rows}))

    assert said(messages) == [("Ann", "Ann")]
    assert summary.dropped == {"by a bot": 1}
