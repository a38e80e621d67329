"""What is fitted once and shipped: background n-grams, means, whitening and logistic weights.

Everything comes from `python -m eval.style.fit`; the files lie in `fitted/` beside their NOTICE.
Nothing here knows a particular person.
"""

import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.style.lexicon import ENGLISH_LEXICON, Lexicon

FITTED = Path(__file__).parent / "fitted"
FAMILIES = ("n-grams", "topic-masked n-grams", "function words and marks", "habits")
RATE_CLIP = 6.0  # standard deviations between profiles

Array = NDArray[np.float64]
Rows = NDArray[np.intp]  # positions


@dataclass(frozen=True, slots=True, eq=False)
class Whitening:
    """Centre, scale and turn a vector so that one person varies equally in every direction."""

    mean: Array  # (columns,)
    scale: Array  # (columns,)
    root: Array  # (columns, columns): root @ root.T is the inverse within-person covariance

    def apply(self, values: Array) -> Array:
        """Whitened values, (rows, columns), of (rows, columns)."""
        standard = np.clip((values - self.mean) / self.scale, -RATE_CLIP, RATE_CLIP)
        whitened: Array = standard @ self.root
        return whitened


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Logistic weights over the four similarities, for several numbers of messages."""

    sizes: Array  # (sizes,) messages pooled, ascending
    slopes: Array  # (sizes, families)
    intercepts: Array  # (sizes,)

    def at(self, size: float) -> tuple[Array, float]:
        """Slopes (families,) and intercept for a number of messages, linear in its logarithm."""
        place, known = np.log(max(size, 1.0)), np.log(self.sizes)
        slopes = np.array([np.interp(place, known, column) for column in self.slopes.T])
        return slopes, float(np.interp(place, known, self.intercepts))


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """The fitted parts together."""

    lexicon: Lexicon
    plain: Array  # (BUCKETS,) probability of each n-gram bucket in the background
    masked: Array  # (BUCKETS,) the same for topic-masked text
    rates: Whitening
    habits: Whitening
    weights: Weights


def save_model(model: Model, path: Path) -> None:
    """Writes the model as one compressed npz."""
    np.savez_compressed(
        path,
        words=np.array(model.lexicon.words),
        plain=np.log(model.plain).astype(np.float16),
        masked=np.log(model.masked).astype(np.float16),
        **{
            f"{name}_{part}": getattr(whitening, part).astype(np.float32)
            for name, whitening in (("rates", model.rates), ("habits", model.habits))
            for part in ("mean", "scale", "root")
        },
        sizes=model.weights.sizes,
        slopes=model.weights.slopes,
        intercepts=model.weights.intercepts,
    )


@functools.cache
def load_model(path: Path = FITTED / "model.npz") -> Model:
    """The shipped model, read once per process."""
    with np.load(path) as stored:
        parts = {name: stored[name] for name in stored.files}
    if tuple(parts["words"]) != ENGLISH_LEXICON.words:
        raise RuntimeError(f"{path}: fitted for another word list; run python -m eval.style.fit")
    wide = {name: value.astype(np.float64) for name, value in parts.items() if name != "words"}
    plain, masked = np.exp(wide["plain"]), np.exp(wide["masked"])
    return Model(
        ENGLISH_LEXICON,
        plain / plain.sum(),
        masked / masked.sum(),
        Whitening(wide["rates_mean"], wide["rates_scale"], wide["rates_root"]),
        Whitening(wide["habits_mean"], wide["habits_scale"], wide["habits_root"]),
        Weights(wide["sizes"], wide["slopes"], wide["intercepts"]),
    )
