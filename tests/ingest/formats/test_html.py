"""HTML exports: Telegram, Discord, Messenger and Instagram, and how pages are taken apart."""

from pathlib import Path

import pytest

from ingest.format import FORWARDED, ReadOptions
from tests.ingest.formats.conftest import Read, naive, read_path, said


def telegram(*messages: str) -> str:
    """A page of Telegram Desktop."""
    head = '<div class="page_header"><div class="text bold">\nAnn\n</div></div>'
    return f'<html><body>{head}<div class="history">{"".join(messages)}</div></body></html>'


def post(inner: str, name: str = "", when: str = "01.02.2024 09:30:05 UTC+01:00") -> str:
    """A message of it; without a name it is joined to the one before."""
    joined = "" if name else " joined"
    who = f'<div class="from_name">\n{name} \n</div>' if name else ""
    stamp = f'<div class="pull_right date details" title="{when}">09:30</div>'
    return (
        f'<div class="message default clearfix{joined}" id="message1"><div class="body">'
        f"{stamp}{who}{inner}</div></div>"
    )


def text(words: str) -> str:
    """The text of a Telegram message."""
    return f'<div class="text">\n{words}\n   </div>'


def test_joined_message_is_by_the_sender_before_it(read: Read) -> None:
    page = telegram(post(text("one"), "Ann"), post(text("two")), post(text("three"), "Bo"))

    assert said(read("messages.html", page)[0]) == [("Ann", "one"), ("Ann", "two"), ("Bo", "three")]


def test_pages_are_in_the_order_of_their_numbers_and_a_name_holds_over_them(
    tmp_path: Path,
) -> None:
    for number in (10, 2, 1):
        inner = post(text(f"page {number}"), "Ann" if number == 1 else "")
        name = f"messages{number if number > 1 else ''}.html"
        (tmp_path / name).write_text(telegram(inner))

    messages, _ = read_path(tmp_path)

    assert said(messages) == [("Ann", "page 1"), ("Ann", "page 2"), ("Ann", "page 10")]


def forwarded(words: str, author: str = "") -> str:
    """What a Telegram message passes on; without a name it goes on with the author before it."""
    when = '<span class="date details" title="30.01.2024 10:00:00"> 30.01.2024 10:00:00</span>'
    who = f'<div class="from_name">\n{author}{when} \n</div>' if author else ""
    picture = '<div class="pull_left forwarded userpic_wrap"></div>' if author else ""
    return f'{picture}<div class="forwarded body">{who}{text(words)}</div>'


def test_what_others_wrote_and_the_sender_passed_on_is_left_out_as_forwarded(read: Read) -> None:
    page = telegram(
        post(forwarded("by Cy", "Cy via @gif"), "Ann"),
        post(forwarded("by Cy too")),
        post(text("mine"), "Ann"),
    )

    messages, [summary] = read("messages.html", page)

    assert said(messages) == [("Ann", "mine")]
    assert summary.dropped == {FORWARDED: 2}


def test_own_words_passed_on_from_another_chat_are_own_words(read: Read) -> None:
    page = telegram(
        post(forwarded("mine, from elsewhere", "Ann"), "Ann"), post(forwarded("and this"))
    )

    assert said(read("messages.html", page)[0]) == [
        ("Ann", "mine, from elsewhere"),
        ("Ann", "and this"),
    ]


def test_blanks_of_a_text_stay_and_line_breaks_of_the_file_go(read: Read) -> None:
    page = telegram(post(text("  a  b<br><br>c &lt;br&gt; "), "Ann"))

    assert said(read("messages.html", page)[0]) == [("Ann", "  a  b\n\nc <br> ")]


def test_media_of_telegram_gets_its_kind_under_keep_media(read: Read) -> None:
    wrap = '<div class="media_wrap clearfix"><a class="sticker_wrap" href="s.webp"></a></div>'

    messages, _ = read("messages.html", telegram(post(wrap, "Ann")), ReadOptions(keep_media=True))

    assert said(messages) == [("Ann", "<sticker>")]


