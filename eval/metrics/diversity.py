"""Gate: does an arm say the same few things again and again?

Measured as the share of distinct replies and the share of the commonest one, against draws of as
many of the person's own replies. Only poverty fails; more variety than the person is left to the
style score. The bar is never higher than what 95 % of people clear: a log purged of near-duplicates
repeats nothing, and would set it at zero.
"""

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from eval.metrics.words import words

HUMAN_DISTINCT = 0.91
"""5th percentile of 89 real people in 150 messages; their commonest message makes up at most:"""
HUMAN_TOP = 0.05
DRAWS = 1000


class DiversityGate(msgspec.Struct, frozen=True, kw_only=True):
    """Shares of an arm's replies, and the ends of the person's own range for as many replies."""

    passed: bool | None
    why: str | None = None
    distinct: float | None = None
    distinct_low: float | None = None
    top_share: float | None = None
    top_share_high: float | None = None


def diversity_gate(
    replies: Sequence[str],
    *,
    person: Sequence[str],
    alpha: float,
    seed: int = 0,
) -> DiversityGate:
    """Passed unless the replies are poorer than all but alpha of the person's own draws.

    person: real replies to draw from, without replacement; when they are not at least twice as many
    as the replies, the first replies are judged at the size that leaves room to draw.
    """
    size = min(len(replies), len(person) // 2)
    if size < 10:
        return DiversityGate(passed=None, why="too few replies to judge variety")
    _, kinds = np.unique([_key(text) for text in person], return_inverse=True)
    random = np.random.default_rng(seed)
    drawn = random.random((DRAWS, len(kinds))).argsort(axis=1)[:, :size]
    own = np.asarray([_shares(row) for row in kinds[drawn]])
    low = min(HUMAN_DISTINCT, float(np.quantile(own[:, 0], alpha / 2)))
    high = max(HUMAN_TOP, float(np.quantile(own[:, 1], 1 - alpha / 2)))
    _, kinds = np.unique([_key(text) for text in replies[:size]], return_inverse=True)
    distinct, top = _shares(kinds)
    passed = distinct >= low and top <= high
    why = (
        f"{distinct:.0%} of its replies are distinct and its commonest makes up {top:.0%}; "
        f"the person has at least {low:.0%} and at most {high:.0%}"
    )
    return DiversityGate(
        passed=passed,
        why=None if passed else why,
        distinct=distinct,
        distinct_low=low,
        top_share=top,
        top_share_high=high,
    )


def _key(text: str) -> str:
    return " ".join(words(text)) or text.strip()


def _shares(kinds: NDArray[np.intp]) -> tuple[float, float]:
    """The share of distinct kinds, and of the commonest."""
    counts = np.bincount(kinds)
    return float((counts > 0).sum() / len(kinds)), float(counts.max() / len(kinds))
