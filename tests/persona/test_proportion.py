"""Intervals of shares, against published values."""

import pytest

from persona.proportion import by_guessing, wilson


def test_wilson_interval_matches_worked_values() -> None:
    # Newcombe (1998), Stat. Med. 17:857-872, table I: 81 of 263 and 15 of 148 and 0 of 20.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson(0, 0) == (0.0, 1.0)


def test_chance_under_guessing_is_the_upper_tail_of_a_fair_coin() -> None:
    assert by_guessing(5, 5) == 1 / 32
    assert by_guessing(7, 8) == 9 / 256
    assert by_guessing(0, 0) == by_guessing(0, 9) == 1.0
