"""Whitening: the inverse of how one person varies from batch to batch (Hatch et al. 2006).

Fitting only; applying it is `model.Whitening`.
"""

from collections.abc import Callable, Sequence

import numpy as np

from eval.style.model import RATE_CLIP, Array, Whitening

Means = Callable[[Array], Array]


def fit_whitening(
    batches: Sequence[Array], *, mean: Array, scale: Array, shrinkage: float
) -> Whitening:
    """The whitening in which an author's batches, (batches, columns) each, have unit variance.

    The within-author covariance is shrunk towards a multiple of the identity (Ledoit & Wolf 2004,
    fixed weight).
    """
    standard = [np.clip((batch - mean) / scale, -RATE_CLIP, RATE_CLIP) for batch in batches]
    centred = np.vstack([batch - batch.mean(0) for batch in standard])
    within = np.cov(centred.T)
    target = np.trace(within) / len(within)
    shrunk = (1 - shrinkage) * within + shrinkage * target * np.eye(len(within))
    return Whitening(mean, scale, np.linalg.cholesky(np.linalg.inv(shrunk)))


def batch_sums(values: Array, *, size: int, batches: int, rng: np.random.Generator) -> Array:
    """Sums over random batches of rows without replacement, (batches, columns)."""
    rows = min(size, len(values))
    return np.stack([values[rng.permutation(len(values))[:rows]].sum(0) for _ in range(batches)])
