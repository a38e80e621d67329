"""Counts of character 3- to 5-grams, hashed into a fixed number of buckets.

Hashing needs no vocabulary, works in every script, and is one pass of numpy over all messages
together. Two n-grams that share a bucket share its count; with 65,536 buckets this costs less than
.01 of AUC (docs/methods.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ORDERS = (3, 4, 5)
BUCKETS = 1 << 16
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)


@dataclass(frozen=True, slots=True)
class Grams:
    """Every n-gram of a list of units: its unit, its bucket, how often it occurs there."""

    units: NDArray[np.int32]  # (grams,) ascending
    buckets: NDArray[np.uint16]  # (grams,)
    counts: NDArray[np.uint16]  # (grams,)
    size: int  # number of units

    def totals(self) -> NDArray[np.float64]:
        """Number of n-grams in each unit, (size,)."""
        return _sums(self.units, self.counts.astype(np.float64), self.size)

    def weighted(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Summed weight of each unit's n-grams, (size,); weights (BUCKETS,)."""
        return _sums(self.units, self.counts * weights[self.buckets], self.size)

    def histogram(self) -> NDArray[np.float64]:
        """Count of every bucket over all units, (BUCKETS,)."""
        return _sums(self.buckets, self.counts.astype(np.float64), BUCKETS)


def count_grams(texts: Sequence[str]) -> Grams:
    """The n-grams of each text between two spaces, one unit per text, case kept."""
    padded = [f" {text} " for text in texts]
    lengths = np.fromiter((len(text) for text in padded), np.int64, len(padded))
    codes = np.frombuffer("".join(padded).encode("utf-32-le"), np.uint32).astype(np.uint64)
    owner = np.repeat(np.arange(len(padded), dtype=np.int32), lengths)
    units, buckets = [], []
    for order in ORDERS:
        if len(codes) < order:
            continue
        last = len(codes) - order + 1
        inside = owner[:last] == owner[order - 1 :]
        units.append(owner[:last][inside])
        buckets.append(_hash(codes, order)[inside])
    if not units:
        empty = np.zeros(0, np.int32)
        return Grams(empty, empty.astype(np.uint16), empty.astype(np.uint16), len(padded))
    return collapse(np.concatenate(units), np.concatenate(buckets), size=len(padded))


def collapse(
    units: NDArray[np.int32],
    buckets: NDArray[np.uint16],
    *,
    size: int,
    counts: NDArray[np.uint16] | None = None,
) -> Grams:
    """The n-grams ordered by unit and bucket, equal ones counted together."""
    keys = units.astype(np.int64) * BUCKETS + buckets
    weights = None if counts is None else counts
    unique, inverse = np.unique(keys, return_inverse=True)
    summed = np.bincount(inverse, weights=weights, minlength=len(unique))
    return Grams(
        (unique // BUCKETS).astype(np.int32),
        (unique % BUCKETS).astype(np.uint16),
        np.minimum(summed, 65535).astype(np.uint16),
        size,
    )


def _hash(codes: NDArray[np.uint64], order: int) -> NDArray[np.uint16]:
    """Bucket of the n-gram at each position, (positions,); wraps modulo 2 ** 64 on purpose."""
    last = len(codes) - order + 1
    state = np.full(last, order, np.uint64)
    for offset in range(order):
        state = (state ^ codes[offset : offset + last]) * _MULTIPLIER
        state ^= state >> _SHIFT
    return ((state * _MULTIPLIER) >> np.uint64(48)).astype(np.uint16)


def _sums(
    places: NDArray[np.int32] | NDArray[np.uint16], values: NDArray[np.float64], size: int
) -> NDArray[np.float64]:
    """Sum of the values at each place, (size,)."""
    return np.bincount(places, weights=values, minlength=size).astype(np.float64)
