"""Gate: does a reply answer ITS context better than it would answer another one?

Likeness of reply and context, less the mean likeness to the contexts of other conversations. How
much of that a person shows depends on the person and the chat, so the bar is the person's own
figure; where even the person shows none, nothing can be asked of an arm.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from eval.metrics.fluency import normal_quantile
from eval.significance import Array, Estimate


class RelevanceGate(msgspec.Struct, frozen=True, kw_only=True):
    """Own context over a shuffled one: in points of cosine (x 100), and in bits per reply that the
    own context saves the base model, where there is one."""

    passed: bool | None
    why: str | None = None
    measure: str | None = None
    own_over_shuffled: float | None = None
    person: float | None = None
    bits: float | None = None
    bits_person: float | None = None


class Evidence(NamedTuple):
    """How much an arm's replies match their own context, beside the person's, by one measure."""

    unit: str
    own: Estimate
    person: Estimate


def context_match(replies: Array, contexts: Array, *, conversations: Sequence[str]) -> Array:
    """How much closer each reply is to its own context than to the average other one, x 100."""
    matrix = replies @ contexts.T
    names = np.asarray(conversations)
    elsewhere = names[:, None] != names[None, :]
    other = (matrix * elsewhere).sum(axis=1) / np.maximum(1, elsewhere.sum(axis=1))
    return 100 * (np.diag(matrix) - other)


def relevance_gate(found: Sequence[Evidence], *, alpha: float) -> bool | None:
    """Whether one measure at least shows that the replies answer their own context.

    Only measures count by which the person shows it (one-sided, at alpha over their number); None
    where there is none. An arm shows it when it is above chance, or not below the person.
    """
    limit = normal_quantile(1 - alpha / max(1, len(found)))
    usable = [row for row in found if _z(row.person) >= limit]
    if not usable:
        return None
    return any(_z(row.own) >= limit or _below(row) < limit for row in usable)


def describe(found: Sequence[Evidence]) -> str:
    """The failure in words."""
    figures = ", ".join(
        f"{row.own.value:+.1f} {row.unit} where the person has {row.person.value:+.1f}"
        for row in found
    )
    return f"its replies match their own context no better than a shuffled one ({figures})"


def _below(row: Evidence) -> float:
    """Standard errors by which the arm is below the person."""
    error = math.hypot(_error(row.own), _error(row.person))
    return (row.person.value - row.own.value) / max(1e-12, error)


def _error(estimate: Estimate) -> float:
    return math.inf if estimate.error is None else estimate.error


def _z(estimate: Estimate) -> float:
    error = _error(estimate)
    return estimate.value / error if error > 0 else math.copysign(math.inf, estimate.value)
