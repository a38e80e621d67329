"""Where the replies depart from the person, in plain sentences and n-grams.

Independent of the score: shares of habits and of the forms that the report's charts show (first
word, words per reply, messages in a row) compared by a two-sample z, n-grams by the weighted
log-odds of Monroe et al. (2008, "Fightin' Words"). Nothing here is calibrated; it says what to look
at, not how bad it is.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval.metrics.form import burst_class, length_bin, opener
from eval.style.features import Features, Reply, extract
from eval.style.habits import HABITS
from eval.style.lexicon import ENGLISH_LEXICON, WORD
from eval.style.model import Array
from eval.style.normalise import name_words

LEAST_Z = 3.0  # of a habit or n-gram that is named: about one false alarm in 400 comparisons
MOST_SENTENCES = 12
MOST_OPENERS = 30  # first words compared, the commonest of both sides
ALONE = "1"  # class of replies of one message; that is among the habits
MOST_NGRAMS = 12
NGRAM_WORDS = 3
LEAST_COUNT = 4  # occurrences of a named n-gram, both sides together
PRIOR_WORDS = 500.0  # strength of the prior of the log-odds


@dataclass(frozen=True, slots=True)
class HabitGap:
    """One habit on both sides, as shares of messages or of whole replies."""

    phrase: str
    person: float
    replies: float
    z: float  # replies minus person, in standard errors
    unit: str = "messages"


@dataclass(frozen=True, slots=True)
class NgramGap:
    """One word n-gram on both sides."""

    ngram: str
    person: float  # per 1,000 messages
    replies: float
    z: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the person does and the replies do not, and the other way round; strongest first."""

    sentences: tuple[str, ...]
    over_used: tuple[NgramGap, ...]
    under_used: tuple[NgramGap, ...]


def explain(
    reference: Sequence[Reply], replies: Sequence[Reply], *, names: Collection[str] = ()
) -> Explanation:
    """How the replies differ from the person's reference messages."""
    person = extract(reference, ENGLISH_LEXICON, names=names)
    scored = extract(replies, ENGLISH_LEXICON, names=names)
    forms = form_gaps(*([one.text for one in side] for side in (reference, replies)), names=names)
    gaps = [*habit_gaps(person, scored), *forms]
    named = [gap for gap in gaps if abs(gap.z) >= LEAST_Z]
    named.sort(key=lambda gap: -abs(gap.z))
    ngrams = ngram_gaps(person.texts, scored.texts)
    return Explanation(
        tuple(sentence(gap) for gap in named[:MOST_SENTENCES]),
        tuple(gap for gap in ngrams if gap.z > LEAST_Z)[:MOST_NGRAMS],
        tuple(gap for gap in reversed(ngrams) if gap.z < -LEAST_Z)[:MOST_NGRAMS],
    )


def habit_gaps(person: Features, replies: Features) -> list[HabitGap]:
    """Every habit that is a share of messages, on both sides, in the order of `HABITS`."""
    places = [place for place, habit in enumerate(HABITS) if habit.is_share]
    sides = [side.habits[:, places].astype(np.float64) for side in (person, replies)]
    means = [side.mean(0) for side in sides]
    z = z_of_shares(*sides)
    return [
        HabitGap(HABITS[place].phrase, float(a), float(b), float(score))
        for place, a, b, score in zip(places, means[0], means[1], z, strict=True)
    ]


def form_gaps(
    person: Sequence[str], replies: Sequence[str], *, names: Collection[str] = ()
) -> list[HabitGap]:
    """First words of replies on both sides, and the length and burst that differ the most.

    names: words of people's names are left out, as everywhere among the words.
    """
    masked = name_words(names)
    sides = [[opener(text) for text in texts] for texts in (person, replies)]
    common = Counter(word for side in sides for word in side if word and word not in masked)
    words = [word for word, _ in common.most_common(MOST_OPENERS)]
    found = class_gaps(sides, {word: f"opens with “{word}”" for word in words})
    sides = [[length_bin(text) for text in texts] for texts in (person, replies)]
    lengths = {name: f"answers in {name} words" for name in {*sides[0], *sides[1]}}
    found += strongest(class_gaps(sides, lengths))
    sides = [[burst_class(text) for text in texts] for texts in (person, replies)]
    bursts = {name: f"sends {name} messages in a row" for name in {*sides[0], *sides[1]} - {ALONE}}
    return found + strongest(class_gaps(sides, bursts))


def class_gaps(sides: Sequence[Sequence[str]], phrases: Mapping[str, str]) -> list[HabitGap]:
    """The share of replies in each class that has a phrase. sides: a class per reply, twice."""
    labels = sorted(phrases)
    held = [
        np.array([[own == label for label in labels] for own in side], np.float64).reshape(
            len(side), len(labels)
        )
        for side in sides
    ]
    shares = [values.mean(0) for values in held]
    return [
        HabitGap(phrases[label], float(a), float(b), float(z), unit="replies")
        for label, a, b, z in zip(labels, *shares, z_of_shares(*held), strict=True)
    ]


def strongest(gaps: Sequence[HabitGap]) -> list[HabitGap]:
    """The gap that stands out the most: the classes of one feature tell of each other."""
    return sorted(gaps, key=lambda gap: -abs(gap.z))[:1]


def z_of_shares(person: Array, replies: Array) -> Array:
    """Shares of the replies less those of the person, in standard errors, (columns,)."""
    error = np.sqrt(share_variance(person) + share_variance(replies))
    z: Array = (replies.mean(0) - person.mean(0)) / error
    return z


def share_variance(values: Array) -> Array:
    """Squared error of each share, with two messages of doubt (Agresti & Coull 1998)."""
    count = len(values) + 2
    share = (values.sum(0) + 1) / count
    variance: Array = share * (1 - share) / count
    return variance


def sentence(gap: HabitGap) -> str:
    """One gap in words: "ends with a full stop in 3 % of messages, the model in 61 %"."""
    person, replies = percent(gap.person), percent(gap.replies)
    return f"{gap.phrase} in {person} of {gap.unit}, the model in {replies}"


def percent(share: float) -> str:
    """A share in per cent with the digits it deserves."""
    return f"{100 * share:.0f} %" if share >= 0.01 or share == 0 else f"{100 * share:.1f} %"


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
