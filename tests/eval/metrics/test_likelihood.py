"""Bits per character, gain and specificity on numbers that can be worked out by hand."""

import math
from typing import NamedTuple

import pytest

from eval.metrics.likelihood import Read, bits_per_character, likelihood_figures, perplexity

LN2 = math.log(2)


class Cost(NamedTuple):
    """What a reply cost, as an engine says it."""

    nats: float
    characters: int
    tokens: int


def rows(*bits: float) -> list[Cost]:
    """Replies of ten characters and five tokens that cost so many bits."""
    return [Cost(value * LN2, 10, 5) for value in bits]


def test_bits_per_character_pools_bits_and_characters() -> None:
    assert bits_per_character([Cost(10 * LN2, 10, 1), Cost(50 * LN2, 20, 1)]) == 2.0


def test_perplexity_is_per_token() -> None:
    assert perplexity([Cost(2 * LN2, 10, 1), Cost(4 * LN2, 10, 2)]) == pytest.approx(4)


def test_gain_is_what_the_arm_saves_per_character() -> None:
    read = Read(rows(20, 20, 20, 20), rows(15, 15, 10, 10), list("abcd"))
    found = likelihood_figures(read, others=None, draws=100, seed=0)
    assert found.gain is not None
    assert found.gain.value == pytest.approx(30 / 40)
    assert found.specificity is None


def test_specificity_is_the_gain_that_others_do_not_get() -> None:
    person = Read(rows(20, 20, 20, 20), rows(10, 10, 10, 10), list("abcd"))
    others = Read(rows(20, 20, 20, 20), rows(16, 16, 16, 16), list("abef"))
    found = likelihood_figures(person, others=others, draws=100, seed=0)
    assert found.specificity is not None
    assert found.specificity.value == pytest.approx(1.0 - 0.4)
    assert found.specificity.low == pytest.approx(0.6)
