"""Messenger's and Instagram's JSON."""

import json
from pathlib import Path
from typing import Any

import pytest

from ingest.formats.meta import mended
from tests.ingest.formats.conftest import Read, read_path, said, utc


def thread(*posts: tuple[str, str], start: int = 1700000000000) -> dict[str, Any]:
    """A thread, newest first, as the export has it."""
    rows = [
        {"sender_name": who, "timestamp_ms": start + 1000 * number, "content": text}
        for number, (who, text) in enumerate(posts)
    ]
    return {"participants": [{"name": "Ann"}], "messages": rows[::-1], "title": "Ann"}


def mangled(text: str) -> str:
    """`text` as Facebook writes it: UTF-8 read as Latin-1."""
    return text.encode().decode("latin-1")


@pytest.mark.parametrize("text", ["café", "“quoted”", "👍🏽", "naïve ä", "plain", "你好"])
def test_mangled_text_is_mended_and_sound_text_is_left_alone(text: str) -> None:
    assert mended(mangled(text)) == text
    assert mended(text) == text


def test_byte_order_mark_and_sound_text_beside_mangled_text_lose_nothing(read: Read) -> None:
    posts = thread(("Ann", mangled("é“x”")), ("Bo", "already “fine”"))
    data = b"\xef\xbb\xbf" + json.dumps(posts, ensure_ascii=False).encode()

    messages, _ = read("ann_1/message_1.json", data)

    assert said(messages) == [("Ann", "é“x”"), ("Bo", "already “fine”")]
    assert utc(messages[0]) == "2023-11-14 22:13:20"


def test_files_of_a_thread_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for number in (1, 2, 10):
        posts = thread(("Ann", f"file {number}"), start=1700000000000 - number)
        path = tmp_path / "inbox" / "ann_1" / f"message_{number}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(posts))

    messages, summaries = read_path(tmp_path)

    assert [message.text for message in messages] == ["file 10", "file 2", "file 1"]
    assert len(summaries) == 1


def test_what_a_person_tells_of_others_is_a_message(read: Read) -> None:
    told = [
        "Ann called you",
        "mom called me",
        "he sent a photo.",
        "she unsent a message",
        "You rock",
    ]

    messages, [summary] = read(
        "ann_1/message_1.json", json.dumps(thread(*(("Bo", words) for words in told)))
    )

    assert [message.text for message in messages] == told
    assert not summary.dropped


def test_what_the_app_tells_of_its_sender_is_dropped_by_reason(read: Read) -> None:
    told = [
        "Bo called Ann.",
        "You missed a video call with Bo.",
        "Bo sent an attachment.",
        "Bo unsent a message",
        "Bo left the group.",
        "Reacted ❤ to your message",
        "Liked a message",
    ]

    _, [summary] = read(
        "ann_1/message_1.json", json.dumps(thread(("Bo", "hi"), *(("Bo", words) for words in told)))
    )

    assert summary.dropped == {
        "call": 2, "media only": 1, "deleted": 1, "system notice": 1, "reaction": 2,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("place", "profile"),
    [
        ("personal_information/profile_information/profile_information.json",
         {"profile_v2": {"name": {"full_name": mangled("Mía Ek"), "first_name": "M"}}}),
        ("personal_information/personal_information/personal_information.json",
         {"profile_user": [{"string_map_data": {"Username": {"value": "mia"},
                                                "Name": {"value": mangled("Mía Ek")}}}]}),
    ],
)  # fmt: skip
def test_owner_is_known_by_the_profile_in_the_download(
    tmp_path: Path, place: str, profile: dict[str, Any]
) -> None:
    posts = thread((mangled("Mía Ek"), "mine"), ("Ann", "hers"))
    for inner, content in (("your_activity/messages/inbox/ann_1/message_1.json", posts),
                           (place, profile)):  # fmt: skip
        path = tmp_path / inner
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content))

    messages, summaries = read_path(tmp_path)

    assert [(one.sender, one.is_subject) for one in messages] == [("Mía Ek", True), ("Ann", False)]
    assert len(summaries) == 1


def test_owner_who_is_not_in_a_thread_marks_nobody_there(tmp_path: Path) -> None:
    path = tmp_path / "your_activity/messages/inbox/ann_1/message_1.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(thread(("Ann", "hi"), ("Bo", "yo"))))
    profile = tmp_path / "personal_information/profile_information/profile_information.json"
    profile.parent.mkdir(parents=True)
    profile.write_text(json.dumps({"profile_v2": {"name": {"full_name": "Somebody Else"}}}))

    assert {one.is_subject for one in read_path(tmp_path)[0]} == {None}


def test_encrypted_thread_is_called_like_the_part_of_it_in_the_main_download(read: Read) -> None:
    rows = [
        {"senderName": "Bo", "timestamp": 1700000001000, "text": text, "type": kind}
        for text, kind in (("hi", "text"), ("https://example.com", "link"), ("?", "placeholder"))
    ]
    encrypted = {"participants": ["Mia", "Bo"], "threadName": "Bo_40", "messages": rows}

    messages, [summary] = read("Bo_40.json", json.dumps(encrypted))

    assert {message.chat for message in messages} == {"Bo"}
    assert [message.text for message in messages] == ["https://example.com", "hi"]
    assert summary.dropped == {"unsupported": 1}
