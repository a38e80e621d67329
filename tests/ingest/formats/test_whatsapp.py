"""WhatsApp exports: every layout, and what breaks other readers of them."""

import io
import zipfile

import pytest

from ingest.format import ReadOptions
from tests.ingest.formats.conftest import Read, said, times

NNBSP, NBSP, LRM = "\u202f", "\u00a0", "\u200e"


def android(*lines: str) -> str:
    """Day-first 24-hour lines whose day is above 12, so that nothing is ambiguous."""
    return "".join(f"{line}\n" for line in lines)


HEADERS = [
    ("05/01/2019, 08:03 - {}", "13/01/2019, 15:07 - {}", "2019-01-05 08:03", "2019-01-13 15:07"),
    ("1/5/19, 8:03 AM - {}", "1/13/19, 3:07 PM - {}", "2019-01-05 08:03", "2019-01-13 15:07"),
    (
        f"1/5/19, 8:03{NNBSP}AM - {{}}",
        f"1/13/19, 3:07{NNBSP}PM - {{}}",
        "2019-01-05 08:03",
        "2019-01-13 15:07",
    ),
    (
        f"5/1/19 8:03{NBSP}a.{NBSP}m. - {{}}",
        f"13/1/19 3:07{NBSP}p.{NBSP}m. - {{}}",
        "2019-01-05 08:03",
        "2019-01-13 15:07",
    ),
    ("5/1/19, 8:03 a.m. - {}", "13/1/19, 3:07 p.m. - {}", "2019-01-05 08:03", "2019-01-13 15:07"),
    ("5/1/2019, 12:03 am - {}", "13/1/2019, 12:07 pm - {}", "2019-01-05 00:03", "2019-01-13 12:07"),
    ("[05.01.19, 08:03:12] {}", "[13.01.19, 15:07:12] {}", "2019-01-05 08:03", "2019-01-13 15:07"),
    ("[5/1/2019 08:03:12] {}", "[13/1/2019 15:07:12] {}", "2019-01-05 08:03", "2019-01-13 15:07"),
    ("05-01-19 08:03 - {}", "13-01-19 15:07 - {}", "2019-01-05 08:03", "2019-01-13 15:07"),
    (
        "2019-01-05, 8:03 a.m. - {}",
        "2019-01-13, 3:07 p.m. - {}",
        "2019-01-05 08:03",
        "2019-01-13 15:07",
    ),
    ("2019/01/05 08:03 - {}", "2019/01/13 15:07 - {}", "2019-01-05 08:03", "2019-01-13 15:07"),
    ("2019/1/5 上午8:03 - {}", "2019/1/13 下午3:07 - {}", "2019-01-05 08:03", "2019-01-13 15:07"),
    (
        "[2019/1/5 上午8:03:12] {}",
        "[2019/1/13 下午3:07:12] {}",
        "2019-01-05 08:03",
        "2019-01-13 15:07",
    ),
    (
        "2019. 1. 5. 오전 8:03 - {}",
        "2019. 1. 13. 오후 3:07 - {}",
        "2019-01-05 08:03",
        "2019-01-13 15:07",
    ),
    ("5. 1. 2019. 8:03 - {}", "13. 1. 2019. 15:07 - {}", "2019-01-05 08:03", "2019-01-13 15:07"),
    ("5.1.2019 klo 8.03 - {}", "13.1.2019 klo 15.07 - {}", "2019-01-05 08:03", "2019-01-13 15:07"),
    ("05.01.19 um 08:03 – {}", "13.01.19 um 15:07 – {}", "2019-01-05 08:03", "2019-01-13 15:07"),
    ("01/2019/05, 08:03 - {}", "01/2019/13, 15:07 - {}", "2019-01-05 08:03", "2019-01-13 15:07"),
    ("05/01/2019 08:03:48: {}", "13/01/2019 15:07:48: {}", "2019-01-05 08:03", "2019-01-13 15:07"),
]


@pytest.mark.parametrize(("first", "second", "early", "late"), HEADERS)
def test_header_of_every_locale_gives_the_exact_time(
    read: Read, first: str, second: str, early: str, late: str
) -> None:
    text = first.format("Ann: hi") + "\n" + second.format("Bo: yo: \nsecond line") + "\n"

    messages, [summary] = read("chat.txt", text)

    assert summary.format == "whatsapp"
    assert said(messages) == [("Ann", "hi"), ("Bo", "yo: \nsecond line")]
    assert times(messages) == [early, late]


