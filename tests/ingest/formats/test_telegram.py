"""Telegram Desktop's result.json, one chat or the whole account, sound or not."""

import json
from typing import Any

from ingest.format import FORWARDED, ReadOptions
from tests.ingest.formats.conftest import Read, naive, said, utc


def post(number: int, sender: str | None, text: object, **more: object) -> dict[str, Any]:
    """A message row, as the program writes them."""
    stamp = {"date": f"2024-02-01T09:30:{number:02}", "date_unixtime": str(1706776200 + number)}
    row = {"id": number, "type": "message", **stamp, "from": sender, "from_id": f"user{number}"}
    return row | {"text": text, "text_entities": []} | more


def single(*posts: dict[str, Any]) -> str:
    """The export of one chat."""
    chat = {"name": "Ann", "type": "personal_chat", "id": 7, "messages": list(posts)}
    return json.dumps(chat, indent=1, ensure_ascii=False)


def test_text_sender_and_time_of_one_chat(read: Read) -> None:
    pieces = ["see ", {"type": "link", "text": "x.org"}, " ok\nbye"]

    messages, [summary] = read("result.json", single(post(1, "Ann", pieces), post(2, "Bo", "hm")))

    assert said(messages) == [("Ann", "see x.org ok\nbye"), ("Bo", "hm")]
    assert utc(messages[0]) == "2024-02-01 08:30:01"
    assert f"{messages[0].sent_at}" == "2024-02-01 09:30:01+01:00"
    assert (messages[0].chat, summary.format) == ("Ann", "telegram")


def test_control_characters_as_hex_escapes_lose_no_row(read: Read) -> None:
    text = single(post(1, "Ann", "bell MARK here \\ back\\x41"), post(2, "Bo", "fine"))

    messages, [summary] = read("result.json", text.replace("MARK", r"\x07"))

    assert said(messages) == [("Ann", "bell \x07 here \\ back\\x41"), ("Bo", "fine")]
    assert not summary.dropped


def test_unquoted_document_id_loses_no_row(read: Read) -> None:
    piece = {"type": "custom_emoji", "text": "🙂", "document_id": "PATH"}
    text = single(post(1, "Ann", ["a ", piece]), post(2, "Bo", "fine"))

    messages, _ = read(
        "result.json", text.replace('"PATH"', "(File not included. Change data exporting settings)")
    )

    assert said(messages) == [("Ann", "a 🙂"), ("Bo", "fine")]


def test_whole_account_export_gives_every_chat_and_marks_its_owner(read: Read) -> None:
    chats = [
        {"name": "Ann", "type": "personal_chat", "id": 2,
         "messages": [post(1, "Me", "hi"), post(2, "Ann", "hey")]},
        {"type": "saved_messages", "id": 1, "messages": [post(1, "Me", "milk")]},
        {"name": None, "type": "personal_chat", "id": 9, "messages": [post(3, None, "gone")]},
    ]  # fmt: skip
    left = [{"name": "Ann", "type": "private_group", "id": 3, "messages": [post(2, "Ann", "bye")]}]
    account = {
        "about": "Here is the data you requested.",
        "personal_information": {"user_id": 1, "first_name": "Me"},
        "chats": {"about": "x", "list": chats},
        "left_chats": {"about": "x", "list": left},
    }

    messages, _ = read("result.json", json.dumps(account, indent=1))

    assert [(m.chat, m.sender, m.text, m.is_subject) for m in messages] == [
        ("Ann", "Me", "hi", True),
        ("Ann", "Ann", "hey", False),
        ("Saved Messages", "Me", "milk", True),
        ("Deleted Account 9", "user3", "gone", False),
        ("Ann (3)", "Ann", "bye", False),
    ]


def test_what_others_wrote_and_the_sender_passed_on_is_left_out_as_forwarded(read: Read) -> None:
    posts = [
        post(1, "Ann", "by Cy", forwarded_from="Cy"),
        post(2, "Ann", "by a lost account", forwarded_from=None),
        post(3, "Ann", "by another Ann", forwarded_from="Ann", forwarded_from_id="user9"),
        post(4, "Ann", "", forwarded_from="Cy", photo="photos/photo_1.jpg"),
        post(5, "Ann", "mine"),
    ]

    for options in (ReadOptions(), ReadOptions(keep_media=True)):
        messages, [summary] = read("result.json", single(*posts), options)
        assert said(messages) == [("Ann", "mine")]
        assert summary.dropped == {FORWARDED: 4}


