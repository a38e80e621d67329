"""Where the replies depart from the person, in plain sentences, n-grams and histograms.

Independent of the score: shares of habits compared by a two-sample z, n-grams by the weighted
log-odds of Monroe et al. (2008, "Fightin' Words"). Nothing here is calibrated; it says what to look
at, not how bad it is.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from eval.style.features import Features, Reply, count_words, extract
from eval.style.habits import HABITS
from eval.style.lexicon import ENGLISH_LEXICON, WORD
from eval.style.model import Array

LEAST_Z = 3.0  # of a habit or n-gram that is named: about one false alarm in 400 comparisons
MOST_SENTENCES = 12
MOST_NGRAMS = 12
NGRAM_WORDS = 3
LEAST_COUNT = 4  # occurrences of a named n-gram, both sides together
PRIOR_WORDS = 500.0  # strength of the prior of the log-odds
WORD_EDGES = (
    1,
    2,
    3,
    5,
    8,
    12,
    20,
    40,
)  # words per message: the upper ends of the histogram's bars
BURST_EDGES = (1, 2, 3, 4, 5, 8)  # messages per reply


@dataclass(frozen=True, slots=True)
class HabitGap:
    """One habit on both sides."""

    name: str
    phrase: str
    is_share: bool
    person: float
    replies: float
    z: float  # replies minus person, in standard errors


@dataclass(frozen=True, slots=True)
class NgramGap:
    """One word n-gram on both sides."""

    ngram: str
    person: float  # per 1,000 messages
    replies: float
    z: float


@dataclass(frozen=True, slots=True)
class Histogram:
    """Shares of both sides in the same bars."""

    bars: tuple[str, ...]
    person: tuple[float, ...]
    replies: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the person does and the replies do not, and the other way round; strongest first."""

    sentences: tuple[str, ...]
    habits: tuple[HabitGap, ...]
    over_used: tuple[NgramGap, ...]
    under_used: tuple[NgramGap, ...]
    words_per_message: Histogram
    messages_per_reply: Histogram


def explain(
    reference: Sequence[Reply], replies: Sequence[Reply], *, names: Collection[str] = ()
) -> Explanation:
    """How the replies differ from the person's reference messages."""
    person = extract(reference, ENGLISH_LEXICON, names=names)
    scored = extract(replies, ENGLISH_LEXICON, names=names)
    gaps = sorted(habit_gaps(person, scored), key=lambda gap: -abs(gap.z))
    named = [gap for gap in gaps if abs(gap.z) >= LEAST_Z]
    ngrams = ngram_gaps(person.texts, scored.texts)
    return Explanation(
        tuple(sentence(gap) for gap in named[:MOST_SENTENCES]),
        tuple(gaps),
        tuple(gap for gap in ngrams if gap.z > LEAST_Z)[:MOST_NGRAMS],
        tuple(gap for gap in reversed(ngrams) if gap.z < -LEAST_Z)[:MOST_NGRAMS],
        histogram(map(count_words, person.texts), map(count_words, scored.texts), WORD_EDGES),
        histogram(burst_sizes(person), burst_sizes(scored), BURST_EDGES),
    )


def habit_gaps(person: Features, replies: Features) -> list[HabitGap]:
    """Every habit on both sides, in the order of `HABITS`."""
    means = [side.habits.mean(0, dtype=np.float64) for side in (person, replies)]
    errors = [habit_variance(side.habits.astype(np.float64)) for side in (person, replies)]
    z = (means[1] - means[0]) / np.sqrt(errors[0] + errors[1])
    return [
        HabitGap(habit.name, habit.phrase, habit.is_share, float(a), float(b), float(score))
        for habit, a, b, score in zip(HABITS, means[0], means[1], z, strict=True)
    ]


def habit_variance(values: Array) -> Array:
    """Squared error of each mean, with two messages of doubt (Agresti & Coull 1998)."""
    count = len(values) + 2
    shares = np.array([habit.is_share for habit in HABITS])
    share = (values.sum(0) + 1) / count
    variance: Array = np.where(shares, share * (1 - share), values.var(0) + 1e-6)
    return variance / count


def sentence(gap: HabitGap) -> str:
    """One gap in words: "ends with a full stop in 3 % of messages, the model in 61 %"."""
    if gap.is_share:
        shares = percent(gap.person), percent(gap.replies)
        return f"{gap.phrase} in {shares[0]} of messages, the model in {shares[1]}"
    person, replies = unlogged(gap.name, gap.person), unlogged(gap.name, gap.replies)
    return f"{gap.phrase}: {person:.2g}, the model {replies:.2g}"


def percent(share: float) -> str:
    """A share in per cent with the digits it deserves."""
    return f"{100 * share:.0f} %" if share >= 0.01 or share == 0 else f"{100 * share:.1f} %"


def unlogged(name: str, value: float) -> float:
    """The typical value behind a mean of logarithms."""
    if name == "log_burst":
        return float(np.exp(value))
    return float(np.expm1(value)) if name.startswith("log_") else value


def ngram_gaps(person: Sequence[str], replies: Sequence[str]) -> list[NgramGap]:
    """Word n-grams by how much more the replies use them than the person, in standard errors."""
    counts = [count_ngrams(texts) for texts in (person, replies)]
    both = counts[0] + counts[1]
    totals = [max(1, side.total()) for side in counts]
    scale = PRIOR_WORDS / max(1, both.total())
    found = []
    for ngram, total in both.items():
        if total < LEAST_COUNT:
            continue
        prior = total * scale
        odds = [
            np.log((side[ngram] + prior) / (size + PRIOR_WORDS - side[ngram] - prior))
            for side, size in zip(counts, totals, strict=True)
        ]
        error = np.sqrt(sum(1 / (side[ngram] + prior) for side in counts))
        rates = [
            1000 * side[ngram] / max(1, len(texts))
            for side, texts in zip(counts, (person, replies), strict=True)
        ]
        found.append(NgramGap(ngram, rates[0], rates[1], float((odds[1] - odds[0]) / error)))
    return sorted(found, key=lambda gap: (-gap.z, gap.ngram))


def count_ngrams(texts: Sequence[str]) -> Counter[str]:
    """Word n-grams of 1 to 3 words, lower case, placeholders left out."""
    counts: Counter[str] = Counter()
    for text in texts:
        words = [word for word in text.lower().split() if WORD.search(word) or not word.isalnum()]
        words = [word for word in words if not word.startswith(("<url>", "@u"))]
        for order in range(1, NGRAM_WORDS + 1):
            counts.update(" ".join(words[at : at + order]) for at in range(len(words) - order + 1))
    return counts


def burst_sizes(features: Features) -> list[int]:
    """Messages of each reply."""
    return [int(count) for count in np.unique(features.replies, return_counts=True)[1]]


def histogram(person: Iterable[int], replies: Iterable[int], edges: Sequence[int]) -> Histogram:
    """Shares of both sides up to each edge, and above the last."""
    lows = [1, *(edge + 1 for edge in edges)]
    bars = [
        str(high) if low == high else f"{low}-{high}"
        for low, high in zip(lows, edges, strict=False)
    ]
    sides = []
    for values in (person, replies):
        places = np.searchsorted(edges, np.array(list(values)), side="left")
        counts = np.bincount(places, minlength=len(edges) + 1)
        sides.append(tuple(float(share) for share in counts / max(1, counts.sum())))
    return Histogram((*bars, f"{lows[-1]}+"), sides[0], sides[1])
