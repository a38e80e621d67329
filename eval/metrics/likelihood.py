"""Axis: how likely the person's real held-out replies are to a model, in bits per character.

Characters and not tokens, so that models with different tokenizers compare. `gain` is what an arm
saves over the base on the person's replies; `specificity` is the part of that gain which it does
not also make on other speakers' replies, and so did not come from having learned chat in general.
"""

import math
from collections.abc import Sequence

import msgspec
import numpy as np

from eval.engine import Likelihood
from eval.significance import (
    FEWEST_CLUSTERS,
    Array,
    Estimate,
    Sums,
    around,
    by_conversation,
    half_sample_indices,
    ratio_estimate,
    standard_error,
)


class LikelihoodFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Bits per character of real replies; gain and specificity over the base, in the same unit.

    perplexity: per token, which only compares models of one tokenizer.
    """

    bits_per_character: float | None = None
    perplexity: float | None = None
    replies: int = 0
    gain: Estimate | None = None
    specificity: Estimate | None = None


class Read(msgspec.Struct, frozen=True):
    """What two models made of the same replies, and the conversations these are from."""

    base: Sequence[Likelihood]
    arm: Sequence[Likelihood]
    conversations: Sequence[str]


class Costs(msgspec.Struct, frozen=True):
    """What some replies cost the base in their own context and in a shuffled one."""

    own: Sequence[Likelihood]
    shuffled: Sequence[Likelihood]
    conversations: Sequence[str]

    @property
    def bits(self) -> Sums:
        """Bits and characters per conversation, in the own context."""
        bits = [row.nats / math.log(2) for row in self.own]
        characters = [float(row.characters) for row in self.own]
        return by_conversation(bits, self.conversations, weights=characters)

    @property
    def saved_by_context(self) -> list[float]:
        """Bits per reply that the own context saves over the shuffled one."""
        return saved_bits(Read(self.shuffled, self.own, self.conversations))


def bits_per_character(read: Sequence[Likelihood]) -> float:
    """All bits over all characters."""
    return sum(row.nats for row in read) / math.log(2) / sum(row.characters for row in read)


def perplexity(read: Sequence[Likelihood]) -> float:
    """Exponential of the mean nats per token."""
    return math.exp(sum(row.nats for row in read) / sum(row.tokens for row in read))


def likelihood_figures(
    person: Read, *, others: Read | None, draws: int, seed: int
) -> LikelihoodFigures:
    """The axis for one arm, on the person's replies and against other speakers' if given."""
    return LikelihoodFigures(
        bits_per_character=bits_per_character(person.arm),
        perplexity=perplexity(person.arm),
        replies=len(person.arm),
        gain=ratio_estimate(_saved(person), draws=draws, seed=seed),
        specificity=_specificity(person, others, draws=draws, seed=seed) if others else None,
    )


def saved_bits(read: Read) -> list[float]:
    """Bits the arm saves over the base on each reply."""
    return [(a.nats - b.nats) / math.log(2) for a, b in zip(read.base, read.arm, strict=True)]


def _saved(read: Read) -> Sums:
    characters = [float(row.characters) for row in read.arm]
    return by_conversation(saved_bits(read), read.conversations, weights=characters)


def _specificity(person: Read, others: Read, *, draws: int, seed: int) -> Estimate:
    """Gain on the person less gain on others, conversations drawn jointly: both may be in one."""
    names = sorted({*person.conversations, *others.conversations})
    sides = [_aligned(read, names) for read in (person, others)]
    value = _gap(sides, np.arange(len(names))[None, :])[0]
    if len(names) < FEWEST_CLUSTERS:
        return Estimate(float(value), None, None)
    halves = _gap(sides, half_sample_indices(len(names), draws=draws, seed=seed))
    return around(float(value), standard_error(halves[np.isfinite(halves)], count=len(names)))


def _aligned(read: Read, names: Sequence[str]) -> Sums:
    """Saved bits and characters of each named conversation; zero where it has no reply."""
    place = {name: index for index, name in enumerate(names)}
    index = [place[name] for name in read.conversations]
    characters = [float(row.characters) for row in read.arm]
    top = np.bincount(index, weights=saved_bits(read), minlength=len(names))
    bottom = np.bincount(index, weights=characters, minlength=len(names))
    return Sums(top.astype(np.float64), bottom.astype(np.float64))


def _gap(sides: Sequence[Sums], drawn: np.ndarray) -> Array:
    """Gain on the first side less gain on the second for each draw; nan where one side is empty."""
    gains = []
    for top, bottom in sides:
        characters = bottom[drawn].sum(axis=1)
        saved = top[drawn].sum(axis=1)
        gains.append(
            np.divide(saved, characters, out=np.full_like(saved, np.nan), where=characters > 0)
        )
    gap: Array = gains[0] - gains[1]
    return gap
