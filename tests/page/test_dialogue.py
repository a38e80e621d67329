"""What can be done to a conversation."""

import msgspec
import pytest

from persona.data import Turn
from persona.page.dialogue import (
    as_jsonl,
    edited,
    is_unanswered,
    said,
    undone,
    without_last_reply,
)

HELLO = (
    Turn("user", "hi"),
    Turn("assistant", "yo"),
    Turn("user", "how"),
    Turn("assistant", "so so"),
)


def test_two_messages_in_a_row_are_one_burst() -> None:
    dialogue = said(said((), "one", role="user"), "two", role="user")
    assert dialogue == (Turn("user", "one\n\ntwo"),)


def test_retry_keeps_the_users_words_and_drops_the_last_reply() -> None:
    assert without_last_reply(HELLO) == HELLO[:3]
    assert is_unanswered(without_last_reply(HELLO))
    assert without_last_reply(HELLO[:3]) == HELLO[:3]


def test_undo_takes_back_the_last_exchange_answered_or_not() -> None:
    assert undone(HELLO) == HELLO[:2]
    assert undone(HELLO[:3]) == HELLO[:2]
    assert undone(()) == ()


def test_a_change_of_the_users_words_drops_what_answered_them() -> None:
    assert edited(HELLO, 0, "hello") == (Turn("user", "hello"),)


def test_a_change_of_the_personas_words_keeps_what_followed() -> None:
    changed = edited(HELLO, 1, "hey hey")
    assert changed == (HELLO[0], Turn("assistant", "hey hey"), *HELLO[2:])


@pytest.mark.parametrize("text", ["i <3 u & a<b <i>x</i>", 'quote " and \\ and \n newline', "日本"])
def test_export_holds_the_words_exactly(text: str) -> None:
    line = as_jsonl((Turn("user", text),), system=Turn("system", "You are Mira."))
    assert line.count("\n") == 1
    messages = msgspec.json.decode(line)["messages"]
    assert messages == [
        {"role": "system", "content": "You are Mira."},
        {"role": "user", "content": text},
    ]