def test_added_salt_and_left_it_is_a_message(read: Read) -> None:
    messages, [summary] = read(
        "chat.txt",
        android(
            '13/01/2019, 08:00 - Ann created group "Soup"',
            "13/01/2019, 08:01 - Ann added Bo",
            "13/01/2019, 08:02 - Bo: I added salt and left it",
            "13/01/2019, 08:03 - Bo left",
            "13/01/2019, 08:04 - Ann: he removed the lid and changed the subject",
        ),
    )

    assert said(messages) == [
        ("Bo", "I added salt and left it"),
        ("Ann", "he removed the lid and changed the subject"),
    ]
    assert summary.dropped == {"system notice": 3}


def test_ios_group_name_before_a_notice_is_no_author(read: Read) -> None:
    messages, [summary] = read(
        "_chat.txt",
        android(
            f"[13.01.24, 08:00:00] Soup: {LRM}Messages and calls are end-to-end encrypted.",
            f"[13.01.24, 08:00:00] Ann: {LRM}Ann created group “Soup”",
            "[13.01.24, 08:01:00] Ann: hi",
            "[13.01.24, 08:02:00] Bo: hello",
        ),
    )

    assert said(messages) == [("Ann", "hi"), ("Bo", "hello")]
    assert summary.dropped == {"system notice": 2}


def test_unmarked_notice_about_its_author_opens_a_group(read: Read) -> None:
    messages, _ = read(
        "_chat.txt",
        android(
            "[13.01.24, 08:00:00] Ann: Ann created group “Soup”",
            "[13.01.24, 08:01:00] Ann: hi",
            "[13.01.24, 08:02:00] Bo: Bo is my name",
        ),
    )

    assert said(messages) == [("Ann", "hi"), ("Bo", "Bo is my name")]


def test_subject_change_with_a_colon_is_no_author(read: Read) -> None:
    messages, [summary] = read(
        "chat.txt",
        android(
            "13/01/2019, 08:00 - Ann: hi",
            "13/01/2019, 08:01 - Bo: hey",
            "13/01/2019, 08:02 - Ann: again",
            '13/01/2019, 08:03 - Ann changed the subject from "a: b" to "c: d"',
        ),
    )

    assert len(messages) == 3
    assert summary.dropped == {"system notice": 1}


def test_header_like_lines_inside_a_body_are_text(read: Read) -> None:
    messages, _ = read(
        "chat.txt",
        android(
            "13/01/2019, 08:00 - Ann: look what he wrote",
            "[13.01.19, 07:58:12] Bo: never",
            "13/01/2019, 08:01 - Bo: I deny it",
            "13/01/2019, 08:02 - Ann: an old one:",
            "02/03/2015, 18:00 - Bo: I will",
            "13/01/2019, 08:03 - Bo: ok",
        ),
    )

    assert said(messages) == [
        ("Ann", "look what he wrote\n[13.01.19, 07:58:12] Bo: never"),
        ("Bo", "I deny it"),
        ("Ann", "an old one:\n02/03/2015, 18:00 - Bo: I will"),
        ("Bo", "ok"),
    ]


def test_day_above_twelve_anywhere_settles_the_order(read: Read) -> None:
    messages, [summary] = read(
        "chat.txt",
        android(
            "2/1/19, 08:00 - Ann: a",
            "2/2/19, 08:00 - Bo: b",
            "2/13/19, 08:00 - Ann: c",
        ),
    )

    assert times(messages)[0] == "2019-02-01 08:00"
    assert not summary.notes


def test_a_quoted_date_after_the_first_megabyte_does_not_settle_the_order(read: Read) -> None:
    filler = "long " * 4000
    days = [*range(1, 13), *range(13, 29)]
    first = [f"{day}/1/19, 08:00 - Ann: {filler * 5}" for day in days[:12]]
    quoted = ["12/1/19, 09:00 - Bo: look", "1/25/18, 08:00 - Ann: ages ago"]
    quoted.append(f"12/1/19, 09:01 - Bo: {filler * 5}")
    rest = [f"{day}/{month}/19, 10:00 - Ann: x" for month in (1, 2, 3) for day in days]

    messages, [summary] = read("chat.txt", android(*first, *quoted, *rest[12:]))

    assert times(messages)[0] == "2019-01-01 08:00"
    assert times(messages)[-1] == "2019-03-28 10:00"
    assert not summary.notes


