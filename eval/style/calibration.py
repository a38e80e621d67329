"""The ends of the scale: 0 where other people stand, 100 where the person's own replies stand.

Both ends are measured at the same number of messages and, for the others, in the person's length
bins. Every quantity comes with draws that carry its sampling error, so that intervals contain the
error of the ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval.style.model import Array
from eval.style.pool import Pool, draw_by_length, draw_by_size, halves
from eval.style.resemblance import Profile

DRAWS = 200  # half-samples per quantity
IMPOSTOR_DRAWS = 6  # subsets averaged per impostor
OWN_DRAWS = 200  # subsets of the person's own replies
BANK_WEIGHT = 3.0  # the bank as a whole counts as so many speakers of the log


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a reader needs to judge the scale of one persona."""

    floor: float  # raw score of other people: the score 0
    ceiling: float  # raw score of the person's own held-out replies: the score 100
    impostors: int  # other people behind the floor, bank included
    auc: float  # chance that a batch of the person's outscores a batch of somebody else's
    auc_low: float
    auc_high: float
    replies_needed: int  # replies for a 95 % interval of +- 20 points


@dataclass(frozen=True, slots=True, eq=False)
class Others:
    """The other people: those of the log and those of the bank."""

    log: tuple[Pool, ...]
    bank: tuple[Pool, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """Both ends at one size, with their sampling error as centred draws."""

    size: float  # messages
    floor: float
    ceiling: float
    floor_draws: Array  # (DRAWS,)
    ceiling_draws: Array  # (DRAWS,)
    own: Array  # (OWN_DRAWS,) raw scores of the person's own batches of this size
    others: Array  # (impostors,) raw scores, one batch each
    other_weights: Array  # (impostors,) sum to 1

    def points(self, raw: Array) -> Array:
        """Raw scores as points of the scale."""
        scaled: Array = 100.0 * (raw - self.floor) / (self.ceiling - self.floor)
        return scaled


def measure_levels(
    profile: Profile,
    ceiling: Pool,
    own: Pool,
    others: Others,
    *,
    quota_shares: Array,
    size: float,
    rng: np.random.Generator,
) -> Levels:
    """Floor and ceiling at `size` messages.

    ceiling: the half of the person's test replies that sets the ceiling; own: both halves;
    quota_shares: (bins,) share of the person's messages in each length bin.
    """
    log_raw, bank_raw = (
        impostor_scores(profile, pools, quota=quota_shares * size, size=size, rng=rng)
        for pools in (others.log, others.bank)
    )
    bank_share = _bank_share(len(log_raw), len(bank_raw))
    floor = _blend(log_raw.mean(1), bank_raw.mean(1), bank_share)
    floor_draws = np.array(
        [
            _blend(_half(log_raw, rng).mean(1), _half(bank_raw, rng).mean(1), bank_share)
            for _ in range(DRAWS)
        ]
    )
    top = mean_raw(profile, ceiling, size=size, rng=rng)
    weights = halves(ceiling.conversations, draws=DRAWS, rng=rng)
    ceiling_draws = profile.raw(weights @ ceiling.evidence, size)
    return Levels(
        size,
        floor,
        top,
        floor_draws - floor_draws.mean(),
        ceiling_draws - ceiling_draws.mean(),
        own_batches(profile, own, size=size, rng=rng),
        np.concatenate([log_raw[:, 0], bank_raw[:, 0]]),
        _impostor_weights(len(log_raw), len(bank_raw), bank_share),
    )


def impostor_scores(
    profile: Profile, pools: Sequence[Pool], *, quota: Array, size: float, rng: np.random.Generator
) -> Array:
    """Raw scores of each impostor at the given lengths, (impostors, IMPOSTOR_DRAWS)."""
    if not pools:
        return np.zeros((0, IMPOSTOR_DRAWS))
    sums = [
        draw_by_length(pool, quota, draws=IMPOSTOR_DRAWS, rng=rng) @ pool.evidence for pool in pools
    ]
    return profile.raw(np.vstack(sums), size).reshape(len(pools), IMPOSTOR_DRAWS)


def mean_raw(
    profile: Profile, pool: Pool, *, size: float, rng: np.random.Generator, draws: int = 40
) -> float:
    """The raw score of a pool at `size` messages, averaged over random subsets of its replies."""
    if pool.total() <= size + 1e-9:
        return float(profile.raw(pool.evidence.sum(0, keepdims=True), size)[0])
    weights = draw_by_size(pool, size, draws=draws, rng=rng)
    return float(profile.raw(weights @ pool.evidence, size).mean())


def own_batches(profile: Profile, own: Pool, *, size: float, rng: np.random.Generator) -> Array:
    """Raw scores of the person's own batches of `size` messages, (OWN_DRAWS,).

    Batches drawn without replacement from few messages vary too little; the deviation from their
    mean is stretched by sqrt(N / (N - n)), the finite-population factor.
    """
    total = own.total()
    weights = draw_by_size(own, min(size, total / 2), draws=OWN_DRAWS, rng=rng)
    raw = profile.raw(weights @ own.evidence, size)
    taken = min(size, total / 2)
    stretch = np.sqrt(taken / size) * np.sqrt(total / max(total - taken, 1.0))
    spread: Array = raw.mean() + (raw - raw.mean()) * stretch
    return spread


def summarise(levels: Levels, *, rng: np.random.Generator) -> tuple[float, float, float]:
    """AUC of the person's batches against other people's, with its 95 % interval."""
    wins = (levels.own[:, None] > levels.others).mean(0)  # (impostors,)
    auc = float(wins @ levels.other_weights)
    draws = []
    for _ in range(DRAWS):
        picked = rng.integers(len(wins), size=len(wins))
        weights = levels.other_weights[picked]
        shift = rng.choice(levels.ceiling_draws)
        won = (levels.own[:, None] + shift > levels.others[picked]).mean(0)
        draws.append(float(won @ weights / weights.sum()))
    low, high = np.percentile(draws, [2.5, 97.5])
    return auc, float(min(low, auc)), float(max(high, auc))


def _bank_share(log: int, bank: int) -> float:
    """Weight of the bank's median in the floor."""
    return 0.0 if not bank else BANK_WEIGHT / (BANK_WEIGHT + log)


def _blend(log: Array, bank: Array, bank_share: float) -> float:
    """The floor: the medians of log and bank, weighted."""
    parts = 0.0
    if len(log):
        parts += (1 - bank_share) * float(np.median(log))
    if len(bank):
        parts += bank_share * float(np.median(bank))
    return parts


def _impostor_weights(log: int, bank: int, bank_share: float) -> Array:
    """Weight of every impostor in the AUC."""
    own = np.full(log, (1 - bank_share) / max(log, 1))
    shipped = np.full(bank, bank_share / max(bank, 1))
    return np.concatenate([own, shipped])


def _half(rows: Array, rng: np.random.Generator) -> Array:
    """Half of the rows without replacement; a single one is kept."""
    count = len(rows)
    extra = int(rng.integers(2)) if count % 2 else 0
    return rows[rng.permutation(count)[: max(1, count // 2 + extra)]] if count else rows
