"""The silence that ends a conversation, found in a chat's own gaps.

People answer within minutes while they talk and come back after hours when they do not: on a
logarithmic axis the gaps have two hills, and the valley between them is where a conversation ends.
"""

import math
from collections.abc import Sequence

SHORTEST_GAP = 10 * 60.0
LONGEST_GAP = 6 * 3600.0
USUAL_GAP = 60 * 60.0
"""Seconds; the last is taken where a chat is too small or has no valley."""

_ENOUGH_GAPS = 50
_BINS_PER_DECADE = 8
_KERNEL = (1, 4, 6, 4, 1)
_DEEP = 0.8  # a valley lies below this share of the lower hill beside it


def usual_gap(gaps: Sequence[float]) -> float:
    """The silence, in seconds, that ends a conversation in a chat with these gaps (seconds)."""
    counts = _histogram(gaps)
    if len(gaps) < _ENOUGH_GAPS:
        return USUAL_GAP
    first, last = _bin(SHORTEST_GAP), _bin(LONGEST_GAP)
    depths = []
    for index in range(first, last + 1):
        hill = min(max(counts[:index]), max(counts[index + 1 :]))
        if hill and counts[index] < _DEEP * hill:
            depths.append((hill - counts[index], index))
    if not depths:
        return USUAL_GAP
    deepest = max(depth for depth, _ in depths)
    floor = [index for depth, index in depths if depth > 0.95 * deepest]
    middle = floor[len(floor) // 2]
    return min(max(10 ** ((middle + 0.5) / _BINS_PER_DECADE), SHORTEST_GAP), LONGEST_GAP)


def _histogram(gaps: Sequence[float]) -> list[float]:
    """Counts per bin of log10 seconds up to 100 days, smoothed."""
    raw = [0.0] * (7 * _BINS_PER_DECADE)
    for gap in gaps:
        raw[min(_bin(gap), len(raw) - 1)] += 1
    padded = [0.0, 0.0, *raw, 0.0, 0.0]
    return [
        sum(weight * padded[index + offset] for offset, weight in enumerate(_KERNEL)) / sum(_KERNEL)
        for index in range(len(raw))
    ]


def _bin(seconds: float) -> int:
    return int(math.log10(max(seconds, 1.0)) * _BINS_PER_DECADE)
