"""Pools of messages and subsets of them: by size, by length bin, by halves of conversations.

A subset is a row of weights over the units of a pool (0: left out, 1: taken, between: part of a
block); a matrix product of weights and evidence gives the sums that `profile.raw` scores.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval.style.features import LENGTH_BINS, Features
from eval.style.model import Array
from eval.style.resemblance import Profile

STRETCH = 2.0  # a length bin may count for at most twice the messages it has


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Units of one speaker or arm: replies, messages or blocks of messages."""

    evidence: Array  # (units, columns)
    messages: Array  # (units,)
    bins: Array  # (units,) length bin, -1 where a unit spans several
    conversations: tuple[str, ...]  # (units,)

    def total(self) -> float:
        """Number of messages."""
        return float(self.messages.sum())


def pool_replies(profile: Profile, features: Features, conversations: Sequence[str]) -> Pool:
    """One unit per reply that has a message; `conversations` are given per reply, in order."""
    present, starts = np.unique(features.replies, return_index=True)
    evidence = profile.evidence(features)
    sums = np.add.reduceat(evidence, starts, axis=0) if len(starts) else evidence
    counts = np.diff(np.append(starts, len(features))).astype(np.float64)
    return Pool(
        sums, counts, np.full(len(starts), -1.0), tuple(conversations[place] for place in present)
    )


def pool_messages(profile: Profile, features: Features) -> Pool:
    """One unit per message, so that length bins can be filled exactly."""
    labels = tuple(str(cluster) for cluster in features.clusters)
    return Pool(
        profile.evidence(features), np.ones(len(features)), features.bins.astype(np.float64), labels
    )


def draw_by_size(pool: Pool, size: float, *, draws: int, rng: np.random.Generator) -> Array:
    """Random subsets of `size` messages, (draws, units); the last reply may count in part."""
    return np.stack([_fill(pool.messages, size, rng) for _ in range(draws)])


def draw_by_length(pool: Pool, quota: Array, *, draws: int, rng: np.random.Generator) -> Array:
    """Random subsets with `quota` messages in each length bin, (draws, units).

    A bin with too few messages counts for at most STRETCH times what it has; the rest goes to the
    nearest bins.
    """
    supply = np.array([pool.messages[pool.bins == place].sum() for place in range(LENGTH_BINS)])
    reachable = spread_quota(quota, supply)
    weights = np.zeros((draws, len(pool.messages)))
    for place in range(LENGTH_BINS):
        units = np.flatnonzero(pool.bins == place)
        if len(units) and reachable[place] > 0:
            for draw in range(draws):
                weights[draw, units] = _fill(pool.messages[units], reachable[place], rng)
    return weights


def spread_quota(quota: Array, supply: Array) -> Array:
    """The quota (bins,) with what a bin cannot give moved to the nearest bins that can."""
    limit = supply * STRETCH
    if limit.sum() < quota.sum():
        limit = limit * (quota.sum() / max(limit.sum(), 1e-9))
    taken = np.minimum(quota, limit)
    for place in range(len(quota)):
        missing = quota[place] - min(quota[place], limit[place])
        for near in sorted(range(len(quota)), key=lambda other: (abs(other - place), other)):
            moved = min(missing, limit[near] - taken[near])
            taken[near] += moved
            missing -= moved
    return taken


def _fill(messages: Array, size: float, rng: np.random.Generator) -> Array:
    """Weights (units,) of a random subset that counts exactly `size` messages."""
    order = rng.permutation(len(messages))
    before = np.cumsum(messages[order]) - messages[order]
    taken = np.clip(size - before, 0.0, messages[order]) / messages[order]
    weights = np.zeros(len(messages))
    weights[order] = taken
    counted = float(weights @ messages)
    return weights * (size / counted) if counted > 0 else weights


def halves(clusters: Sequence[str], *, draws: int, rng: np.random.Generator) -> Array:
    """Half of the conversations, without replacement, (draws, units) of 0 and 1.

    With an odd number the middle conversation falls to either side by lot; a single one is cut by
    its units.
    """
    names, numbers = np.unique(np.array(clusters), return_inverse=True)
    if len(names) < 2:
        numbers = np.arange(len(clusters))
        names = numbers.astype(str)
    count = len(names)
    chosen = np.zeros((draws, count))
    for draw in range(draws):
        extra = int(rng.integers(2)) if count % 2 else 0
        chosen[draw, rng.permutation(count)[: count // 2 + extra]] = 1.0
    return chosen[:, numbers]