def test_time_that_runs_on_settles_the_order_without_a_day_above_twelve(read: Read) -> None:
    days = ["1/11/19", "1/12/19", "2/1/19", "2/2/19"]

    messages, [summary] = read("c.txt", android(*(f"{d}, 08:00 - Ann: x" for d in days)))

    assert times(messages)[0] == "2019-01-11 08:00"
    assert not summary.notes


def test_ambiguous_dates_are_said_to_be_so_and_date_order_settles_them(read: Read) -> None:
    text = android("03/04/2019, 08:00 - Ann: a", "03/04/2019, 08:01 - Bo: b")

    messages, [summary] = read("chat.txt", text)
    settled, [told] = read("chat.txt", text, ReadOptions(date_order="mdy"))

    assert times(messages)[0] == "2019-04-03 08:00"
    assert any("--date-order" in note for note in summary.notes)
    assert times(settled)[0] == "2019-03-04 08:00"
    assert not told.notes


def test_american_clock_makes_month_first_likelier(read: Read) -> None:
    messages, _ = read("c.txt", android("3/4/19, 8:00 AM - Ann: a", "3/4/19, 8:01 PM - Bo: b"))

    assert times(messages) == ["2019-03-04 08:00", "2019-03-04 20:01"]


def test_byte_order_mark_carriage_returns_and_direction_marks_lose_no_line(read: Read) -> None:
    text = (
        "\ufeff[13.01.19, 08:00:00] Ann: one\r\n"
        f"{LRM}[13.01.19, 08:01:00] Bo: {LRM}image omitted\r\n"
        "[13.01.19, 08:02:00] \u202a+43 664 1234567\u202c: two\r\nmore\r\n"
        f"[13.01.19, 08:03:00] ~{NNBSP}Cy: three\r\n"
    )

    messages, [summary] = read("_chat.txt", text)

    assert said(messages) == [("Ann", "one"), ("+43 664 1234567", "two\nmore"), ("Cy", "three")]
    assert summary.dropped == {"media only": 1}


def test_author_with_a_colon_keeps_its_name(read: Read) -> None:
    messages, _ = read(
        "chat.txt",
        android(
            "13/01/2019, 08:00 - Dad: work: hi",
            "13/01/2019, 08:01 - Ann: note: this is text",
            "13/01/2019, 08:02 - Dad: work: yes",
            "13/01/2019, 08:03 - Dad: work: no",
            "13/01/2019, 08:04 - Ann: ok",
        ),
    )

    assert said(messages) == [
        ("Dad: work", "hi"),
        ("Ann", "note: this is text"),
        ("Dad: work", "yes"),
        ("Dad: work", "no"),
        ("Ann", "ok"),
    ]


def test_what_the_app_wrote_in_place_of_a_message_is_dropped_by_its_reason(read: Read) -> None:
    messages, [summary] = read(
        "chat.txt",
        android(
            "13/01/2019, 08:00 - Ann: <Media omitted>",
            "13/01/2019, 08:01 - Ann: This message was deleted",
            "13/01/2019, 08:02 - Bo: You deleted this message",
            "13/01/2019, 08:03 - Bo: ",
            "13/01/2019, 08:04 - Bo:",
            "13/01/2019, 08:05 - Ann: Missed voice call",
            "13/01/2019, 08:06 - Ann: IMG-20190113-WA0001.jpg (file attached)",
            "13/01/2019, 08:07 - Ann: IMG-20190113-WA0002.jpg (file attached)",
            "the view from here",
            "13/01/2019, 08:08 - Bo: better <This message was edited>",
            "13/01/2019, 08:09 - Bo: null",
        ),
    )

    assert said(messages) == [("Ann", "the view from here"), ("Bo", "better")]
    assert summary.dropped == {
        "media only": 2, "deleted": 2, "empty": 3, "call": 1,
    }  # fmt: skip


