"""Slack's export, in a folder or a zip."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from tests.ingest.formats.conftest import Read, read_path, said, utc

USERS = [
    {"id": "U1", "name": "ann", "profile": {"display_name": "Ann", "real_name": "Ann Lind"}},
    {"id": "U2AB", "name": "bo", "profile": {"display_name": "", "real_name": "Bo Ek"}},
    {"id": "U3", "name": "build", "is_bot": True, "profile": {"real_name": "Build"}},
]


def post(second: int, text: str, user: str = "U1", **more: Any) -> dict[str, Any]:
    """A post of a channel."""
    return {
        "type": "message",
        "user": user,
        "text": text,
        "ts": f"{1706776200 + second}.000100",
    } | more


def export(days: dict[str, list[dict[str, Any]]], *, top: str = "") -> bytes:
    """A zip of the export, perhaps with a folder around everything."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(f"{top}users.json", json.dumps(USERS))
        archive.writestr(f"{top}channels.json", json.dumps([{"id": "C1", "name": "general"}]))
        for name, posts in days.items():
            archive.writestr(f"{top}{name}.json", json.dumps(posts))
    return packed.getvalue()


def test_thread_across_days_stays_in_one_chat(read: Read) -> None:
    start = post(0, "who?", thread_ts="1706776200.000100")
    answer = post(90000, "me", "U2AB", thread_ts="1706776200.000100")
    days = {"general/2024-02-01": [start], "general/2024-02-02": [answer]}

    messages, summaries = read("export.zip", export(days))

    assert said(messages) == [("Ann", "who?"), ("Bo Ek", "me")]
    assert {message.chat for message in messages} == {"general"}
    assert utc(messages[1]) == "2024-02-02 09:30:00"
    assert len(summaries) == 1


def test_zip_with_a_folder_around_everything_is_read_the_same(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(export({"general/2024-02-01": [post(0, "hi")]}, top="Reef/"))

    [message], _ = read_path(tmp_path / "x.zip")

    assert (message.chat, message.sender) == ("general", "Ann")


def test_markup_is_read_as_it_is_shown(read: Read) -> None:
    text = (
        "<@U2AB> <@U9|cy> <#C1> <#C2|soup> <!here> <!subteam^S1|@cooks> <https://x.org|x> "
        "<https://y.org/?a=1&amp;b> <mailto:a@example.com|a@example.com> 1 &lt; 2 &amp;lt; :wave:"
    )

    [message], _ = read("x.zip", export({"general/2024-02-01": [post(0, text)]}))

    assert message.text == (
        "@Bo Ek @cy #general #soup @here @cooks x https://y.org/?a=1&b a@example.com "
        "1 < 2 &lt; :wave:"
    )


def test_notices_of_every_kind_are_no_messages(read: Read) -> None:
    kinds = ("channel_join", "channel_topic", "pinned_item", "bot_add", "huddle_thread")
    posts = [post(n, "x", subtype=kind) for n, kind in enumerate(kinds)]

    messages, [summary] = read("x.zip", export({"general/2024-02-01": [post(9, "hi"), *posts]}))

    assert said(messages) == [("Ann", "hi")]
    assert summary.dropped == {"system notice": 5}


def test_posts_of_bots_and_of_apps_under_a_persons_name_are_left_out(read: Read) -> None:
    posts = [
        post(1, "green", "", subtype="bot_message", username="Build"),
        post(2, "green again", "U3"),
        post(3, "in a thread", "U9", bot_id="B1", bot_profile={"name": "Poll"}),
        post(4, "posted with Ann's token", bot_id="B2", app_id="A2"),
        post(5, "You asked me to remind you", "USLACKBOT"),
        post(6, "joined", "U3", subtype="channel_join"),
        post(7, "typed", bot_id=None),
    ]

    messages, [summary] = read("x.zip", export({"general/2024-02-01": posts}))

    assert said(messages) == [("Ann", "typed")]
    assert summary.dropped == {"by a bot": 5, "system notice": 1}
