"""How well batches of messages tell one author from another: AUC by number of messages.

Authors are disjoint from those the model was fitted on. The interval is a bootstrap over target
authors. "pooled" ranks the batches of all targets together with one threshold; "within" ranks each
target's own and averages.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from eval.style.corpus import Author
from eval.style.model import FAMILIES, Array, Model
from eval.style.trials import Trial, run_trials

SIZES = (1, 5, 10, 20, 50, 100)
BOOTSTRAPS = 400


def auc(own: Array, others: Array) -> float:
    """Chance that an own score exceeds another's, ties counted half."""
    order = np.sort(others)
    below = np.searchsorted(order, own, side="left")
    upto = np.searchsorted(order, own, side="right")
    return float((below + upto).mean() / 2 / len(others))


def separation(
    model: Model, authors: Sequence[Author], *, seed: int, reference: int, same_day: bool
) -> Iterator[str]:
    """Rows of the AUC table, one per number of messages."""
    rng = np.random.default_rng(seed)
    trials = list(
        run_trials(model, authors, sizes=SIZES, references=(reference,), rng=rng, same_day=same_day)
    )
    yield "| messages | targets | pooled AUC [95 %] | within | " + " | ".join(FAMILIES) + " |"
    yield "|---" * (4 + len(FAMILIES)) + "|"
    for size in SIZES:
        chosen = [trial for trial in trials if trial.size == size]
        if len(chosen) < 2:
            continue
        low, high = interval(chosen, rng)
        within = np.mean(
            [auc(one.raw[one.is_self > 0], one.raw[one.is_self == 0]) for one in chosen]
        )
        families = [
            f"{pooled([(one.similarities[:, column], one.is_self) for one in chosen]):.3f}"
            for column in range(len(FAMILIES))
        ]
        total = pooled([(one.raw, one.is_self) for one in chosen])
        yield (
            f"| {size} | {len(chosen)} | {total:.3f} [{low:.3f}, {high:.3f}] | {within:.3f} | "
            + " | ".join(families)
            + " |"
        )


def pooled(scored: Sequence[tuple[Array, Array]]) -> float:
    """AUC of all targets' batches ranked together."""
    own = np.concatenate([scores[labels > 0] for scores, labels in scored])
    others = np.concatenate([scores[labels == 0] for scores, labels in scored])
    return auc(own, others)


def interval(trials: Sequence[Trial], rng: np.random.Generator) -> tuple[float, float]:
    """95 % interval of the pooled AUC, target authors drawn with replacement."""
    draws = []
    for _ in range(BOOTSTRAPS):
        picked = [trials[place] for place in rng.integers(len(trials), size=len(trials))]
        draws.append(pooled([(one.raw, one.is_self) for one in picked]))
    low, high = np.percentile(draws, [2.5, 97.5])
    return float(low), float(high)
