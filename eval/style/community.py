"""Whether a log comes from the bank's community: only there do the bank's people tell its zero.

Three signs speak against it: the log's zero lies above the bank's, since people of one community
resemble each other; its speakers share rates of words that the bank's do not; their n-grams are
rarer in the background than the bank's. Their weights were chosen on invented communities made of
the bank's own authors (checks/invented.py), never on a real second one.
"""

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval.style.bank import Bank
from eval.style.features import Features
from eval.style.grams import Grams
from eval.style.model import Array, Model

CHANCE = 0.1  # correlation of two profiles that people of the bank's community reach as well
# Log-odds of coming from the bank's community: a log without signs, and what each sign takes.
HOME = 3.0
PER_SQUARED_GAP = 0.5  # as of a normal distribution
PER_AGREEMENT = 15.0
PER_STRANGENESS = 2.0


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks against the bank's community, apart from the zeros."""

    agreement: float  # 0..1, mean correlation of the speakers' whitened rates beyond chance
    strangeness: float  # standard deviations of the bank's people by which n-grams are rarer


NO_SIGNS = Signs(0.0, 0.0)


def read_signs(model: Model, speakers: Sequence[Features], bank: Bank) -> Signs:
    """The signs of a log's speakers, the person among them."""
    rates = model.rates.apply(np.stack([mean_rates(one) for one in speakers]))
    return Signs(agreement(rates), strangeness(model, speakers, bank))


def chance_of_home(gap: float, signs: Signs) -> float:
    """Chance that the log comes from the bank's community.

    gap: of the zeros that log and bank give, in standard errors, positive where the log's is above.
    """
    odds = HOME - PER_SQUARED_GAP * max(0.0, gap) ** 2
    odds -= PER_AGREEMENT * signs.agreement + PER_STRANGENESS * signs.strangeness
    return 1 / (1 + math.exp(min(-odds, 700.0)))


def mean_rates(features: Features) -> Array:
    """Rates of words and marks over all messages, (rates,)."""
    rates: Array = features.rates.sum(0, dtype=np.float64) / max(1.0, float(features.words.sum()))
    return rates


def agreement(profiles: Array) -> float:
    """Mean correlation of the speakers' whitened rates, (speakers, columns), beyond chance, 0..1.

    Rates only: habits scatter more between people than between communities.
    """
    count = len(profiles)
    if count < 2:
        return 0.0
    products = profiles @ profiles.T
    own = float(np.trace(products)) / count
    found = (float(products.sum()) / count - own) / (count - 1) / own
    return max(0.0, (found - CHANCE) / (1 - CHANCE))


def strangeness(model: Model, speakers: Sequence[Features], bank: Bank) -> float:
    """By how many standard deviations the speakers' n-grams are rarer than those of the bank."""
    found = []
    for name in ("plain", "masked"):
        usual, spread = bank_rarity(model, bank, name)
        here = [rarity(getattr(one, name), getattr(model, name)) for one in speakers]
        found.append((float(np.mean(here)) - usual) / spread)
    return max(0.0, float(np.mean(found)))


@functools.cache
def bank_rarity(model: Model, bank: Bank, name: str) -> tuple[float, float]:
    """Mean and standard deviation of the bank's people in the rarity of their n-grams."""
    grams: Grams = getattr(bank, name)
    sums = np.bincount(bank.speakers, weights=grams.weighted(np.log(getattr(model, name))))
    rarities = -sums / np.bincount(bank.speakers, weights=grams.totals())
    return float(rarities.mean()), float(rarities.std())


def rarity(grams: Grams, background: Array) -> float:
    """Mean negative log-probability of the n-grams in the background, nats."""
    counts = grams.counts.astype(np.float64)
    return -float(counts @ np.log(background)[grams.buckets]) / max(1.0, float(counts.sum()))
