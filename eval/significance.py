"""Intervals and tests over conversations: half-sampling, sign permutation, Holm, exact tails.

Replies of one conversation hang together, so the conversation is the unit that is drawn (Miller
2024, arXiv 2411.00640). Intervals are value +- 1.96 standard errors from half-samples WITHOUT
replacement; the percentile bootstrap covers 59 % here where it claims 95 % and is not offered.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from persona.proportion import Z95

Array = NDArray[np.float64]

POWER80 = 0.841621
FEWEST_CLUSTERS = 4
"""Conversations below which half-samples say nothing about a spread."""


class Estimate(msgspec.Struct, frozen=True):
    """A value and its 95 % interval; the ends are None where too few conversations were there."""

    value: float
    low: float | None
    high: float | None

    @property
    def error(self) -> float | None:
        """The standard error; None without an interval."""
        return None if self.high is None else (self.high - self.value) / Z95


class Sums(NamedTuple):
    """A ratio's two sums per conversation: `top[i] / bottom[i]` pooled is the statistic."""

    top: Array  # (conversations,)
    bottom: Array  # (conversations,)


def by_conversation(
    values: Sequence[float], conversations: Sequence[str], *, weights: Sequence[float] | None = None
) -> Sums:
    """Sums of `values` and of their weights (1 each where not given) per conversation."""
    _, index = np.unique(np.asarray(conversations, dtype=str), return_inverse=True)
    counted = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=np.float64)
    return Sums(_summed(index, np.asarray(values, dtype=np.float64)), _summed(index, counted))


def _summed(index: NDArray[np.intp], values: Array) -> Array:
    return np.bincount(index, weights=values).astype(np.float64)


def half_sample_indices(count: int, *, draws: int, seed: int) -> NDArray[np.intp]:
    """`draws` halves of range(count) without replacement; shape (draws, count // 2)."""
    order = np.random.default_rng(seed).random((draws, count)).argsort(axis=1)
    return order[:, : count // 2]


def ratio_estimate(sums: Sums, *, draws: int, seed: int) -> Estimate:
    """The pooled ratio of sums with its interval over conversations."""
    value = float(sums.top.sum() / sums.bottom.sum())
    count = len(sums.top)
    if count < FEWEST_CLUSTERS:
        return Estimate(value, None, None)
    halves = half_sample_indices(count, draws=draws, seed=seed)
    bottoms = sums.bottom[halves].sum(axis=1)
    ratios = sums.top[halves].sum(axis=1)[bottoms > 0] / bottoms[bottoms > 0]
    return around(value, standard_error(ratios, count=count))


def standard_error(halves: Array, *, count: int) -> float:
    """Standard error of the whole from the statistic's values on its halves.

    A half of h = count // 2 units drawn without replacement varies by (1/h)(1 - h/count) where
    the whole varies by 1/count; for even counts the two are equal (Politis, Romano and Wolf 1999,
    ch. 2).
    """
    half = count // 2
    return float(halves.std(ddof=1) * math.sqrt(half / (count - half)))


def around(value: float, error: float) -> Estimate:
    """The 95 % normal interval around a value."""
    return Estimate(value, value - Z95 * error, value + Z95 * error)


def sign_permutation_p(differences: Sequence[float], *, draws: int = 4000, seed: int = 0) -> float:
    """Two-sided p of 'the differences per conversation lie around zero', by flipped signs."""
    values = np.asarray(differences, dtype=np.float64)
    signs = np.random.default_rng(seed).choice((-1.0, 1.0), size=(draws, len(values)))
    extreme = np.abs(signs @ values) >= abs(values.sum()) - 1e-12
    return float((1 + extreme.sum()) / (1 + draws))


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's step-down adjusted p values, in the order given."""
    order = sorted(range(len(p_values)), key=lambda index: p_values[index])
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = highest
    return adjusted


def binomial_tail(successes: int, trials: int, rate: float) -> float:
    """P(X >= successes) for X ~ Binomial(trials, rate)."""
    if successes <= 0:
        return 1.0
    if rate <= 0:
        return 0.0
    if rate >= 1:
        return 1.0
    below = sum(math.exp(_log_binomial(k, trials, rate)) for k in range(successes))
    return max(0.0, 1.0 - below)


def fisher_tail(successes: int, trials: int, *, others: int, other_trials: int) -> float:
    """One-sided p of 'no oftener than the others', by Fisher's exact test; both are samples."""
    found, everything = successes + others, trials + other_trials
    ways = _log_choose(everything, found)
    terms = (
        _log_choose(trials, k) + _log_choose(other_trials, found - k) - ways
        for k in range(successes, min(found, trials) + 1)
    )
    return min(1.0, sum(math.exp(term) for term in terms))


def _log_binomial(k: int, trials: int, rate: float) -> float:
    return _log_choose(trials, k) + k * math.log(rate) + (trials - k) * math.log1p(-rate)


def _log_choose(trials: int, k: int) -> float:
    return math.lgamma(trials + 1) - math.lgamma(k + 1) - math.lgamma(trials - k + 1)


def detectable(error: float) -> float:
    """The smallest true difference found in 80 % of tries at p < .05, for that standard error."""
    return (Z95 + POWER80) * error