def test_own_words_passed_on_from_another_chat_are_own_words(read: Read) -> None:
    posts = [
        post(1, "Ann", "mine", forwarded_from="Ann"),
        post(2, "Ann", "too", forwarded_from="Ann", forwarded_from_id="user2"),
    ]

    messages, [summary] = read("result.json", single(*posts))

    assert said(messages) == [("Ann", "mine"), ("Ann", "too")]
    assert not summary.dropped


def test_old_export_without_date_unixtime_has_local_times(read: Read) -> None:
    old = {"id": 1, "type": "message", "date": "2019-02-01T09:30:05", "from": "Ann",
           "from_id": 4414, "text": "hi"}  # fmt: skip

    messages, _ = read("result.json", single(old))

    assert str(naive(messages[0])) == "2019-02-01 09:30:05"


def test_rows_with_date_unixtime_only_are_in_utc(read: Read) -> None:
    row = post(1, "Ann", "hi")
    del row["date"]

    messages, _ = read("result.json", single(row | {"id": 1}, post(2, "Bo", "x")))

    assert utc(messages[0]) == "2024-02-01 08:30:01"


def test_rows_that_are_no_messages_are_dropped_by_reason(read: Read) -> None:
    posts = [
        post(1, None, "", type="service", actor="Ann", action="pin_message"),
        post(2, "Ann", "", media_type="video_message", file="v.mp4"),
        post(3, "Ann", "look", photo="p.jpg"),
        post(4, "Ann", "", media_type="sticker", sticker_emoji="🙂", file="s.webp"),
        {"id": 5, "type": "unsupported"},
        post(6, "Ann", "", poll={"question": "who?", "answers": []}),
        post(7, "Ann", ""),
    ]

    messages, [summary] = read("result.json", single(*posts))
    kept, _ = read("result.json", single(*posts), ReadOptions(keep_media=True))

    assert said(messages) == [("Ann", "look")]
    assert summary.dropped == {"media only": 3, "system notice": 1, "unsupported": 1, "empty": 1}
    assert said(kept)[0] == ("Ann", "<video_message>")
    assert said(kept)[2] == ("Ann", "<sticker 🙂>")


def test_cut_export_gives_what_is_whole(read: Read) -> None:
    whole = single(*(post(n, "Ann", f"number {n}") for n in range(1, 20)))

    messages, [summary] = read("result.json", whole[: len(whole) - 150])

    assert len(messages) >= 17
    assert summary.dropped == {"damaged": 1}


def test_export_in_one_line_and_with_a_byte_order_mark_is_read(read: Read) -> None:
    compact = json.dumps(json.loads(single(post(1, "Ann", "a ] } b"), post(2, "Bo", "c"))))

    messages, _ = read("result.json", b"\xef\xbb\xbf" + compact.encode())

    assert said(messages) == [("Ann", "a ] } b"), ("Bo", "c")]


def test_bytes_that_are_no_character_lose_no_row(read: Read) -> None:
    text = single(post(1, "Ann", "one"), post(2, "Bo", "bad MARK byte"), post(3, "Ann", "three"))

    messages, [summary] = read("result.json", text.encode().replace(b"MARK", b"\xff"))

    assert said(messages) == [("Ann", "one"), ("Bo", "bad \ufffd byte"), ("Ann", "three")]
    assert not summary.dropped


def test_in_a_chat_with_a_bot_only_the_person_speaks(read: Read) -> None:
    posts = [post(1, "Me", "/start"), post(7, "Helper", "Welcome!")]
    old = [row | {"from_id": row["id"]} for row in posts]
    for rows in (posts, old):
        text = single(*rows).replace("personal_chat", "bot_chat")

        messages, [summary] = read("result.json", text)

        assert said(messages) == [("Me", "/start")]
        assert summary.dropped == {"by a bot": 1}
