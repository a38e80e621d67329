"""Pools of messages and subsets of them: by size, by length bin, by halves of conversations.

A subset is a row of weights over the units of a pool (0: left out, 1: taken, between: part of a
block); a matrix product of weights and evidence gives the sums that `profile.raw` scores.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval.style.features import LENGTH_BINS, Features
from eval.style.model import Array, Rows
from eval.style.resemblance import Profile

LEAST_CLUSTERS = 10  # a longer conversation than this share of the messages is cut
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


def take_units(pool: Pool, rows: Rows) -> Pool:
    """Only the given units."""
    labels = tuple(pool.conversations[row] for row in rows)
    return Pool(pool.evidence[rows], pool.messages[rows], pool.bins[rows], labels)


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


def halves(
    clusters: Sequence[str], messages: Array, *, draws: int, rng: np.random.Generator
) -> Array:
    """Half of the conversations, without replacement, (draws, units) of 0 and 1.

    Half-sampling (Politis & Romano 1994): the spread of a statistic over such halves is its
    standard error. Halves are of messages: conversations join in random order until half of the
    messages are in, the last one by lot.
    """
    numbers = cut_clusters(clusters, messages)
    sizes = np.bincount(numbers, weights=messages)
    chosen = np.zeros((draws, len(sizes)))
    for draw in range(draws):
        order = rng.permutation(len(sizes))
        before = np.cumsum(sizes[order]) - sizes[order]
        missing = (sizes.sum() / 2 - before) / sizes[order]
        chosen[draw, order] = missing > rng.random()
    return chosen[:, numbers]


def cut_clusters(clusters: Sequence[str], messages: Array) -> Rows:
    """Cluster number of every unit, (units,).

    A conversation with over 1 / LEAST_CLUSTERS of the messages is cut in stretches: one of a whole
    evening would leave nothing to halve.
    """
    most = max(1.0, float(messages.sum()) / LEAST_CLUSTERS)
    numbers: dict[tuple[str, int], int] = {}
    inside: dict[str, float] = defaultdict(float)
    found = []
    for name, count in zip(clusters, messages.tolist(), strict=True):
        key = (name, int(inside[name] / most))
        inside[name] += count
        found.append(numbers.setdefault(key, len(numbers)))
    return np.array(found, np.intp)