def discord(stamp: str, number: str) -> str:
    """A page of DiscordChatExporter with one post."""
    return (
        '<div class="preamble"><div class="preamble__entry">Reef</div>'
        '<div class="preamble__entry">Talk / general</div></div>'
        f"<div class=chatlog__message-group><div class=chatlog__message-container "
        f'data-message-id={number}><span class=chatlog__author title="ann">Ann</span>'
        f"<span class=chatlog__timestamp>{stamp}</span><div class=chatlog__content>"
        "<span class=chatlog__markdown-preserve>hi</span></div></div></div>"
    )


def test_number_of_a_discord_post_gives_its_zone_and_milliseconds(read: Read) -> None:
    [message], _ = read("x.html", discord("20/07/2021 18:13", "867076852395540487"))

    assert f"{message.sent_at}" == "2021-07-20 18:13:51.120000+02:00"


@pytest.mark.parametrize("number", ["1", "175928847299117064", ""])
def test_number_that_does_not_fit_the_time_shown_is_ignored(read: Read, number: str) -> None:
    [message], _ = read("x.html", discord("20/07/2021 18:13", number))

    assert str(naive(message)) == "2021-07-20 18:13:00"


def card(who: str, box: str, when: str) -> str:
    """A message of Instagram's page."""
    return (
        '<div class="pam _3-95 _2ph- _a6-g uiBoxWhite noborder">'
        f'<h2 class="_3-95 _2pim _a6-h _a6-i">{who}</h2>'
        f'<div class="_3-95 _a6-p"><div><div></div><div>{box}</div><div></div></div></div>'
        f'<div class="_3-94 _a6-o">{when}</div></div>'
    )


def test_messages_of_one_minute_come_in_the_order_in_which_they_were_sent(read: Read) -> None:
    cards = [card("Bo", words, "Mar 10, 2026 11:50 am") for words in ("last", "second", "first")]

    messages, _ = read("bo_1/message_1.html", "<h1>Bo</h1>" + "".join(cards))

    assert [message.text for message in messages] == ["first", "second", "last"]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("Mar 10, 2026 11:50 pm", "2026-03-10 23:50:00"),
        ("Jul 12, 2024 4:55:32pm", "2024-07-12 16:55:32"),
        ("Sep 13, 2020, 12:26 AM", "2020-09-13 00:26:00"),
        ("9 de octubre de 2025, 8:09:15 a. m.", "2025-10-09 08:09:15"),
        ("ene. 15, 2024 10:30 am", "2024-01-15 10:30:00"),
        ("31/12/2020, 23:59", "2020-12-31 23:59:00"),
    ],
)
def test_dates_of_messenger_pages_in_many_forms(read: Read, when: str, expected: str) -> None:
    [message], _ = read("bo_1/message_1.html", card("Bo", "hi", when))

    assert str(naive(message)) == expected


def test_what_a_person_tells_is_no_notice_of_the_app(read: Read) -> None:
    told = ["Ann sent a photo.", "mom called me", "she left the group", "he unsent a message"]
    page = "".join(card("Bo", words, "Mar 10, 2026 11:50 am") for words in told)

    messages, [summary] = read("bo_1/message_1.html", page)

    assert len(messages) == 4
    assert not summary.dropped


def test_posts_of_a_facebook_export_are_no_chat(read: Read) -> None:
    page = card("Jane Doe updated her status.", "hello", "Mar 10, 2026 11:50 am")

    messages, [summary] = read("posts_1.html", page)

    assert not messages
    assert summary.format is None


def test_page_that_is_cut_off_gives_what_is_there(read: Read) -> None:
    page = telegram(post(text("one"), "Ann"), post(text("two"), "Bo"))

    assert said(read("messages.html", page[: page.index("two") + 2])[0])[0] == ("Ann", "one")


@pytest.mark.parametrize("end", ["<" + "a" * 1_600_000, "<![nonsense", "<div>" * 5000, "&" * 99])
def test_page_that_no_browser_would_show_ends_with_what_was_read(read: Read, end: str) -> None:
    messages, _ = read("messages.html", telegram(post(text("one"), "Ann")) + end)

    assert said(messages) == [("Ann", "one")]
