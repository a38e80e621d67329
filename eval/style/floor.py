"""The zero of the scale: where other people stand who write as many messages of the same lengths.

Three things tell: the log's own other speakers, the shipped bank, and the person's own level, since
people stand about as far above others as the bank's people do. The bank comes from one community
and counts by the chance that the log comes from it too. Errors were measured (docs/methods.md).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval.style.community import NO_SIGNS, Signs, chance_of_home
from eval.style.model import Array
from eval.style.pool import Pool, draw_by_length
from eval.style.resemblance import Profile

DRAWS = 200
IMPOSTOR_DRAWS = 6  # subsets averaged per impostor
# In standard deviations of people's scores:
BANK_ERROR = 0.33  # error of the bank's median as a zero point within its own community
USUAL_SPAN = 4.0  # from the zero up to the person's own level
SPAN_ERROR = 1.25
ENOUGH_SPEAKERS = 8  # of the log, to take the spread of people from the log itself


@dataclass(frozen=True, slots=True, eq=False)
class Others:
    """The other people, seen from a profile: the log's and the bank's."""

    log: tuple[Pool, ...]
    bank: tuple[Pool, ...] = ()
    signs: Signs = NO_SIGNS  # of the log coming from the bank's community

    def __len__(self) -> int:
        return len(self.log) + len(self.bank)


@dataclass(frozen=True, slots=True)
class Shares:
    """How much of the zero rests on what, summing to 1, and its error."""

    log: float
    ceiling: float
    bank: float
    error: float  # but for that of the log's median, in standard deviations of people's scores


@dataclass(frozen=True, slots=True, eq=False)
class Floor:
    """The zero point with its error and the people behind it."""

    raw: float
    shares: Shares
    draws: Array  # (DRAWS,) its error, centred on 0, but for the ceiling's own
    scores: Array  # (people,) one batch each
    weights: Array  # (people,) sum to 1


def measure_floor(
    profile: Profile,
    others: Others,
    *,
    quota: Array,
    size: float,
    rng: np.random.Generator,
    ceiling: float | None = None,
) -> Floor:
    """The zero point at `size` messages with `quota` of them in each length bin, (bins,).

    ceiling: raw score of the person's own replies; without it the people alone tell.
    """
    log, bank = (
        similarities(profile, pools, quota=quota, rng=rng) for pools in (others.log, others.bank)
    )
    slopes, intercept = profile.model.weights.at(size)
    log_raw, bank_raw = log @ slopes + intercept, bank @ slopes + intercept
    log_mean, bank_mean = log_raw.mean(1), bank_raw.mean(1)
    spread = people_spread(log_mean, bank_mean)
    shares = share_out(log_mean, bank_mean, others.signs, spread=spread, ceiling=ceiling)
    places = (_median(log_mean), (ceiling or 0.0) - USUAL_SPAN * spread, _median(bank_mean))
    people = np.array([shares.log, shares.bank])
    people /= people.sum()
    return Floor(
        float(np.dot((shares.log, shares.ceiling, shares.bank), places)),
        shares,
        shares.log * median_draws(log_mean, bank_mean, rng)
        + rng.normal(0.0, shares.error * spread, DRAWS),
        np.concatenate([log_raw[:, 0], bank_raw[:, 0]]),
        np.repeat(people / np.maximum((len(log), len(bank)), 1), (len(log), len(bank))),
    )


def share_out(
    log: Array, bank: Array, signs: Signs, *, spread: float, ceiling: float | None
) -> Shares:
    """How much of the zero rests on the log's median, the person's level and the bank's median.

    log, bank: one raw score per person. Log and level weigh by inverse variance; the bank joins
    them by its own as far as the log comes from its community.
    """
    if not len(bank):
        return Shares(1.0, 0.0, 0.0, 0.0)
    worth = np.array([float(len(log)), 0.0 if ceiling is None else SPAN_ERROR**-2])
    if not worth.any():
        return Shares(0.0, 0.0, 1.0, BANK_ERROR)
    near = worth / worth.sum()
    usual = 0.0 if ceiling is None else ceiling - USUAL_SPAN * spread
    gap = (float(near @ (_median(log), usual)) - _median(bank)) / spread
    variance = 1 / float(worth.sum())
    home = chance_of_home(gap / math.hypot(BANK_ERROR, math.sqrt(variance)), signs)
    joined = variance / (variance + BANK_ERROR**2)  # the bank's share at home
    bank_share = home * joined
    left = (1 - bank_share) * near
    doubt = math.sqrt(home * (1 - home)) * joined * gap
    error = math.hypot(left[1] * SPAN_ERROR, bank_share * BANK_ERROR, doubt)
    return Shares(float(left[0]), float(left[1]), bank_share, error)


def _median(scores: Array) -> float:
    """The median, 0 of nobody."""
    return float(np.median(scores)) if len(scores) else 0.0


def similarities(
    profile: Profile, pools: Sequence[Pool], *, quota: Array, rng: np.random.Generator
) -> Array:
    """Similarities of each person's batches, (people, IMPOSTOR_DRAWS, families)."""
    found = [
        profile.similarities(
            draw_by_length(pool, quota, draws=IMPOSTOR_DRAWS, rng=rng) @ pool.evidence
        )
        for pool in pools
    ]
    families = len(profile.model.weights.slopes[0])
    return np.array(found).reshape(len(pools), IMPOSTOR_DRAWS, families)


def people_spread(log: Array, bank: Array) -> float:
    """Standard deviation of people's raw scores; of the bank's where the log has few."""
    few = len(log) < ENOUGH_SPEAKERS and len(bank)
    return float(np.std(bank if few else log)) or 1.0


def median_draws(log: Array, bank: Array, rng: np.random.Generator) -> Array:
    """Draws of the median around itself, (DRAWS,): other people might have been in the log.

    log, bank: one raw score per person. With few speakers in the log their spread is the bank's.
    """
    spread = log if len(log) >= ENOUGH_SPEAKERS or not len(bank) else bank
    picked = rng.choice(spread - np.median(spread), (DRAWS, len(log) or len(bank)))
    medians = np.median(picked, axis=1)
    centred: Array = medians - medians.mean()
    return centred
