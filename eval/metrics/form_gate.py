"""Gate: would more than half of the replies have to change their outer form to be the person's?

Two classes of each reply: how its letters are cased, and what it ends with. A style score adds many
habits up, so the person's words can outweigh a case or an ending that is never the person's; a
reader sees that at a glance. Measured as total variation from the reference, the larger of the two.
"""

from collections.abc import Sequence

import msgspec
import numpy as np

from eval.metrics.form import case_class, ending_class, shares, total_variation

MOST_CHANGED = 0.5
"""Share of replies that may have to change class; no real person measured came near it."""
LEAST = 20
"""Replies and reference messages; with fewer there is no verdict."""
DRAWS = 1000
CLASSES = {"case": case_class, "ending": ending_class}


class FormGate(msgspec.Struct, frozen=True, kw_only=True):
    """Shares of the replies that would have to change class, each with the most that passes."""

    passed: bool | None
    why: str | None = None
    case: float | None = None
    case_most: float | None = None
    ending: float | None = None
    ending_most: float | None = None


def form_gate(
    replies: Sequence[str],
    *,
    reference: Sequence[str],
    person: Sequence[str],
    alpha: float,
    seed: int = 0,
) -> FormGate:
    """Passed unless more than half would have to change, and more than of the person's own.

    person: real replies outside the reference; where somebody's own form has changed, the bar is
    what all but alpha of the draws of so many of these stay under.
    """
    if min(len(replies), len(reference)) < LEAST:
        return FormGate(passed=None, why="too few replies to judge their form")
    figures: dict[str, float] = {}
    faults = []
    for name, of in CLASSES.items():
        labels = [[of(text) for text in texts] for texts in (replies, reference, person)]
        changed = total_variation(shares(labels[0]), shares(labels[1]))
        most = max(MOST_CHANGED, _own(*labels[1:], size=len(replies), alpha=alpha / 2, seed=seed))
        figures |= {name: changed, f"{name}_most": most}
        if changed > most:
            faults.append(_fault(name, changed, most, *labels[:2]))
    return FormGate(passed=not faults, why=" and ".join(faults) or None, **figures)


def _own(
    reference: Sequence[str], person: Sequence[str], *, size: int, alpha: float, seed: int
) -> float:
    """What all but alpha of the draws of the person's own labels have to change; 0 of none."""
    kinds = sorted({*reference, *person})
    counts = [person.count(kind) for kind in kinds]
    size = min(size, len(person) // 2)
    if not size:
        return 0.0
    usual = np.array([reference.count(kind) for kind in kinds]) / len(reference)
    random = np.random.default_rng(seed)
    drawn = random.multivariate_hypergeometric(counts, size, size=DRAWS) / size  # (draws, kinds)
    return float(np.quantile(np.abs(drawn - usual).sum(axis=1) / 2, 1 - alpha))


def _fault(
    name: str, changed: float, most: float, replies: Sequence[str], reference: Sequence[str]
) -> str:
    """The share and the class that is most too common, in words."""
    arm, usual = shares(replies), shares(reference)
    kind = max(arm, key=lambda kind: arm[kind] - usual.get(kind, 0.0))
    return (
        f"{changed:.0%} of its replies would have to change their {name}, {most:.0%} at most may "
        f"({kind}: {arm[kind]:.0%}, the person {usual.get(kind, 0.0):.0%})"
    )
