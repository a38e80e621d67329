"""Contexts are taken in whole conversations and cut into halves by conversation."""

from itertools import pairwise

from eval.bench import set_up
from eval.held_out import first_half, in_drawn_order, last_turns, load_held_out
from eval.style.scorer import StyleScale
from persona.data import Turn
from persona.folders import DatasetDir
from tests.eval.conftest import examples

ROWS = examples("test", 40, seed=2)


def test_the_drawn_order_keeps_conversations_together() -> None:
    names = [row.conversation for row in in_drawn_order(ROWS, seed=0)]
    assert len(names) == len(ROWS)
    assert names != [row.conversation for row in ROWS]
    changes = sum(a != b for a, b in pairwise(names))
    assert changes == len(set(names)) - 1


def test_every_real_reply_sets_the_scale_though_few_contexts_are_answered(
    dataset: DatasetDir,
) -> None:
    few = load_held_out(dataset, max_contexts=10, seed=0)
    assert few.contexts == few.real[:10]
    assert len(few.real) == len(load_held_out(dataset, max_contexts=None, seed=0).contexts) > 10
    bench = set_up(few, embed=None, draws=20, seed=0)
    assert len(bench.ceiling) + len(bench.person) == len(few.real)
    assert isinstance(bench.scale, StyleScale)
    assert bench.scale.levels.size <= 10


def test_halves_share_no_conversation_and_are_even() -> None:
    upper = first_half([row.conversation for row in ROWS], seed=0)
    assert sum(row.conversation in upper for row in ROWS) == 20


def test_what_a_reply_answers_leaves_out_the_system_line() -> None:
    prompt = (Turn("system", "s"), Turn("user", "a"), Turn("assistant", "b"), Turn("user", "c"))
    assert last_turns(prompt) == "b\nc"
    assert last_turns(prompt[:2]) == "a"
