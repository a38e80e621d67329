"""Discord: who is no person, and what a text that was not rendered has instead of names."""

import pytest

from ingest.formats.discord_marks import plain
from persona.redaction import redact
from tests.ingest.formats.conftest import Read, said

BO = "284710395562803202"
CARD_LIKE = "4929123456781"  # passes a card's check sum, as one number in ten does


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"hi <@!{BO}> and <@{BO}>", "hi @bo and @bo"),
        (f"<@{CARD_LIKE}>", "@someone"),
        (f"<@&{CARD_LIKE}> in <#{BO}> <a:spin:{BO}><:wave:{BO}>", "@role in #channel :spin::wave:"),
        ("2 <3, <@nobody>, <b>", "2 <3, <@nobody>, <b>"),
    ],
)
def test_marks_are_shown_as_in_the_app_and_hold_nothing_private(text: str, shown: str) -> None:
    assert plain(text, {BO: "bo"}) == shown
    assert redact(shown) == shown


def test_a_mention_in_a_table_has_the_name_of_that_accounts_column(read: Read) -> None:
    content = (
        "AuthorID,Author,Date,Content,Attachments,Reactions\n"
        f'"7","ann","2021-07-20T18:13:51.1200000+00:00","<@!{BO}> hi","",""\n'
        f'"{BO}","bo#1234","2021-07-20T18:14:51.1200000+00:00","<@99> yo","",""\n'
    )

    messages, _ = read("Reef - Talk - general [11].csv", content)

    assert said(messages) == [("ann", "@bo hi"), ("bo#1234", "@someone yo")]


def post(number: int, text: str, header: str) -> str:
    return (
        f'<div class="chatlog__message-container" data-message-id="{number}">'
        f'<div class="chatlog__message">{header}<div class="chatlog__content">'
        f'<span class="chatlog__markdown-preserve">{text}</span></div></div></div>'
    )


def test_posts_under_a_bots_tag_are_dropped_with_those_that_follow_them(read: Read) -> None:
    time = '<span class="chatlog__timestamp" title="7/20/2021 6:13 PM">6:13 PM</span>'
    bot = '<span class="chatlog__author" title="Tide">Tide</span>'
    bot += f'<span class="chatlog__author-tag">BOT</span>{time}'
    ann = f'<span class="chatlog__author" title="ann">Ann</span>{time}'
    groups = [
        post(1, "level 3!", bot) + post(2, "well done", ""),
        post(3, f"&lt;@{BO}&gt; ha", ann),
    ]
    page = "".join(f'<div class="chatlog__message-group">{group}</div>' for group in groups)
    entry = '<div class="preamble__entry">{}</div>'
    preamble = f'<div class="preamble">{entry.format("Reef")}{entry.format("general")}</div>'

    messages, [summary] = read("page.html", f"<html><body>{preamble}{page}</body></html>")

    assert said(messages) == [("ann", "@someone ha")]
    assert summary.dropped == {"by a bot": 2}
