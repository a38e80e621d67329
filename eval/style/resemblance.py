"""A person's profile, and how near messages come to it: four similarities, logistic sum.

    n-grams       mean over n-grams g of log((c(g) + a q(g)) / (N + a) / q(g)),
                  c the person's counts, N their sum, q the background
    masked        the same on topic-masked text (Stamatatos 2017)
    words, marks  cosine of whitened rates (Burrows 2002; Smith & Aldridge 2011 for the cosine)
    habits        cosine of whitened means of `habits.HABITS`

Messages enter as sums ("evidence"), so a subset of messages is one row of a matrix product.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.style.features import Features
from eval.style.grams import BUCKETS, Grams
from eval.style.model import Array, Model

PRIOR_GRAMS = 3000.0  # a: the background counts as much as this many n-grams of the person
FIXED = (
    6  # columns of evidence before the rates: two n-gram sums with their counts, words, messages
)


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """What the reference messages say about the person, ready to be compared with."""

    model: Model
    plain: Array  # (BUCKETS,) log-likelihood ratio of each n-gram bucket
    masked: Array  # (BUCKETS,)
    rates: Array  # (rates,) unit vector, whitened
    habits: Array  # (habits,) unit vector, whitened

    def evidence(self, features: Features) -> Array:
        """What each message adds to a score, (messages, FIXED + rates + habits)."""
        return self.evidence_of(
            features.plain,
            features.masked,
            features.words,
            np.ones(len(features), np.float32),
            features.rates,
            features.habits,
        )

    def evidence_of(
        self,
        plain: Grams,
        masked: Grams,
        words: NDArray[np.float32],
        messages: NDArray[np.float32],
        rates: NDArray[np.float32],
        habits: NDArray[np.float32],
    ) -> Array:
        """The same from sums over units of one or more messages, all (units, ...)."""
        fixed = (
            plain.weighted(self.plain),
            plain.totals(),
            masked.weighted(self.masked),
            masked.totals(),
            words,
            messages,
        )
        return np.column_stack([*fixed, rates, habits]).astype(np.float64)

    def similarities(self, sums: Array) -> Array:
        """The similarities of pooled messages, (pools, 4), from sums (pools, columns)."""
        width = len(self.rates)
        words, messages = np.maximum(sums[:, 4:5], 1.0), np.maximum(sums[:, 5:6], 1e-9)
        rates = self.model.rates.apply(sums[:, FIXED : FIXED + width] / words)
        habits = self.model.habits.apply(sums[:, FIXED + width :] / messages)
        return np.column_stack(
            [
                sums[:, 0] / np.maximum(sums[:, 1], 1.0),
                sums[:, 2] / np.maximum(sums[:, 3], 1.0),
                unit_rows(rates) @ self.rates,
                unit_rows(habits) @ self.habits,
            ]
        )

    def raw(self, sums: Array, size: float, cap: Array | None = None) -> Array:
        """The raw score of pools, (pools,): log-odds, comparable only at the same size.

        cap: (families,) what no similarity counts beyond, or None.
        """
        found = self.similarities(sums)
        slopes, intercept = self.model.weights.at(size)
        score: Array = (found if cap is None else np.minimum(found, cap)) @ slopes + intercept
        return score


def build_profile(model: Model, reference: Features) -> Profile:
    """The profile of the person who wrote the reference messages."""
    rates = reference.rates.sum(0, dtype=np.float64) / max(1.0, float(reference.words.sum()))
    habits = reference.habits.mean(0, dtype=np.float64)
    return Profile(
        model,
        log_ratio(reference.plain.histogram(), model.plain),
        log_ratio(reference.masked.histogram(), model.masked),
        unit_rows(model.rates.apply(rates[None]))[0],
        unit_rows(model.habits.apply(habits[None]))[0],
    )


def log_ratio(counts: Array, background: Array) -> Array:
    """log of the smoothed share of each bucket over its background share, (BUCKETS,), in nats."""
    assert len(counts) == BUCKETS
    smoothed = (counts + PRIOR_GRAMS * background) / (counts.sum() + PRIOR_GRAMS)
    ratio: Array = np.log(smoothed / background)
    return ratio


def unit_rows(values: Array) -> Array:
    """Every row divided by its length; a zero row stays zero."""
    length = np.linalg.norm(values, axis=1, keepdims=True)
    unit: Array = values / np.maximum(length, 1e-9)
    return unit
