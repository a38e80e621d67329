"""Likelihood ratio, cosine and pools: numbers worked out by hand."""

import numpy as np
import pytest

from eval.style.grams import BUCKETS
from eval.style.material import balance, cut_in_halves
from eval.style.model import Weights, Whitening
from eval.style.pool import Pool, cut_clusters, draw_by_length, draw_by_size, halves, spread_quota
from eval.style.resemblance import PRIOR_GRAMS, log_ratio, unit_rows


def pool(messages, bins=None, conversations=None):
    count = len(messages)
    return Pool(
        np.eye(count),
        np.array(messages, float),
        np.array(bins if bins is not None else [-1] * count, float),
        tuple(conversations or [str(number) for number in range(count)]),
    )


def test_log_ratio_is_zero_where_nothing_is_known():
    background = np.full(BUCKETS, 1 / BUCKETS)
    assert log_ratio(np.zeros(BUCKETS), background) == pytest.approx(0.0)


def test_log_ratio_of_one_frequent_ngram():
    background = np.full(BUCKETS, 1 / BUCKETS)
    counts = np.zeros(BUCKETS)
    counts[0] = PRIOR_GRAMS  # half of the smoothed mass, all of it in one bucket
    ratio = log_ratio(counts, background)
    assert ratio[0] == pytest.approx(np.log((1 + 1 / BUCKETS) / 2 * BUCKETS))
    assert ratio[1] == pytest.approx(np.log(0.5))


def test_unit_rows_leaves_a_zero_row_alone():
    assert unit_rows(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist() == [[0.6, 0.8], [0.0, 0.0]]


def test_whitening_centres_scales_and_turns():
    whitening = Whitening(np.array([1.0, 0.0]), np.array([2.0, 1.0]), np.diag([1.0, 3.0]))
    assert whitening.apply(np.array([[3.0, 2.0]])).tolist() == [[1.0, 6.0]]


def test_weights_between_two_sizes_are_linear_in_the_logarithm():
    weights = Weights(np.array([1.0, 100.0]), np.array([[0.0], [2.0]]), np.array([0.0, 4.0]))
    slopes, intercept = weights.at(10)
    assert (slopes.tolist(), intercept) == ([pytest.approx(1.0)], pytest.approx(2.0))


def test_every_subset_counts_exactly_the_messages_asked_for(rng):
    weights = draw_by_size(pool([3, 1, 2, 5]), 4, draws=50, rng=rng)
    assert weights @ np.array([3, 1, 2, 5]) == pytest.approx(4.0)


def test_length_bins_are_filled_as_asked(rng):
    people = pool([1, 1, 1, 1, 1, 1], bins=[0, 0, 0, 3, 3, 3])
    weights = draw_by_length(people, np.array([2.0, 0.0, 0.0, 1.0]), draws=20, rng=rng)
    assert weights[:, :3].sum(1) == pytest.approx(2.0)
    assert weights[:, 3:].sum(1) == pytest.approx(1.0)


def test_an_empty_length_bin_is_made_up_for_by_its_neighbour():
    assert spread_quota(np.array([4.0, 0, 0, 0]), np.array([0.0, 10, 0, 10])).tolist() == [
        0,
        4,
        0,
        0,
    ]


def test_a_scarce_length_bin_counts_at_most_twice():
    quota = spread_quota(np.array([6.0, 0, 0, 0]), np.array([2.0, 10, 0, 0]))
    assert quota.tolist() == [4, 2, 0, 0]


def test_halves_take_whole_conversations_and_half_of_the_messages(rng):
    labels = [str(number // 2) for number in range(40)]
    chosen = halves(labels, np.ones(40), draws=300, rng=rng)
    assert np.array_equal(chosen[:, 0::2], chosen[:, 1::2])
    assert chosen.sum(1).mean() == pytest.approx(20, abs=0.5)


def test_half_sampling_gives_the_standard_error_of_a_mean(rng):
    values = rng.normal(size=400)
    chosen = halves([str(number) for number in range(400)], np.ones(400), draws=2000, rng=rng)
    means = chosen @ values / chosen.sum(1)
    assert means.std() == pytest.approx(values.std() / 20, rel=0.08)


def test_one_long_conversation_is_cut_into_stretches():
    numbers = cut_clusters(["evening"] * 100, np.ones(100))
    assert len(set(numbers.tolist())) == 10


def test_conversations_go_to_the_smaller_half_largest_first():
    labels = np.array([0, 1, 2, 3])
    assert balance(labels, np.array([5.0, 4.0, 3.0, 2.0])).tolist() == [0, 1, 1, 0]


def test_halves_of_the_test_share_no_conversation():
    upper, lower = cut_in_halves(pool([1] * 6, conversations=list("aabbcc")))
    assert {"aabbcc"[place] for place in upper}.isdisjoint("aabbcc"[place] for place in lower)


def test_a_test_of_nearly_one_conversation_is_still_cut_in_halves():
    upper, lower = cut_in_halves(pool([1] * 100, conversations=["a"] * 95 + list("bcdef")))
    assert min(len(upper), len(lower)) >= 30
