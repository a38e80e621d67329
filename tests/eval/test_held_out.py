"""Contexts are taken in whole conversations and cut into halves by conversation."""

from eval.held_out import choose_contexts, first_half, last_turns
from persona.data import Turn
from tests.eval.conftest import examples

ROWS = examples("test", 40, seed=2)


def test_chosen_contexts_are_whole_conversations_as_far_as_they_go() -> None:
    chosen = choose_contexts(ROWS, most=12, seed=0)
    names = [row.conversation for row in chosen]
    assert len(chosen) == 12
    assert all(names.count(name) == 4 for name in names)


def test_all_contexts_are_taken_where_they_fit() -> None:
    assert len(choose_contexts(ROWS, most=1000, seed=0)) == 40


def test_halves_share_no_conversation_and_are_even() -> None:
    upper = first_half([row.conversation for row in ROWS], seed=0)
    assert sum(row.conversation in upper for row in ROWS) == 20


def test_what_a_reply_answers_leaves_out_the_system_line() -> None:
    prompt = (Turn("system", "s"), Turn("user", "a"), Turn("assistant", "b"), Turn("user", "c"))
    assert last_turns(prompt) == "b\nc"
    assert last_turns(prompt[:2]) == "a"
