"""Markup shows exactly what was written, and nothing of it becomes markup."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona.data import OPENER, Turn, split_bubbles
from persona.page import markup
from persona.page.markup import Pane, Take


class Reader(HTMLParser):
    """What a browser would make of it: the tags, and the text of each bubble."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.bubbles: list[str] = []
        self._in_bubble = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if ("class", "bubble") in attrs:
            self.bubbles.append("")
            self._in_bubble = True

    def handle_endtag(self, tag: str) -> None:
        self._in_bubble = self._in_bubble and tag != "p"

    def handle_data(self, data: str) -> None:
        if self._in_bubble:
            self.bubbles[-1] += data


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n<>&'\"")))
def test_any_text_is_shown_exactly_and_adds_no_tag(text: str) -> None:
    reader = Reader(markup.bubbles(text))
    assert reader.bubbles == split_bubbles(text)
    assert set(reader.tags) <= {"p"}


def test_a_burst_becomes_one_bubble_a_message() -> None:
    assert Reader(markup.bubbles("one\n\ntwo\nlines")).bubbles == ["one", "two\nlines"]


def test_names_and_titles_cannot_break_out_of_attributes() -> None:
    name = '"><script>x</script>'
    page = markup.panes([Pane("base", name, [Take(name, "hi", name)])])
    page += markup.thread([Turn("user", "hi")], {"user": name}, label=name)
    page += markup.banner(name, run=name) + markup.index([(1, name, name)], current=1)
    page += markup.table([name], [(name, name)], label=name) + markup.bars(
        [(name, 1, "x")], total=1
    )
    assert "script" not in Reader(page).tags


def test_the_opener_is_a_remark_and_not_something_somebody_said() -> None:
    page = markup.thread([Turn("user", OPENER)], {}, label="x")
    assert Reader(page).bubbles == []
    assert "start of the conversation" in page


def test_only_what_can_be_edited_has_an_edit_button() -> None:
    turns = [Turn("user", "a"), Turn("assistant", "b")]
    assert markup.thread(turns, {}, label="x").count("<button") == 0
    assert markup.thread(turns, {}, label="x", can_edit=True).count("<button") == 2


def test_sealed_panes_differ_in_nothing_but_letter_and_text() -> None:
    one = markup.panes([Pane("sealed", "Reply A", [Take("", "words")])])
    other = markup.panes([Pane("sealed", "Reply B", [Take("", "words")])])
    assert one.replace("Reply A", "Reply B") == other


@pytest.mark.parametrize("text", ["", "\n\n", "  "])
def test_an_empty_reply_says_so(text: str) -> None:
    assert "empty reply" in markup.panes([Pane("base", "Base", [Take("recorded", text)])])


def test_the_banner_says_that_it_is_an_imitation() -> None:
    assert "AI imitation of Mira - not the real person" in markup.banner("Mira", run="r")
