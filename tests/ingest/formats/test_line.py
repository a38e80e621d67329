"""LINE's text export: languages, day lines, quotation marks, the desktop's blanks."""

import random

import pytest

from ingest.format import ReadOptions
from tests.ingest.formats.conftest import Read, said, times

TITLE = "[LINE] Chat history with Ann\nSaved on: 2025/12/01 10:00\n\n"


@pytest.mark.parametrize(
    ("day", "meant"),
    [
        ("Mon, 11/03/2025", "2025-11-03"),
        ("Sun, 26/04/2026", "2026-04-26"),
        ("Sun, 05/04/2026", "2026-04-05"),
        ("Mon, 05/04/2026", "2026-05-04"),
        ("2024/02/01(Thu)", "2024-02-01"),
        ("2024.02.01 Thursday", "2024-02-01"),
        ("2015/12/25 Fri", "2015-12-25"),
        ("2024/10/4（五）", "2024-10-04"),
        ("2026/1/30周五", "2026-01-30"),
        ("2025.12.20 วันเสาร์", "2025-12-20"),
        ("จ., 15/01/2567", "2024-01-15"),
    ],
)
def test_weekday_decides_which_number_is_the_month(read: Read, day: str, meant: str) -> None:
    messages, [summary] = read("x.txt", f"{TITLE}{day}\n10:01\tAnn\thi\n")

    assert times(messages) == [f"{meant} 10:01"]
    assert summary.notes == ()


@pytest.mark.parametrize(
    ("clock", "meant"),
    [
        ("9:30AM", "09:30"),
        ("12:05AM", "00:05"),
        ("09:30 pm", "21:30"),
        ("午前9:05", "09:05"),
        ("午後0:15", "12:15"),
        ("上午12:01", "00:01"),
        ("下午11:42", "23:42"),
        ("오후 3:07", "15:07"),
        ("23:07", "23:07"),
    ],
)
def test_morning_and_afternoon_in_all_languages(read: Read, clock: str, meant: str) -> None:
    messages, _ = read("x.txt", f"{TITLE}2024/02/01(Thu)\n{clock}\tAnn\thi\n")

    assert times(messages) == [f"2024-02-01 {meant}"]


def test_quoted_text_of_several_lines_keeps_days_and_times_that_stand_in_it(read: Read) -> None:
    body = '10:00\tAnn\t"see:\r\n2024/02/02(Fri)\r\n10:05\tBo\t""no""\r\n"\r\n10:06\tBo\tok\r\n'

    messages, _ = read("x.txt", f"{TITLE}2024/02/01(Thu)\r\n{body}")

    assert said(messages) == [("Ann", 'see:\n2024/02/02(Fri)\n10:05\tBo\t"no"'), ("Bo", "ok")]


def test_quotation_mark_that_is_never_closed_swallows_nothing(read: Read) -> None:
    body = '10:00\tAnn\t"hey\n10:01\tBo\t"it" is\n10:02\tAnn\t"ok"\n'

    messages, _ = read("x.txt", f"{TITLE}2024/02/01(Thu)\n{body}")

    assert said(messages) == [("Ann", '"hey'), ("Bo", '"it" is'), ("Ann", '"ok"')]


def test_lines_without_a_sender_are_notices(read: Read) -> None:
    body = "10:00\t\tAnn joined\n10:01\tBo changed something\n10:02\tAnn\tI joined and left\n"

    messages, [summary] = read("x.txt", f"{TITLE}2024/02/01(Thu)\n{body}")

    assert said(messages) == [("Ann", "I joined and left")]
    assert summary.dropped == {"system notice": 2}


def test_stickers_and_photos_are_media_only_as_a_whole_text(read: Read) -> None:
    body = "10:00\tAnn\t[Sticker]\n10:01\tAnn\t[Sticker] of a cat\n10:02\tAnn\tPhotos\n"
    text = f"{TITLE}2024/02/01(Thu)\n{body}10:03\tAnn\ta [Photo]\n"

    dropped, [summary] = read("x.txt", text)
    kept, _ = read("x.txt", text, ReadOptions(keep_media=True))

    assert said(dropped) == [("Ann", "Photos"), ("Ann", "a [Photo]")]
    assert summary.dropped == {"media only": 2}
    assert said(kept)[0] == ("Ann", "<media>")


def test_desktop_names_of_several_words_end_where_the_texts_begin_to_differ(read: Read) -> None:
    texts = ["hello", "what?", "see you", "ok ok", "hm", "yes"]
    body = "".join(f"10:0{index} Ann B Lee {text}\n" for index, text in enumerate(texts))

    messages, _ = read("x.txt", f"2024.02.01 Thursday\n{body}10:09 Bo Photos\n")

    assert said(messages) == [("Ann B Lee", text) for text in texts]


def test_day_without_a_weekday_is_text_where_days_have_one(read: Read) -> None:
    text = f"{TITLE}2024/02/01(Thu)\n10:00\tAnn\tsince\n2023/01/01\nor so\n"

    assert said(read("x.txt", text)[0]) == [("Ann", "since\n2023/01/01\nor so")]


def test_what_line_writes_is_read_back_as_it_was_typed(read: Read) -> None:
    alphabet = ['"', '""', "\n", "a", " ", "10:00\tx\ty", "2024/02/02(Fri)", "，", "😂"]
    rng = random.Random(5)
    typed = ["".join(rng.choices(alphabet, k=rng.randint(1, 8))).strip() for _ in range(300)]
    texts = [text for text in typed if "\n" in text]

    def written(text: str) -> str:
        return '"' + text.replace('"', '""') + '"'

    rows = "".join(f"10:00\tAnn\t{written(text)}\n10:01\tBo\tok\n" for text in texts)
    messages, _ = read("x.txt", f"{TITLE}2024/02/01(Thu)\n{rows}")

    assert len(texts) > 50
    assert [message.text for message in messages if message.sender == "Ann"] == texts
