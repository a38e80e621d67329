"""The zero of the scale: where other people stand who write as many messages of the same lengths.

The log's own other speakers and the shipped bank tell. The bank comes from one community and counts
by the chance that the log comes from it too. Errors were measured (docs/methods.md).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval.style.community import NO_SIGNS, Signs, chance_of_home
from eval.style.model import FAMILIES, Array
from eval.style.pool import Pool, draw_by_length
from eval.style.resemblance import Profile

DRAWS = 200
IMPOSTOR_DRAWS = 6  # subsets averaged per impostor
# Error of the bank's median as a zero point within its own community, in standard deviations of
# people's scores.
BANK_ERROR = 0.33
ENOUGH_SPEAKERS = 8  # of the log, to take the spread of people from the log itself


@dataclass(frozen=True, slots=True, eq=False)
class Others:
    """The other people, seen from a profile: the log's and the bank's.

    views: a profile for each of the log's people, where they are not all seen from the same.
    """

    log: tuple[Pool, ...]
    bank: tuple[Pool, ...] = ()
    signs: Signs = NO_SIGNS  # of the log coming from the bank's community
    views: tuple[Profile, ...] = ()

    def __len__(self) -> int:
        return len(self.log) + len(self.bank)


@dataclass(frozen=True, slots=True)
class Shares:
    """How much of the zero rests on the log and on the bank, and the error."""

    log: float
    bank: float  # the rest
    error: float  # but for that of the log's median, in standard deviations of people's scores


@dataclass(frozen=True, slots=True, eq=False)
class Floor:
    """The zero point with its error and the people behind it."""

    raw: float
    shares: Shares
    draws: Array  # (DRAWS,) its error, centred on 0
    scores: Array  # (people,) one batch each
    weights: Array  # (people,) sum to 1


def measure_floor(
    profile: Profile, others: Others, *, quota: Array, size: float, rng: np.random.Generator
) -> Floor:
    """The zero point at `size` messages with `quota` of them in each length bin, (bins,)."""
    views = others.views or (profile,) * len(others.log)
    log = similarities(views, others.log, quota=quota, rng=rng)
    bank = similarities((profile,) * len(others.bank), others.bank, quota=quota, rng=rng)
    slopes, intercept = profile.model.weights.at(size)
    log_raw, bank_raw = log @ slopes + intercept, bank @ slopes + intercept
    log_mean, bank_mean = log_raw.mean(1), bank_raw.mean(1)
    spread = people_spread(log_mean, bank_mean)
    shares = share_out(log_mean, bank_mean, others.signs, spread=spread)
    weights = [np.full(len(log), shares.log / max(1, len(log)))]
    weights += [np.full(len(bank), shares.bank / max(1, len(bank)))]
    return Floor(
        shares.log * _median(log_mean) + shares.bank * _median(bank_mean),
        shares,
        shares.log * median_draws(log_mean, bank_mean, spread=spread, rng=rng)
        + rng.normal(0.0, shares.error * spread, DRAWS),
        np.concatenate([log_raw[:, 0], bank_raw[:, 0]]),
        np.concatenate(weights),
    )


def share_out(log: Array, bank: Array, signs: Signs, *, spread: float) -> Shares:
    """How much of the zero rests on the log's median and on the bank's.

    log, bank: one raw score per person. They weigh by inverse variance, the bank only as far as the
    log comes from its community; doubt about that is part of the error.
    """
    if not len(bank):
        return Shares(1.0, 0.0, 0.0)
    if not len(log):
        return Shares(0.0, 1.0, BANK_ERROR)
    variance = 1 / len(log)
    gap = (_median(log) - _median(bank)) / spread
    home = chance_of_home(gap / math.hypot(BANK_ERROR, math.sqrt(variance)), signs)
    joined = variance / (variance + BANK_ERROR**2)  # the bank's share at home
    doubt = math.sqrt(home * (1 - home)) * joined * gap
    return Shares(1 - home * joined, home * joined, math.hypot(home * joined * BANK_ERROR, doubt))


def _median(scores: Array) -> float:
    """The median, 0 of nobody."""
    return float(np.median(scores)) if len(scores) else 0.0


def similarities(
    views: Sequence[Profile], pools: Sequence[Pool], *, quota: Array, rng: np.random.Generator
) -> Array:
    """Similarities of each person's batches to his view, (people, IMPOSTOR_DRAWS, families)."""
    found = [
        view.similarities(
            draw_by_length(pool, quota, draws=IMPOSTOR_DRAWS, rng=rng) @ pool.evidence
        )
        for view, pool in zip(views, pools, strict=True)
    ]
    return np.array(found).reshape(len(pools), IMPOSTOR_DRAWS, len(FAMILIES))


def people_spread(log: Array, bank: Array) -> float:
    """Standard deviation of people's raw scores; the bank's stands in for missing speakers."""
    missing = max(0, ENOUGH_SPEAKERS - max(1, len(log))) if len(bank) else 0
    if not missing:
        return float(np.std(log)) or 1.0
    squares = float(np.sum((log - log.mean()) ** 2)) if len(log) else 0.0
    return math.sqrt((squares + missing * float(np.var(bank))) / (ENOUGH_SPEAKERS - 1)) or 1.0


def median_draws(log: Array, bank: Array, *, spread: float, rng: np.random.Generator) -> Array:
    """Draws of the median around itself, (DRAWS,): other people might have been in the log.

    log, bank: one raw score per person. With few speakers in the log they are drawn from the bank
    and brought to `spread`.
    """
    people = log if len(log) >= ENOUGH_SPEAKERS or not len(bank) else bank
    scaled = (people - np.median(people)) * spread / (float(np.std(people)) or 1.0)
    medians = np.median(rng.choice(scaled, (DRAWS, len(log) or len(bank))), axis=1)
    centred: Array = medians - medians.mean()
    return centred
