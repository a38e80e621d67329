"""Shuffled words fail, the same words in order pass."""

import random

import numpy as np
import pytest

from eval.metrics.fluency import WordOrder, fluency_gate

SUBJECTS = ("my cat", "the old man", "your brother", "this city", "a friend of mine", "the rain")
VERBS = ("does not want to", "would like to", "has never tried to", "is about to", "used to")
ENDS = ("sleep on the floor", "leave before noon", "eat the whole cake", "call me back again")


def sentences(count: int, *, seed: int) -> list[str]:
    draw = random.Random(seed)
    return [" ".join(map(draw.choice, (SUBJECTS, VERBS, ENDS))) for _ in range(count)]


@pytest.fixture(scope="module")
def order() -> WordOrder:
    return WordOrder(sentences(200, seed=1))


def test_ordered_words_rank_above_their_shuffles(order: WordOrder) -> None:
    ranks = order.ranks(sentences(40, seed=2), seed=0)
    assert ranks.mean() > 0.95


def test_shuffled_words_rank_in_the_middle(order: WordOrder) -> None:
    assert order.ranks(shuffled(60, seed=2), seed=0).mean() == pytest.approx(0.5, abs=0.1)


def test_three_words_have_no_rank(order: WordOrder) -> None:
    assert len(order.ranks(["only three words"], seed=0)) == 0


def test_ordered_replies_pass_and_shuffled_ones_fail(order: WordOrder) -> None:
    own = order.ranks(sentences(80, seed=3), seed=0)
    good = fluency_gate(sentences(60, seed=4), own=own, order=order, alpha=0.0125)
    bad = fluency_gate(shuffled(60, seed=4), own=own, order=order, alpha=0.0125)
    assert good.passed is True
    assert bad.passed is False
    assert bad.why is not None
    assert "random orders" in bad.why


def test_person_whose_order_is_chance_cannot_be_the_bar(order: WordOrder) -> None:
    own = order.ranks(shuffled(60, seed=5), seed=0)
    assert fluency_gate(sentences(60, seed=4), own=own, order=order, alpha=0.0125).passed is None


def test_few_long_replies_are_not_measurable(order: WordOrder) -> None:
    own = np.full(50, 0.9)
    assert fluency_gate(["ok"] * 50, own=own, order=order, alpha=0.0125).passed is None


def shuffled(count: int, *, seed: int) -> list[str]:
    draw = random.Random(seed)
    return [
        " ".join(draw.sample(text.split(), len(text.split())))
        for text in sentences(count, seed=seed)
    ]
