"""The model of a log in another language, learned from the log's own speakers.

Word rates are centred, scaled and (without their covariances) whitened on the log's speakers,
habits are centred on them, and the n-gram background is their text. The logistic weights stay. The
bank is English and is left out.
"""

from collections.abc import Sequence

import numpy as np

from eval.style.community import mean_rates
from eval.style.features import Features
from eval.style.grams import Grams
from eval.style.lexicon import Lexicon
from eval.style.model import Array, Model, Whitening

BATCH_MESSAGES = 50
SHRINKAGE = 0.3
RATE_FLOOR = 1e-4
SHIPPED_SHARE = 0.05  # of the shipped background in the log's, so that no n-gram has probability 0


def local_model(
    model: Model, lexicon: Lexicon, speakers: Sequence[Features], *, rng: np.random.Generator
) -> Model:
    """The model for a log in the lexicon's language; `speakers` are the log's, at least two."""
    habits = np.stack([one.habits.mean(0, dtype=np.float64) for one in speakers])
    return Model(
        lexicon,
        local_background([one.plain for one in speakers], model.plain),
        local_background([one.masked for one in speakers], model.masked),
        local_rates(speakers, rng),
        Whitening(habits.mean(0), model.habits.scale, model.habits.root),
        model.weights,
    )


def local_background(grams: Sequence[Grams], shipped: Array) -> Array:
    """Share of every n-gram bucket among the speakers, each counting the same, (BUCKETS,)."""
    histograms = [one.histogram() for one in grams]
    shares = np.mean([counts / max(1.0, counts.sum()) for counts in histograms], axis=0)
    mixed: Array = (1 - SHIPPED_SHARE) * shares + SHIPPED_SHARE * shipped
    return mixed


def local_rates(speakers: Sequence[Features], rng: np.random.Generator) -> Whitening:
    """Centre, scale and per-column whitening of rates, from batches of each speaker."""
    profiles, within = [], []
    for one in speakers:
        batches = batch_rates(one, rng)
        profiles.append(mean_rates(one))
        within.append(batches - batches.mean(0))
    means = np.stack(profiles)
    scale = means.std(0) + RATE_FLOOR
    variance = (np.vstack(within) / scale).var(0)
    shrunk = (1 - SHRINKAGE) * variance + SHRINKAGE * variance.mean() + 1e-6
    return Whitening(means.mean(0), scale, np.diag(1 / np.sqrt(shrunk)))


def batch_rates(features: Features, rng: np.random.Generator) -> Array:
    """Rates of batches of messages drawn without replacement, (batches, rates), at least two."""
    order = rng.permutation(len(features))
    count = max(2, len(order) // BATCH_MESSAGES)
    parts = np.array_split(order, count)
    rates = [features.rates[part].sum(0) / max(1.0, features.words[part].sum()) for part in parts]
    return np.stack(rates).astype(np.float64)
