"""The ends of the scale: 0 where other people stand, 100 where the person's own replies stand.

Both ends are measured at the same number of messages and, for the others, in the person's length
bins. Every quantity comes with draws that carry its sampling error, so that intervals contain the
error of the ends.
"""

from dataclasses import dataclass

import numpy as np

from eval.style.floor import DRAWS, Others, Shares, measure_floor
from eval.style.model import Array
from eval.style.pool import Pool, draw_by_size, halves
from eval.style.resemblance import Profile

OWN_DRAWS = 200  # subsets of the person's own replies
SUBSETS = 40  # subsets averaged where there are more messages than the scale's size
OVER_TYPICAL = 97.5  # per cent of the person's own batches
LEAST_SPAN = 0.2  # of the span: draws of the ends never come nearer to each other


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """Both ends at one size, with their sampling error as centred draws."""

    size: float  # messages
    floor: float
    ceiling: float
    shares: Shares  # what the floor rests on
    floor_draws: Array  # (DRAWS,) centred on 0
    ceiling_draws: Array  # (DRAWS,) centred on 0
    own: Array  # (OWN_DRAWS,) raw scores of the person's own batches of this size, uncapped
    cap: Array  # (families,) similarity that 97.5 % of the person's own batches stay under
    others: Array  # (people,) raw scores, one batch each
    other_weights: Array  # (people,) sum to 1

    @property
    def span(self) -> float:
        """Raw score of 100 points."""
        return self.ceiling - self.floor

    @property
    def span_error(self) -> float:
        """Standard error of the span."""
        return float((self.ceiling_draws - self.floor_draws).std())

    def points(self, raw: Array) -> Array:
        """Raw scores as points of the scale."""
        scaled: Array = 100.0 * (raw - self.floor) / self.span
        return scaled

    def points_drawn(self, raws: Array) -> Array:
        """Draws of a raw score in points, the ends drawn as well, (DRAWS,)."""
        scaled: Array = 100.0 * (raws - self.floor - self.floor_draws) / self.spans_drawn()
        return scaled

    def spans_drawn(self) -> Array:
        """Draws of the span, (DRAWS,), kept from running to zero."""
        spans = self.span + self.ceiling_draws - self.floor_draws
        return np.maximum(spans, LEAST_SPAN * self.span)


def measure_levels(
    profile: Profile,
    ceiling: Pool,
    own: Pool,
    others: Others,
    *,
    length_shares: Array,
    size: float,
    rng: np.random.Generator,
) -> Levels:
    """Floor and ceiling at `size` messages.

    ceiling: the half of the person's test replies that sets the ceiling; own: both halves;
    length_shares: (bins,) share of the person's messages in each length bin.
    """
    batches = own_batches(profile, own, size=size, rng=rng)
    floor = measure_floor(profile, others, quota=length_shares * size, size=size, rng=rng)
    slopes, intercept = profile.model.weights.at(size)
    cap: Array = np.percentile(batches, OVER_TYPICAL, axis=0)
    top = mean_raw(profile, ceiling, size=size, cap=cap, rng=rng)
    weights = halves(ceiling.conversations, ceiling.messages, draws=DRAWS, rng=rng)
    tops = profile.raw(weights @ ceiling.evidence, size)
    return Levels(
        size,
        floor.raw,
        top,
        floor.shares,
        floor.draws,
        tops - tops.mean(),
        batches @ slopes + intercept,
        cap,
        floor.scores,
        floor.weights,
    )


def mean_raw(
    profile: Profile,
    pool: Pool,
    *,
    size: float,
    rng: np.random.Generator,
    cap: Array | None = None,
) -> float:
    """The raw score of a pool at `size` messages, averaged over random subsets of its replies."""
    if pool.total() <= size + 1e-9:
        return float(profile.raw(pool.evidence.sum(0, keepdims=True), size, cap)[0])
    weights = draw_by_size(pool, size, draws=SUBSETS, rng=rng)
    return float(profile.raw(weights @ pool.evidence, size, cap).mean())


def own_batches(profile: Profile, own: Pool, *, size: float, rng: np.random.Generator) -> Array:
    """Similarities of the person's own batches of `size` messages, (OWN_DRAWS, families).

    Batches drawn without replacement from few messages vary too little; their deviation is
    stretched to that of independent batches: sqrt(n / size) for smaller ones, sqrt(N / (N - n)) for
    the finite number of messages.
    """
    total = own.total()
    taken = min(size, total / 2)
    weights = draw_by_size(own, taken, draws=OWN_DRAWS, rng=rng)
    found = profile.similarities(weights @ own.evidence)
    stretch = np.sqrt(taken / size * total / (total - taken))
    spread: Array = found.mean(0) + (found - found.mean(0)) * stretch
    return spread


def separability(levels: Levels, *, rng: np.random.Generator) -> tuple[float, float, float]:
    """AUC of the person's batches against other people's, with its 95 % interval."""
    wins = (levels.own[:, None] > levels.others).mean(0)  # (people,)
    auc = float(wins @ levels.other_weights)
    draws = []
    for _ in range(DRAWS):
        picked = rng.integers(len(wins), size=len(wins))
        weights = levels.other_weights[picked]
        shift = rng.choice(levels.ceiling_draws)
        won = (levels.own[:, None] + shift > levels.others[picked]).mean(0)
        draws.append(float(won @ weights / weights.sum()))
    low, high = np.percentile(draws, [2.5, 97.5])
    return min(1.0, auc), min(float(low), auc), min(1.0, max(float(high), auc))