def test_style_of_a_text_is_kept_to_the_letter(read: Read) -> None:
    body = "soooo  COOL!!  ❤️ ﬁne 𝓈𝓉𝓎𝓁𝑒 e\u0301 …\n\nafter a blank line\n  indented "

    messages, _ = read(
        "chat.txt", android(f"13/01/2019, 08:00 - Ann: {body}", "13/01/2019, 08:01 - Bo: ok")
    )

    assert messages[0].text == body


def test_attachment_in_a_language_without_a_phrase_is_media(read: Read) -> None:
    lines = (
        "13/01/2019, 08:07 - Ann: STK-20190113-WA0003.webp (ficheru axuntáu)",
        "13/01/2019, 08:08 - Ann: (so)",
    )

    messages, [summary] = read("chat.txt", android(*lines))

    assert said(messages) == [("Ann", "(so)")]
    assert summary.dropped == {"media only": 1}


def test_keep_media_prints_a_placeholder(read: Read) -> None:
    text = android("13/01/2019, 08:00 - Ann: <Media omitted>", "13/01/2019, 08:01 - Bo: ha")

    messages, [summary] = read("chat.txt", text, ReadOptions(keep_media=True))

    assert said(messages) == [("Ann", "<media>"), ("Bo", "ha")]
    assert not summary.dropped


def test_zip_with_media_is_read_and_named_after_the_chat(read: Read) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(
            "_chat.txt",
            f"[13.01.19, 08:00:00] Ann: hi\r\n"
            f"{LRM}[13.01.19, 08:01:00] Bo: {LRM}<attached: 00000001-PHOTO.jpg>\r\n",
        )
        archive.writestr("00000001-PHOTO.jpg", b"\xff\xd8\xff\xe0" + bytes(100))

    messages, summaries = read("WhatsApp Chat - Soup.zip", packed.getvalue())

    assert [(m.chat, m.sender, m.text) for m in messages] == [("Soup", "Ann", "hi")]
    assert [summary.dropped for summary in summaries] == [{"media only": 1}]


@pytest.mark.parametrize(
    ("name", "chat"),
    [
        ("WhatsApp Chat with Ann.txt", "Ann"),
        ("WhatsApp Chat mit Ann.txt", "Ann"),
        ("Chat de WhatsApp con Ann.txt", "Ann"),
        ("Чат WhatsApp с Ann.txt", "Ann"),
        ("Conversa do WhatsApp com Ann.txt", "Ann"),
        ("Discussion WhatsApp avec Ann.txt", "Ann"),
        ("与Ann的 WhatsApp 聊天.txt", "Ann"),
        ("與Ann的WhatsApp對話.txt", "Ann"),
    ],
)
def test_chat_is_named_after_the_file_in_every_language(read: Read, name: str, chat: str) -> None:
    messages, _ = read(name, android("13/01/2019, 08:00 - Ann: a", "13/01/2019, 08:01 - Bo: b"))

    assert {message.chat for message in messages} == {chat}


def test_arabic_digits_are_dates(read: Read) -> None:
    messages, _ = read(
        "chat.txt",
        "١٣‏/٠١‏/٢٠١٩, ٨:٠٣ ص - Ann: مرحبا\n١٣‏/٠١‏/٢٠١٩, ٣:٠٧ م - Bo: أهلا\n",
    )

    assert times(messages) == ["2019-01-13 08:03", "2019-01-13 15:07"]


def test_a_file_whose_every_header_has_an_impossible_time_is_no_error_in_the_reader(
    read: Read,
) -> None:
    messages, [summary] = read("chat.txt", "99/99/2024, 99:30 - Ann: hi\n" * 3)

    assert messages == []
    assert summary.error


def test_long_name_that_begins_like_another_is_an_author(read: Read) -> None:
    messages, [summary] = read(
        "chat.txt",
        android(
            "13/01/2019, 08:00 - Ann: one",
            "13/01/2019, 08:01 - Ann: two",
            "13/01/2019, 08:02 - Ann from the gym class: hello",
            "13/01/2019, 08:03 - Ann changed the group description to: be kind",
        ),
    )

    assert said(messages)[2:] == [("Ann from the gym class", "hello")]
    assert summary.dropped == {"system notice": 1}
