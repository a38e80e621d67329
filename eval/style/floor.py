"""The zero of the scale: where other people stand who write as many messages of the same lengths.

Other people are the log's own speakers and the shipped bank. The bank comes from one community:
its speakers are moved by what sets the log's speakers apart from it, as far as these agree on it,
and weigh by the error that is left. The errors were measured (docs/methods.md).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval.style.features import Features
from eval.style.model import Array
from eval.style.pool import Pool, draw_by_length
from eval.style.resemblance import FIXED, Profile

DRAWS = 200
IMPOSTOR_DRAWS = 6  # subsets averaged per impostor
# Errors of the bank's median as a zero point, in standard deviations of people's scores.
BANK_ERROR = 0.33  # within its own community
MOVED_ERROR = 12.0  # further error where one speaker moved it all the way
CONFLICT = 3.0  # standard errors between log and moved bank that chance still explains
CHANCE = 0.1  # correlation of two profiles that people of the bank's community reach as well
ENOUGH_SPEAKERS = 8  # of the log, to take the spread of people from the log itself


@dataclass(frozen=True, slots=True, eq=False)
class Others:
    """The other people, seen from a profile: the log's and the bank's, moved to the log."""

    log: tuple[Pool, ...]
    bank: tuple[Pool, ...]
    agreement: float  # 0..1, how far the bank was moved

    def __len__(self) -> int:
        return len(self.log) + len(self.bank)


@dataclass(frozen=True, slots=True, eq=False)
class Floor:
    """The zero point with its error and the people behind it."""

    raw: float
    draws: Array  # (DRAWS,) its error, centred on 0
    scores: Array  # (people,) one batch each
    weights: Array  # (people,) sum to 1


def move_bank(
    profile: Profile, reference: Features, others: Sequence[Features], bank: Sequence[Pool]
) -> tuple[tuple[Pool, ...], float]:
    """The bank's pools with rates and habits moved to the log's mean, and how far they were moved.

    The log's mean departs from the bank's by what the speakers share; its reliability follows from
    the mean correlation of their whitened rates by the Spearman-Brown formula.
    """
    speakers = [reference, *others]
    rates = np.stack([mean_rates(one) for one in speakers])
    habits = np.stack([one.habits.mean(0, dtype=np.float64) for one in speakers])
    agreement = reliability(profile.model.rates.apply(rates))
    if not others:
        return tuple(bank), 0.0
    sums = np.stack([pool.evidence.sum(0) for pool in bank])
    width = rates.shape[1]
    bank_rates = (sums[:, FIXED : FIXED + width] / sums[:, 4:5]).mean(0)
    bank_habits = (sums[:, FIXED + width :] / sums[:, 5:6]).mean(0)
    step_rates = agreement * (rates[1:].mean(0) - bank_rates)
    step_habits = agreement * (habits[1:].mean(0) - bank_habits)
    moved = []
    for pool in bank:
        evidence = pool.evidence.copy()
        evidence[:, FIXED : FIXED + width] += evidence[:, 4:5] * step_rates
        evidence[:, FIXED + width :] += evidence[:, 5:6] * step_habits
        moved.append(Pool(evidence, pool.messages, pool.bins, pool.conversations))
    return tuple(moved), agreement


def mean_rates(features: Features) -> Array:
    """Rates of words and marks over all messages, (rates,)."""
    rates: Array = features.rates.sum(0, dtype=np.float64) / max(1.0, float(features.words.sum()))
    return rates


def reliability(profiles: Array) -> float:
    """Reliability of the speakers' mean, 0..1, from their whitened rates, (speakers, columns).

    Rates only: habits scatter more between people than between communities.
    """
    count = len(profiles)
    if count < 2:
        return 0.0
    products = profiles @ profiles.T
    own = float(np.trace(products)) / count
    found = (float(products.sum()) / count - own) / (count - 1) / own
    correlation = max(0.0, (found - CHANCE) / (1 - CHANCE))
    return count * correlation / (1 + (count - 1) * correlation)


def measure_floor(
    profile: Profile, others: Others, *, quota: Array, size: float, rng: np.random.Generator
) -> Floor:
    """The zero point at `size` messages with `quota` of them in each length bin, (bins,)."""
    log, bank = (
        similarities(profile, pools, quota=quota, rng=rng) for pools in (others.log, others.bank)
    )
    if len(log) and len(bank):
        step = others.agreement * (log[:, :, :2].mean((0, 1)) - bank[:, :, :2].mean((0, 1)))
        bank[:, :, :2] += step  # the n-gram families have no mean to move; their scores are moved
    slopes, intercept = profile.model.weights.at(size)
    log_raw, bank_raw = log @ slopes + intercept, bank @ slopes + intercept
    spread = people_spread(log_raw.mean(1), bank_raw.mean(1))
    medians = [float(np.median(raw.mean(1))) if len(raw) else 0.0 for raw in (log_raw, bank_raw)]
    gap = abs(medians[0] - medians[1]) / spread if len(log) and len(bank) else 0.0
    error = bank_error(len(log), others.agreement, gap=gap)
    share = bank_share(len(log), len(bank), error)
    weight = (1 - share) + share * others.agreement if len(log) else 1.0
    weights = [np.full(len(log), (1 - share) / max(1, len(log)))]
    weights += [np.full(len(bank), share / max(1, len(bank)))]
    return Floor(
        (1 - share) * medians[0] + share * medians[1],
        weight * median_draws(log_raw.mean(1), bank_raw.mean(1), rng)
        + rng.normal(0.0, share * error * spread, DRAWS),
        np.concatenate([log_raw[:, 0], bank_raw[:, 0]]),
        np.concatenate(weights),
    )


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


def bank_error(log: int, agreement: float, *, gap: float) -> float:
    """Standard error of the moved bank's median, in standard deviations of people's scores.

    log: speakers of the log; agreement: how far the bank was moved; gap: between the two medians;
    what of it chance does not explain is the bank's error.
    """
    people = max(1, log)
    chance = CONFLICT * math.hypot(BANK_ERROR, 1 / math.sqrt(people))
    conflict = math.sqrt(max(0.0, gap**2 - chance**2))
    return math.hypot(BANK_ERROR, MOVED_ERROR * agreement / math.sqrt(people), conflict)


def bank_share(log: int, bank: int, error: float) -> float:
    """Weight of the bank's median in the floor: by inverse variance against the log's."""
    worth = 1.0 / error**2  # speakers of the log
    return worth / (worth + log) if bank else 0.0


def median_draws(log: Array, bank: Array, rng: np.random.Generator) -> Array:
    """Draws of the median around itself, (DRAWS,): other people might have been in the log.

    log, bank: one raw score per person. With few speakers in the log their spread is the bank's.
    """
    spread = log if len(log) >= ENOUGH_SPEAKERS or not len(bank) else bank
    picked = rng.choice(spread - np.median(spread), (DRAWS, len(log) or len(bank)))
    medians = np.median(picked, axis=1)
    centred: Array = medians - medians.mean()
    return centred
