"""Two arms on one scale: their difference, an interval and a permutation p, paired."""

import numpy as np

from eval.style.calibration import Levels, mean_raw
from eval.style.floor import DRAWS
from eval.style.model import Array
from eval.style.pool import Pool, halves
from eval.style.resemblance import Profile
from eval.style.results import Difference
from persona.proportion import Z95

Z80 = 0.841621
PERMUTATIONS = 999


def compare_pools(
    profile: Profile, levels: Levels, a: Pool, b: Pool, *, rng: np.random.Generator
) -> Difference:
    """How much higher `a` scores than `b`; the same conversations are drawn for both."""
    size, cap = levels.size, levels.cap
    raws = [mean_raw(profile, pool, size=size, cap=cap, rng=rng) for pool in (a, b)]
    gap = raws[0] - raws[1]
    first, second = by_conversation(a, b)
    labels = [str(place) for place in range(len(first))]
    messages = first[:, 5] + second[:, 5]
    chosen = halves(labels, messages, draws=DRAWS, rng=rng)
    halved = profile.raw(chosen @ first, size) - profile.raw(chosen @ second, size)
    draws = 100.0 * (gap + halved - halved.mean()) / levels.spans_drawn()
    points, error = 100.0 * gap / levels.span, float(draws.std())
    return Difference(
        points,
        points - Z95 * error,
        points + Z95 * error,
        permutation_p(profile, first, second, levels, rng=rng),
        (Z95 + Z80) * error,
    )


def by_conversation(a: Pool, b: Pool) -> tuple[Array, Array]:
    """Summed evidence of both arms per conversation of either, (conversations, columns) each."""
    names = sorted(set(a.conversations) | set(b.conversations))
    index = {name: place for place, name in enumerate(names)}
    sums = []
    for pool in (a, b):
        total = np.zeros((len(names), pool.evidence.shape[1]))
        np.add.at(total, [index[name] for name in pool.conversations], pool.evidence)
        sums.append(total)
    return sums[0], sums[1]


def permutation_p(
    profile: Profile, first: Array, second: Array, levels: Levels, *, rng: np.random.Generator
) -> float:
    """Share of swaps of the arms by conversation with as large a gap, the one seen counted."""
    swaps = rng.integers(2, size=(PERMUTATIONS, len(first))).astype(np.float64)
    keep = np.vstack([np.ones(len(first)), swaps])
    gaps = np.abs(
        profile.raw(keep @ first + (1 - keep) @ second, levels.size, levels.cap)
        - profile.raw(keep @ second + (1 - keep) @ first, levels.size, levels.cap)
    )
    return float((gaps >= gaps[0] - 1e-12).mean())
