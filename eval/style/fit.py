"""Refits everything that ships in `fitted/`.

    python -m eval.style.fit --messages ubuntu_irc.jsonl.zst

Background n-grams come from the speakers with fewer than 200 messages; means, whitening, weights
and the bank from 62 % of those with more, chosen by a hash of their names. The other 38 % are never
read here: `check` tests on them.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from eval.style.bank import build_bank, save_bank
from eval.style.corpus import Author, Said, frequent, is_fitted_on, read_authors, read_speakers
from eval.style.features import extract
from eval.style.lexicon import ENGLISH_LEXICON
from eval.style.model import FITTED, Array, Model, Weights, Whitening, save_model
from eval.style.trials import run_trials
from eval.style.whitening import batch_sums, fit_whitening

SEED = 20261124
LEAST_MESSAGES = 200
LEAST_SIDE = 60
MOST_MESSAGES = 1200
SIZES = (1, 5, 10, 20, 50, 100, 200)
FOLDS = 3
HABIT_FLOOR = 0.2  # least standard deviation of a habit: emoji are rare on IRC, not in other chats
RATE_FLOOR = 1e-4
SHRINKAGE = 0.3
PENALTY = 0.1  # C of the logistic regression on standardised similarities


def background(speakers: dict[str, list[Said]]) -> tuple[Array, Array]:
    """Share of each n-gram bucket among the rarer speakers, plain and masked, (BUCKETS,) each."""
    often = set(frequent(speakers, messages=LEAST_MESSAGES))
    replies = [one.reply for name, said in speakers.items() if name not in often for one in said]
    features = extract(replies, ENGLISH_LEXICON, names=speakers)
    shares = []
    for grams in (features.plain, features.masked):
        counts = grams.histogram() + 0.5
        shares.append(counts / counts.sum())
    return shares[0], shares[1]


def fit_rates(authors: Sequence[Author], rng: np.random.Generator) -> Whitening:
    """Means, between-author scale and within-author whitening of the rates of words and marks."""
    sides = [side for author in authors for side in (author.reference, author.query)]
    profiles = np.stack([side.rates.sum(0) / side.words.sum() for side in sides]).astype(np.float64)
    batches = []
    for author in authors:
        rows = []
        for side in (author.reference, author.query):
            both = np.column_stack([side.rates, side.words]).astype(np.float64)
            sums = batch_sums(both, size=50, batches=12, rng=rng)
            rows.append(sums[:, :-1] / sums[:, -1:])
        batches.append(np.vstack(rows))
    scale = profiles.std(0) + RATE_FLOOR
    return fit_whitening(batches, mean=profiles.mean(0), scale=scale, shrinkage=SHRINKAGE)


def fit_habits(authors: Sequence[Author], rng: np.random.Generator) -> Whitening:
    """Means, message-level scale and within-author whitening of the habits."""
    values = np.vstack(
        [side.habits for author in authors for side in (author.reference, author.query)]
    )
    values = values.astype(np.float64)
    batches = []
    for author in authors:
        rows = [
            batch_sums(side.habits.astype(np.float64), size=20, batches=12, rng=rng)
            / min(20, len(side))
            for side in (author.reference, author.query)
        ]
        batches.append(np.vstack(rows))
    scale = np.maximum(values.std(0), HABIT_FLOOR)
    return fit_whitening(batches, mean=values.mean(0), scale=scale, shrinkage=SHRINKAGE)


def fit_weights(
    authors: Sequence[Author], plain: Array, masked: Array, rng: np.random.Generator
) -> Weights:
    """Logistic weights per size; a fold's whitening is fitted on the other folds."""
    from sklearn.linear_model import LogisticRegression

    blank = Weights(np.array([1.0]), np.ones((1, 4)), np.zeros(1))
    collected: dict[int, list[tuple[Array, Array]]] = {size: [] for size in SIZES}
    for fold in range(FOLDS):
        inside = [author for place, author in enumerate(authors) if place % FOLDS == fold]
        outside = [author for place, author in enumerate(authors) if place % FOLDS != fold]
        model = Model(
            ENGLISH_LEXICON, plain, masked, fit_rates(outside, rng), fit_habits(outside, rng), blank
        )
        for trial in run_trials(model, inside, sizes=SIZES, references=(100, 200, 300), rng=rng):
            collected[trial.size].append((trial.similarities, trial.is_self))
    slopes, intercepts = [], []
    for size in SIZES:
        values = np.vstack([one for one, _ in collected[size]])
        labels = np.concatenate([one for _, one in collected[size]])
        mean, spread = values.mean(0), values.std(0)
        fitted = LogisticRegression(C=PENALTY, class_weight="balanced", max_iter=3000)
        fitted.fit((values - mean) / spread, labels)
        slopes.append(fitted.coef_[0] / spread)
        intercepts.append(float(fitted.intercept_[0] - slopes[-1] @ mean))
        sys.stderr.write(f"{size} messages, {len(labels)} batches: {fitted.coef_[0].round(2)}\n")
    return Weights(np.array(SIZES, np.float64), np.stack(slopes), np.array(intercepts))


def fit(messages: Path, out: Path) -> None:
    """Writes model.npz and bank.npz into `out`."""
    speakers = read_speakers(messages)
    chosen = [name for name in frequent(speakers, messages=LEAST_MESSAGES) if is_fitted_on(name)]
    authors = read_authors(speakers, chosen, most=MOST_MESSAGES, least=LEAST_SIDE)
    plain, masked = background(speakers)
    rng = np.random.default_rng(SEED)
    weights = fit_weights(authors, plain, masked, rng)
    model = Model(
        ENGLISH_LEXICON, plain, masked, fit_rates(authors, rng), fit_habits(authors, rng), weights
    )
    save_model(model, out / "model.npz")
    save_bank(build_bank(authors), out / "bank.npz")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m eval.style.fit", description=__doc__)
    parser.add_argument("--messages", type=Path, required=True, help="ubuntu_irc.jsonl.zst")
    parser.add_argument("--out", type=Path, default=FITTED, help="folder for model.npz, bank.npz")
    chosen = parser.parse_args(arguments)
    fit(chosen.messages, chosen.out)


if __name__ == "__main__":
    main()
