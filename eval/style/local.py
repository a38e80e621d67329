"""The model of a log in another language, learned from the log's own speakers.

Word rates are centred, scaled and (without their covariances) whitened on the log's speakers,
habits are centred on them, and the n-gram background is their text. The logistic weights stay. The
bank is English and is left out.

A clone's text is not among theirs. So each of the others is placed as if his were not either
(`views_without`): his n-grams would look common and his habits average, and the zero would lie too
low.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from eval.style.community import mean_rates
from eval.style.features import Features
from eval.style.grams import Grams
from eval.style.lexicon import Lexicon
from eval.style.model import Array, Model, Whitening
from eval.style.resemblance import Profile, build_profile

BATCH_MESSAGES = 50
SHRINKAGE = 0.3
RATE_FLOOR = 1e-4
SHIPPED_SHARE = 0.05  # of the shipped background in the log's, so that no n-gram has probability 0


def local_model(
    model: Model, lexicon: Lexicon, speakers: Sequence[Features], *, rng: np.random.Generator
) -> Model:
    """The model for a log in the lexicon's language; `speakers` are the log's, at least two."""
    return Model(
        lexicon,
        mix(np.mean([gram_shares(one.plain) for one in speakers], axis=0), model.plain),
        mix(np.mean([gram_shares(one.masked) for one in speakers], axis=0), model.masked),
        local_rates(speakers, rng),
        Whitening(
            np.mean([mean_habits(one) for one in speakers], axis=0),
            model.habits.scale,
            model.habits.root,
        ),
        model.weights,
    )


def views_without(
    model: Model, shipped: Model, known: Features, rivals: Sequence[Features]
) -> Iterator[Profile]:
    """The person's profile as it would be had each of the rivals not been in the log.

    model: the log's, learned from `known`, the person's reference, and all `rivals`.
    """
    speakers = len(rivals) + 1

    def less(mean: Array, one: Array) -> Array:
        return (speakers * mean - one) / (speakers - 1)

    for rival in rivals:
        grams = mix(gram_shares(rival.plain), shipped.plain)
        masked = mix(gram_shares(rival.masked), shipped.masked)
        yield build_profile(
            Model(
                model.lexicon,
                less(model.plain, grams),
                less(model.masked, masked),
                replace(model.rates, mean=less(model.rates.mean, mean_rates(rival))),
                replace(model.habits, mean=less(model.habits.mean, mean_habits(rival))),
                model.weights,
            ),
            known,
        )


def gram_shares(grams: Grams) -> Array:
    """Share of every n-gram bucket in a speaker's text, (BUCKETS,)."""
    counts = grams.histogram()
    shares: Array = counts / max(1.0, counts.sum())
    return shares


def mix(shares: Array, shipped: Array) -> Array:
    """A background of the log's shares, with some of the shipped one's."""
    mixed: Array = (1 - SHIPPED_SHARE) * shares + SHIPPED_SHARE * shipped
    return mixed


def mean_habits(features: Features) -> Array:
    """Mean of every habit over a speaker's messages, (habits,)."""
    means: Array = features.habits.mean(0, dtype=np.float64)
    return means


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
