"""Intervals and tests, on numbers that can be worked out by hand."""

import numpy as np
import pytest

from eval.significance import (
    binomial_tail,
    by_conversation,
    detectable,
    fisher_tail,
    holm,
    ratio_estimate,
    sign_permutation_p,
)


def test_values_are_summed_per_conversation_with_their_weights() -> None:
    sums = by_conversation([1.0, 2.0, 5.0], ["b", "a", "b"], weights=[1, 1, 2])
    assert sums.top.tolist() == [2.0, 6.0]
    assert sums.bottom.tolist() == [1.0, 3.0]


def test_ratio_is_the_pooled_sum_and_not_the_mean_of_ratios() -> None:
    sums = by_conversation([10.0, 0.0], ["a", "b"], weights=[10, 90])
    assert ratio_estimate(sums, draws=50, seed=0).value == pytest.approx(0.1)


def test_interval_of_a_mean_is_close_to_the_normal_one() -> None:
    values = np.random.default_rng(3).normal(size=200)
    found = ratio_estimate(
        by_conversation(list(values), [str(i) for i in range(200)]), draws=2000, seed=1
    )
    assert found.high is not None
    error = values.std(ddof=1) / np.sqrt(200)
    assert (found.high - found.value) / 1.96 == pytest.approx(error, rel=0.08)


def test_odd_number_of_conversations_gives_the_same_interval() -> None:
    values = np.random.default_rng(4).normal(size=15)
    found = ratio_estimate(
        by_conversation(list(values), [str(i) for i in range(15)]), draws=8000, seed=1
    )
    assert found.high is not None
    error = values.std(ddof=1) / np.sqrt(15)
    assert (found.high - found.value) / 1.96 == pytest.approx(error, rel=0.05)


def test_replies_of_one_conversation_count_as_one_draw() -> None:
    repeated = ratio_estimate(
        by_conversation([0.0, 0, 1, 1, 0, 0, 1, 1], list("aabbccdd")), draws=4000, seed=1
    )
    single = ratio_estimate(by_conversation([0.0, 1, 0, 1], list("abcd")), draws=4000, seed=1)
    assert repeated.high == pytest.approx(single.high, abs=0.02)


def test_three_conversations_have_no_interval() -> None:
    assert ratio_estimate(by_conversation([1.0, 2, 3], list("abc")), draws=9, seed=0).low is None


def test_same_sign_everywhere_has_the_smallest_possible_p() -> None:
    assert sign_permutation_p([1.0] * 10, draws=20_000, seed=0) == pytest.approx(2 / 1024, rel=0.4)


def test_balanced_signs_have_p_of_one() -> None:
    assert sign_permutation_p([1.0, -1.0]) == 1.0


def test_holm_multiplies_by_what_is_left_and_never_falls() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


def test_binomial_tail_of_two_coins() -> None:
    assert binomial_tail(1, 2, 0.5) == pytest.approx(0.75)
    assert binomial_tail(2, 2, 0.5) == pytest.approx(0.25)
    assert binomial_tail(0, 2, 0.5) == 1.0


def test_detectable_difference_is_2_8_standard_errors() -> None:
    assert detectable(10) == pytest.approx(28.0, abs=0.1)


def test_fishers_exact_test_is_that_of_the_lady_tasting_tea() -> None:
    assert fisher_tail(3, 4, others=1, other_trials=4) == pytest.approx(17 / 70)
    assert fisher_tail(0, 4, others=1, other_trials=4) == pytest.approx(1.0)
    assert fisher_tail(4, 4, others=0, other_trials=0) == pytest.approx(1.0)
