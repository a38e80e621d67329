"""KakaoTalk's exports: three ways to begin a line, two languages, and a table from the Mac."""

import pytest

from ingest.format import ReadOptions
from tests.ingest.formats.conftest import Read, said, times

PC = "방 님과 카카오톡 대화\n저장한 날짜 : 2024-03-05 22:14:03\n\n"
DAY = "--------------- 2024년 3월 4일 월요일 ---------------\n"


@pytest.mark.parametrize(
    ("stamp", "meant"),
    [
        ("2016년 2월 5일 오전 1:33", "2016-02-05 01:33"),
        ("2016년 2월 5일 오전 12:33", "2016-02-05 00:33"),
        ("2016년 2월 5일 오후 12:33", "2016-02-05 12:33"),
        ("2024. 3. 5. 오후 3:07", "2024-03-05 15:07"),
        ("2026. 1. 27. 21:37", "2026-01-27 21:37"),
        ("2026.1.27. 오전 9:37", "2026-01-27 09:37"),
        ("February 10, 2016, 2:33 AM", "2016-02-10 02:33"),
        ("Jul 9, 2015, 8:34 PM", "2015-07-09 20:34"),
        ("Oct 1, 2026 at 15:15", "2026-10-01 15:15"),
        ("August 8, 2023 at 10:05\u202fp.m.", "2023-08-08 22:05"),
        ("10 February 2016 at 2:33 pm", "2016-02-10 14:33"),
    ],
)
def test_every_stamp_of_a_phone(read: Read, stamp: str, meant: str) -> None:
    messages, _ = read("x.txt", f"{stamp}, 김 하늘 : hi : there\n")

    assert said(messages) == [("김 하늘", "hi : there")]
    assert times(messages) == [meant]


def test_owner_is_marked_on_phones(read: Read) -> None:
    for owner in ("회원님", "you", "You"):
        text = f"2016년 2월 5일 오전 1:33, {owner} : hi\n2016년 2월 5일 오전 1:34, 김 : hi\n"
        messages, _ = read("x.txt", text)
        assert [message.is_subject for message in messages] == [True, False]


def test_owner_is_not_marked_where_a_phone_wrote_the_name(read: Read) -> None:
    text = "2016년 2월 5일 오전 1:33, 이 : hi\n2016년 2월 5일 오전 1:34, 김 : hi\n"

    assert [message.is_subject for message in read("x.txt", text)[0]] == [None, None]


def test_pasted_messages_stay_in_the_text_of_who_pasted_them(read: Read) -> None:
    said_at = [f"[김] [오후 1:{minute:02}] {minute}\n" for minute in range(10)]
    said_at.insert(5, "[김] [오전 9:00] old\nlines\n")

    messages, _ = read("x.txt", PC + DAY + "".join(said_at))

    assert [message.text for message in messages] == [
        *"0123", "4\n[김] [오전 9:00] old\nlines", *"56789",
    ]  # fmt: skip


def test_lines_without_a_time_that_tell_who_came_and_went_are_notices(read: Read) -> None:
    text = f"{PC}{DAY}[김] [오후 1:00] hi\n이님이 들어왔습니다.\n운영정책\n[김] [오후 1:01] yo\n"

    messages, [summary] = read("x.txt", text)

    assert said(messages) == [("김", "hi"), ("김", "yo")]
    assert summary.dropped == {"system notice": 1}


def test_photos_are_media_only_as_a_whole_text(read: Read) -> None:
    text = f"{PC}{DAY}[김] [오후 1:00] 사진\n[김] [오후 1:01] 사진 좋다\n[김] [오후 1:02] Photo\n"

    dropped, [summary] = read("x.txt", text)
    kept, _ = read("x.txt", text, ReadOptions(keep_media=True))

    assert said(dropped) == [("김", "사진 좋다")]
    assert summary.dropped == {"media only": 2}
    assert [message.text for message in kept] == ["<media>", "사진 좋다", "<media>"]


def test_mac_table_keeps_line_breaks_and_drops_notices_about_the_sender(read: Read) -> None:
    rows = '2024-03-04 20:34:26,"Mia","a\nb"\n2024-03-04 20:34:27,"Mia","Mia invited Jon."\n'
    name = "KakaoTalk_Chat_Tea_2024-03-05-22-14-03.csv"

    messages, [summary] = read(name, f"\ufeffDate,User,Message\n{rows}")

    assert said(messages) == [("Mia", "a\nb")]
    assert (messages[0].chat, summary.dropped) == ("Tea", {"system notice": 1})
