"""Gate: does an arm say the same few things again and again?

Measured as the share of distinct replies and the share of the commonest one, against draws of as
many of the person's own replies. Only poverty fails; more variety than the person is left to the
style score. The bar is never higher than what 95 % of people clear: a log purged of near-duplicates
repeats nothing, and would set it at zero.
"""

from collections import Counter
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from eval.metrics.words import words

HUMAN_DISTINCT = 0.91
"""5th percentile of 89 real people in 150 messages; their commonest message makes up at most:"""
HUMAN_TOP = 0.05
DRAWS = 1000

Counts = NDArray[np.int64]


class DiversityGate(msgspec.Struct, frozen=True, kw_only=True):
    """Shares of an arm's replies, and the ends of the person's own range for as many replies.

    judged: replies, all of them. size: in how many at a time the shares are taken; where that is
    fewer, distinct and top_share are means over draws of the replies.
    """

    passed: bool | None
    why: str | None = None
    judged: int = 0
    size: int = 0
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
    as the replies, all replies are judged by draws of the size that leaves room. The order of the
    replies does not matter.
    """
    size = min(len(replies), len(person) // 2)
    if size < 10:
        return DiversityGate(passed=None, why="too few replies to judge variety")
    own_distinct, own_top = _drawn(person, size=size, seed=seed)
    # One reply said twice is no poverty, however few are drawn.
    low = min(HUMAN_DISTINCT, min(size - 1, float(np.quantile(own_distinct, alpha / 2))) / size)
    high = max(HUMAN_TOP, max(2, float(np.quantile(own_top, 1 - alpha / 2))) / size)
    distincts, tops = _drawn(replies, size=size, seed=seed)
    distinct, top = float(distincts.mean()) / size, float(tops.mean()) / size
    passed = distinct >= low and top <= high
    return DiversityGate(
        passed=passed,
        why=None if passed else _reason(replies, distinct=distinct, low=low, top=top, high=high),
        judged=len(replies),
        size=size,
        distinct=distinct,
        distinct_low=low,
        top_share=top,
        top_share_high=high,
    )


def _drawn(texts: Sequence[str], *, size: int, seed: int) -> tuple[Counts, Counts]:
    """How many texts are distinct, and how often the commonest stands, in draws of that size."""
    counts = sorted(Counter(map(_key, texts)).values())
    random = np.random.default_rng(seed)
    drawn = random.multivariate_hypergeometric(counts, size, size=DRAWS)  # (draws, kinds)
    return (drawn > 0).sum(axis=1), drawn.max(axis=1)


def _reason(replies: Sequence[str], *, distinct: float, low: float, top: float, high: float) -> str:
    counts = Counter(map(_key, replies))
    name = "commonest, the empty reply," if counts[""] == max(counts.values()) else "commonest"
    has, least = _percent(distinct, low)
    makes_up, most = _percent(top, high)
    return (
        f"{has} of its replies are distinct and its {name} makes up {makes_up}; "
        f"the person has at least {least} and at most {most}"
    )


def _percent(share: float, bar: float) -> tuple[str, str]:
    """Both in per cent, with as many decimals, two at most, as tell them apart."""
    for digits in range(3):
        texts = f"{share:.{digits}%}", f"{bar:.{digits}%}"
        if texts[0] != texts[1]:
            break
    return texts


def _key(text: str) -> str:
    return " ".join(words(text)) or text.strip()
