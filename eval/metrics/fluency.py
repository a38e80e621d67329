"""Gate: are the words in an order a person would put them in?

A style score reads rates, and shuffled messages keep their rates (they score 86 of 100), so order
is judged on its own: each reply's word order is ranked among random orders of its own words under
a bigram model of the log. A rank of 1 means the true order is the likeliest, .5 is chance. The
ranks are compared with those of the person's held-out replies, which the model has not seen
either.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import NormalDist

import msgspec
import numpy as np

from eval.metrics.words import ngrams, words
from eval.significance import Array, Sums, ratio_estimate

FEWEST_WORDS = 4
FEWEST_REPLIES = 10
SHUFFLES = 40
MOST_WORDS = 40
DRAWS = 400
TOLERANCE = 0.25
DISCOUNT = 0.75
EDGE = ""


class FluencyGate(msgspec.Struct, frozen=True, kw_only=True):
    """Mean rank of true word order among shuffles, for an arm and for the person; chance is .5.

    judged: replies of four words or more. bits_per_character: what the replies cost the base model,
    where there is one, with the most that the person's own would cost it.
    """

    passed: bool | None
    why: str | None = None
    judged: int = 0
    order: float | None = None
    order_low: float | None = None
    order_person: float | None = None
    bits_per_character: float | None = None
    bits_per_character_high: float | None = None


class WordOrder:
    """A bigram model with absolute discounting (Ney, Essen and Kneser 1994) over folded words."""

    def __init__(self, texts: Iterable[str]) -> None:
        rows = [[EDGE, *words(text), EDGE] for text in texts]
        self._pairs = Counter(pair for row in rows for pair in ngrams(row, 2))
        self._starts = Counter(word for row in rows for word in row[:-1])
        self._followers = Counter(first for first, _ in self._pairs)
        self._preceders = Counter(second for _, second in self._pairs)
        self._kinds = len(self._pairs)

    def _log(self, first: str, second: str) -> float:
        # +1 on both keeps a word never seen as a continuation possible.
        continuation = (self._preceders[second] + 1) / (self._kinds + len(self._preceders) + 1)
        start = self._starts[first]
        if start == 0:
            return math.log(continuation)
        kept = max(0.0, self._pairs[first, second] - DISCOUNT) / start
        return math.log(kept + DISCOUNT * self._followers[first] / start * continuation)

    def rank(self, text: str, *, random: np.random.Generator) -> float | None:
        """Share of shuffles that are less likely than the true order; None below four words."""
        row = words(text)[:MOST_WORDS]
        if len(row) < FEWEST_WORDS:
            return None
        count = len(row)
        table = np.asarray([[self._log(a, b) for b in (*row, EDGE)] for a in (*row, EDGE)])
        orders = np.vstack([np.arange(count), random.random((SHUFFLES, count)).argsort(axis=1)])
        edged = np.pad(orders, ((0, 0), (1, 1)), constant_values=count)  # EDGE is the last row
        likelihoods = table[edged[:, :-1], edged[:, 1:]].sum(axis=1)
        behind = likelihoods[0] - likelihoods[1:]
        return float(((behind > 1e-9) + 0.5 * (np.abs(behind) <= 1e-9)).mean())

    def ranks(self, texts: Iterable[str], *, seed: int) -> Array:
        """The ranks of the texts long enough to have one."""
        random = np.random.default_rng(seed)
        found = (self.rank(text, random=random) for text in texts)
        return np.asarray([rank for rank in found if rank is not None])


def fluency_gate(
    replies: Sequence[str], *, own: Array, order: WordOrder, alpha: float, seed: int = 0
) -> FluencyGate:
    """Passed unless the replies' word order is worse than in all but alpha of the person's draws.

    own: `order.ranks` of real replies that `order` was not fitted on. Not measurable (None) with
    fewer than ten replies of four words on either side, or when the person's own order cannot be
    told from chance.
    """
    arm = order.ranks(replies, seed=seed)
    if min(len(own), len(arm)) < FEWEST_REPLIES:
        return FluencyGate(
            passed=None, why="too few replies of four words or more", judged=len(arm)
        )
    low = _low_end(own, size=len(arm), alpha=alpha)
    figures = FluencyGate(
        passed=None,
        judged=len(arm),
        order=float(arm.mean()),
        order_low=low,
        order_person=float(own.mean()),
    )
    if low <= 0.5:
        why = "the person's own word order cannot be told from chance in this log"
        return msgspec.structs.replace(figures, why=why)
    if arm.mean() >= low:
        return msgspec.structs.replace(figures, passed=True)
    why = (
        f"its word order beats {arm.mean():.0%} of random orders of the same words, "
        f"the person's {own.mean():.0%}; below {low:.0%} is not the person's range"
    )
    return msgspec.structs.replace(figures, passed=False, why=why)


def _low_end(own: Array, *, size: int, alpha: float) -> float:
    """The alpha quantile of the mean rank of `size` of the person's replies.

    With the error of both sides, as the baseline is itself only a sample of the person; and never
    nearer to the person than a quarter of the way to chance, as the bigrams are the person's and
    make everybody else look a little disordered.
    """
    error = float(own.std(ddof=1)) * math.sqrt(1 / size + 1 / len(own))
    mean = float(own.mean())
    return min(mean - normal_quantile(1 - alpha) * error, mean - TOLERANCE * (mean - 0.5))


def spelled_like(gate: FluencyGate, arm: Sums, *, own: Sums, alpha: float) -> FluencyGate:
    """The gate with a second test: do the replies cost the base no more than the person's do?

    arm, own: bits and characters per conversation, read by the same base. A clone may be easier to
    predict than the person, never harder.
    """
    limit = normal_quantile(1 - alpha)
    sides = [ratio_estimate(sums, draws=DRAWS, seed=0) for sums in (arm, own)]
    errors = [side.error for side in sides if side.error is not None]
    if len(errors) < len(sides):
        return gate
    high = sides[1].value + limit * math.hypot(*errors)
    figures = msgspec.structs.replace(
        gate, bits_per_character=sides[0].value, bits_per_character_high=high
    )
    if sides[0].value <= high or gate.passed is False:
        return figures
    why = (
        f"its replies cost the base {sides[0].value:.2f} bits per character, the person's "
        f"{sides[1].value:.2f}; above {high:.2f} is not the person's range"
    )
    return msgspec.structs.replace(figures, passed=False, why=why)


def normal_quantile(probability: float) -> float:
    """The standard normal's quantile."""
    return NormalDist().inv_cdf(probability)
