"""Same-or-different trials between authors: similarities of query batches to references, labelled.

Used to fit the weights and to measure AUC. A reference and a query never share a conversation.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from eval.style.corpus import Author
from eval.style.features import Features
from eval.style.grams import Grams
from eval.style.model import Array, Model, Rows
from eval.style.resemblance import Profile, build_profile

DRAWS_SELF = 8
DRAWS_OTHER = 2
OTHERS = 24


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """One target at one size: its similarities to own and other people's batches."""

    target: str
    size: int
    similarities: Array  # (batches, 4)
    raw: Array  # (batches,)
    is_self: Array  # (batches,) 1 or 0


def run_trials(
    model: Model,
    authors: Sequence[Author],
    *,
    sizes: Sequence[int],
    references: Sequence[int],
    rng: np.random.Generator,
    same_day: bool = False,
) -> Iterator[Trial]:
    """Trials of every author against up to OTHERS of the rest, at every size.

    references: reference sizes in messages, one drawn per target. same_day: the other people's
    messages come from the very days of the target's reference, so that topic favours the impostor.
    """
    for target in authors:
        length = int(rng.choice(references))
        reference = take(target.reference, rng.permutation(len(target.reference))[:length])
        profile = build_profile(model, reference)
        rivals = [author for author in authors if author is not target]
        chosen = [rivals[place] for place in rng.permutation(len(rivals))[:OTHERS]]
        own = profile.evidence(target.query)
        foreign = [_rival(profile, rival, target, same_day=same_day) for rival in chosen]
        for size in sizes:
            sums = [_batches(own, size, DRAWS_SELF, rng)] if len(own) >= size else []
            enough = [one for one in foreign if len(one) >= size]
            sums += [_batches(one, size, DRAWS_OTHER, rng) for one in enough]
            if len(own) < size or not enough:
                continue
            pooled = np.vstack(sums)
            labels = np.r_[np.ones(DRAWS_SELF), np.zeros(DRAWS_OTHER * len(enough))]
            found = profile.similarities(pooled)
            yield Trial(target.name, size, found, profile.raw(pooled, size), labels)


def take(features: Features, rows: Rows) -> Features:
    """Only the given messages."""
    return Features(
        plain=take_grams(features.plain, rows),
        masked=take_grams(features.masked, rows),
        rates=features.rates[rows],
        words=features.words[rows],
        habits=features.habits[rows],
        bins=features.bins[rows],
        replies=features.replies[rows],
        clusters=features.clusters[rows],
        texts=tuple(features.texts[row] for row in rows),
    )


def take_grams(grams: Grams, rows: Rows) -> Grams:
    """The n-grams of the given units, renumbered in the order given."""
    ends = np.searchsorted(grams.units, np.arange(grams.size + 1))
    spans = [slice(ends[row], ends[row + 1]) for row in rows]
    owner = np.repeat(
        np.arange(len(rows), dtype=np.int32), [span.stop - span.start for span in spans]
    )
    buckets = np.concatenate([grams.buckets[span] for span in spans])
    counts = np.concatenate([grams.counts[span] for span in spans])
    return Grams(owner, buckets, counts, len(rows))


def _rival(profile: Profile, rival: Author, target: Author, *, same_day: bool) -> Array:
    """Evidence of the other person's messages, only those of the reference's days where asked."""
    if not same_day:
        return profile.evidence(rival.query)
    days = set(target.reference_days)
    sides = ((rival.reference, rival.reference_days), (rival.query, rival.query_days))
    found = [profile.evidence(side)[[day in days for day in dates]] for side, dates in sides]
    return np.vstack(found)


def _batches(evidence: Array, size: int, draws: int, rng: np.random.Generator) -> Array:
    """Summed evidence of random batches without replacement, (draws, columns)."""
    return np.stack([evidence[rng.permutation(len(evidence))[:size]].sum(0) for _ in range(draws)])
