"""Gate: does a reply answer ITS context better than it would answer another one?

Likeness of reply and context, less the mean likeness to the contexts of other conversations. How
much of that a person shows depends on the person and the chat, so the bar is the person's own
figure; where even the person shows none, nothing can be asked of an arm.
"""

import math
from collections.abc import Sequence

import msgspec
import numpy as np

from eval.metrics.fluency import normal_quantile
from eval.significance import Z95, Array, Estimate, by_conversation, ratio_estimate


class RelevanceGate(msgspec.Struct, frozen=True, kw_only=True):
    """Own context over a shuffled one, in points of cosine (x 100), arm and person."""

    passed: bool | None
    why: str | None = None
    measure: str | None = None
    own_over_shuffled: float | None = None
    person: float | None = None


def context_match(replies: Array, contexts: Array, *, conversations: Sequence[str]) -> Array:
    """How much closer each reply is to its own context than to the average other one, x 100."""
    matrix = replies @ contexts.T
    names = np.asarray(conversations)
    elsewhere = names[:, None] != names[None, :]
    other = (matrix * elsewhere).sum(axis=1) / np.maximum(1, elsewhere.sum(axis=1))
    return 100 * (np.diag(matrix) - other)


def relevance_gate(
    arm: Array,
    *,
    person: Array,
    conversations: Sequence[str],
    person_conversations: Sequence[str],
    measure: str,
    alpha: float,
    draws: int = 400,
    seed: int = 0,
) -> RelevanceGate:
    """Failed when an arm shows no more than chance where the person does, and less than the person.

    arm, person: `context_match` of their replies.
    """
    if min(len(set(conversations)), len(set(person_conversations))) < 10:
        return RelevanceGate(passed=None, why="too few conversations to shuffle contexts between")
    own = ratio_estimate(by_conversation(list(arm), conversations), draws=draws, seed=seed)
    bar = ratio_estimate(
        by_conversation(list(person), person_conversations), draws=draws, seed=seed
    )
    figures = RelevanceGate(
        passed=None, measure=measure, own_over_shuffled=own.value, person=bar.value
    )
    limit = normal_quantile(1 - alpha)
    if _z(bar) < limit:
        why = "the person's own replies do not match their contexts measurably in this log"
        return msgspec.structs.replace(figures, why=why)
    below = (bar.value - own.value) / max(1e-12, math.hypot(_error(own), _error(bar)))
    if below < limit or _z(own) >= normal_quantile(0.95):
        return msgspec.structs.replace(figures, passed=True)
    why = (
        f"its replies match their own context no better than a shuffled one "
        f"({own.value:+.1f} points, the person {bar.value:+.1f})"
    )
    return msgspec.structs.replace(figures, passed=False, why=why)


def _error(estimate: Estimate) -> float:
    return (estimate.high - estimate.value) / Z95 if estimate.high is not None else math.inf


def _z(estimate: Estimate) -> float:
    error = _error(estimate)
    return estimate.value / error if error > 0 else math.copysign(math.inf, estimate.value)
