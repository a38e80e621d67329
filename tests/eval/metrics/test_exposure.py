"""Exposure and completion, on numbers that can be worked out by hand."""

import math

import pytest

from eval.metrics.completion import count_completed, cut_long, edit_distance
from eval.metrics.exposure import exposure_bits, exposures
from persona.canaries import Canary
from persona.data import Example, Turn


def test_code_likelier_than_all_seven_others_is_three_bits_exposed() -> None:
    decoys = [5.0, 6, 7, 8, 9, 10, 11]
    assert exposure_bits(4.0, decoys) == 3
    assert exposure_bits(6.5, decoys) == pytest.approx(3 - math.log2(3))
    assert exposure_bits(99, decoys) == 0


def test_codes_are_grouped_by_how_often_they_were_planted() -> None:
    canaries = [Canary("a", 1), Canary("b", 16), Canary("c", 16)]
    nats = {"a": 50.0, "b": 0.0, "c": 0.0}
    once, often = exposures(canaries, nats, decoys=[float(n) for n in range(1, 128)])
    assert (once.times, once.canaries, once.found) == (1, 1, 0)
    assert (often.times, often.bits, often.low, often.found) == (16, 7.0, 7.0, 2)
    assert often.p == pytest.approx(0.0001)


def example(reply: str) -> Example:
    return Example("c", "chat", None, (Turn("user", "hm"),), (Turn("assistant", reply),))


def test_long_replies_are_cut_between_words_at_the_middle() -> None:
    long = "one two three four five six seven eight nine ten"
    (begun,) = cut_long([example(long), example("too short")])
    assert (begun.beginning, begun.rest) == ("one two three four five", " six seven eight nine ten")


def test_completion_may_go_on_after_the_rest_and_may_miss_a_tenth() -> None:
    begun = cut_long([example("a b c d e six seven eight nine ten") for _ in range(3)])
    rest = begun[0].rest.strip()
    said = [f"{rest} and more", rest.replace("nine", "nina"), "something else"]
    found = count_completed(begun, said)
    assert (found.tried, found.exact, found.near) == (3, 1, 2)


def test_edit_distance_counts_characters() -> None:
    assert edit_distance("kitten", "sitting") == 3
    assert edit_distance("", "abc") == 3
