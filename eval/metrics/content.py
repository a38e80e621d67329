"""Axis: does an arm say what the person said? On a scale between a wrong reply and the real one.

0 is how like the real reply the person's own replies to OTHER contexts are, 100 is the real reply
itself. Many good answers say something else, so nobody should expect much here; base, persona and
retrieval compare with each other. `own_over_shuffled` asks less: is the reply closer to the real
one of its own context than the same arm's replies to other contexts are?
"""

from collections.abc import Sequence

import msgspec
import numpy as np

from eval.metrics.classical import chrf
from eval.significance import Array, Estimate, by_conversation, ratio_estimate

SHIFTS = 2


class ContentFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Likeness to the real reply, 0..100, and how far own contexts beat shuffled, in points."""

    measure: str
    similarity: float
    mismatched: float
    scale: Estimate
    own_over_shuffled: Estimate


def embedded_likeness(
    replies: Array, real: Array, *, conversations: Sequence[str]
) -> tuple[Array, Array]:
    """Cosine of each reply with its own real reply, and its mean with other conversations'."""
    matrix = replies @ real.T
    names = np.asarray(conversations)
    elsewhere = names[:, None] != names[None, :]
    counts = np.maximum(1, elsewhere.sum(axis=0))
    # Column j: replies to contexts of other conversations against the real reply j.
    return np.diag(matrix).copy(), (matrix * elsewhere).sum(axis=0) / counts


def chrf_likeness(
    replies: Sequence[str], real: Sequence[str], *, conversations: Sequence[str]
) -> tuple[Array, Array]:
    """The same in chrF, over a few shifts: all pairs would be slow and say no more."""
    own = np.asarray([chrf(a, b) for a, b in zip(replies, real, strict=True)])
    mismatched = np.zeros((len(replies), 2))
    for shift in range(1, min(len(replies), 4 * SHIFTS)):
        for j, truth in enumerate(real):
            i = (j + shift * 7) % len(replies)
            if conversations[i] != conversations[j] and mismatched[j, 1] < SHIFTS:
                mismatched[j] += (chrf(replies[i], truth), 1)
    return own, mismatched[:, 0] / np.maximum(1, mismatched[:, 1])


def content_figures(
    own: Array,
    shuffled: Array,
    *,
    zero: Array,
    conversations: Sequence[str],
    measure: str,
    draws: int,
    seed: int,
) -> ContentFigures:
    """The axis from likenesses per context: own, shuffled, and zero, the person's own shuffled."""
    mismatched = float(zero.mean())
    scaled = 100 * (own - mismatched) / (1 - mismatched)
    beat = 100 * (own - shuffled) / (1 - mismatched)
    return ContentFigures(
        measure=measure,
        similarity=float(own.mean()),
        mismatched=mismatched,
        scale=ratio_estimate(by_conversation(list(scaled), conversations), draws=draws, seed=seed),
        own_over_shuffled=ratio_estimate(
            by_conversation(list(beat), conversations), draws=draws, seed=seed
        ),
    )
