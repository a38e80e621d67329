"""The silence that ends a conversation, by a chat's own gaps."""

import random

import pytest

from ingest.gaps import LONGEST_GAP, SHORTEST_GAP, USUAL_GAP, usual_gap


def test_a_small_chat_takes_an_hour() -> None:
    assert usual_gap([30.0, 90.0, 86400.0]) == USUAL_GAP


def test_a_chat_without_a_valley_takes_an_hour() -> None:
    draw = random.Random(1)
    assert usual_gap([draw.lognormvariate(8.2, 0.6) for _ in range(500)]) == USUAL_GAP


@pytest.mark.parametrize(("answer", "absence"), [(40, 6 * 3600), (300, 20 * 3600)])
def test_the_gap_lies_between_answers_and_absences(answer: float, absence: float) -> None:
    draw = random.Random(2)
    gaps = [answer * draw.lognormvariate(0, 0.5) for _ in range(400)]
    gaps += [absence * draw.lognormvariate(0, 0.3) for _ in range(80)]
    assert answer * 3 < usual_gap(gaps) < absence / 2


def test_the_gap_stays_between_ten_minutes_and_six_hours() -> None:
    slow = [4 * 3600.0] * 100 + [40 * 3600.0 * 24] * 100
    fast = [2.0] * 100 + [500.0] * 100
    assert SHORTEST_GAP <= usual_gap(fast) <= usual_gap(slow) <= LONGEST_GAP
