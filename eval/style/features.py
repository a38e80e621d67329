"""Replies -> one row of features per message, ready to be summed over any subset.

Everything downstream works on sums over messages, so a subset costs one matrix product. Columns are
named in `habits.HABITS` and `rate_names`; the n-grams stay sparse (`grams.Grams`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.style.grams import Grams, count_grams
from eval.style.habits import EMOTICONS, PUNCTUATION, measure_habits, read_message
from eval.style.lexicon import WORD, Lexicon
from eval.style.normalise import bubbles_of, mask_digits, mask_names, mask_topic, name_words

LENGTH_EDGES = (3, 6, 10)  # words: bins of 1-2, 3-5, 6-9, 10 and more
LENGTH_BINS = len(LENGTH_EDGES) + 1


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply to be scored: a message, or a burst of messages joined by blank lines."""

    text: str
    conversation: str  # the cluster of the intervals


@dataclass(frozen=True, slots=True)
class Features:
    """The messages of some replies as rows; conversations are what is resampled."""

    plain: Grams  # n-grams of the text
    masked: Grams  # n-grams of the topic-masked text
    rates: NDArray[np.float32]  # (messages, words + punctuation + emoticons) counts
    words: NDArray[np.float32]  # (messages,) words, at least 1: what the counts are rated by
    habits: NDArray[np.float32]  # (messages, habits)
    bins: NDArray[np.int8]  # (messages,) length bin
    replies: NDArray[np.int32]  # (messages,) position of the reply in the input
    clusters: NDArray[np.int32]  # (messages,) conversation, numbered by first appearance
    texts: tuple[str, ...]  # (messages,) the masked texts, for the explanations

    def __len__(self) -> int:
        return len(self.bins)


def rate_names(lexicon: Lexicon) -> tuple[str, ...]:
    """What each column of `Features.rates` counts."""
    return (*lexicon.words, *PUNCTUATION, *EMOTICONS)


def extract(replies: Sequence[Reply], lexicon: Lexicon, *, names: Collection[str] = ()) -> Features:
    """The features of every message of the replies; `names` are masked in the texts."""
    called = name_words(names)
    numbers: dict[str, int] = {}
    texts, bursts, owners, clusters = [], [], [], []
    for position, reply in enumerate(replies):
        bubbles = bubbles_of(reply.text)
        cluster = numbers.setdefault(reply.conversation, len(numbers))
        texts += [mask_digits(mask_names(bubble, called)) for bubble in bubbles]
        bursts += [len(bubbles)] * len(bubbles)
        owners += [position] * len(bubbles)
        clusters += [cluster] * len(bubbles)
    words = np.array([count_words(text) for text in texts], np.float32)
    return Features(
        plain=count_grams(texts),
        masked=count_grams([mask_topic(text, lexicon) for text in texts]),
        rates=count_rates(texts, lexicon),
        words=words,
        habits=measure_habits(
            [read_message(text, burst) for text, burst in zip(texts, bursts, strict=True)]
        ),
        bins=np.searchsorted(LENGTH_EDGES, words, side="right").astype(np.int8),
        replies=np.array(owners, np.int32),
        clusters=np.array(clusters, np.int32),
        texts=tuple(texts),
    )


def count_words(text: str) -> int:
    """Words of a message, at least 1: stretches between spaces, or characters of Han and kana."""
    return max(1, len(text.split()), len(WORD.findall(text)) if not text.isascii() else 0)


def count_rates(texts: Sequence[str], lexicon: Lexicon) -> NDArray[np.float32]:
    """Count of each function word, mark and emoticon in each message, (messages, columns)."""
    names = rate_names(lexicon)
    marks = {mark: len(lexicon.words) + place for place, mark in enumerate(PUNCTUATION)}
    faces = len(lexicon.words) + len(PUNCTUATION)
    counts = np.zeros((len(texts), len(names)), np.float32)
    for row, text in enumerate(texts):
        for word in WORD.findall(text.lower()):
            column = lexicon.index.get(word)
            if column is not None:
                counts[row, column] += 1
        for letter in text:
            column = marks.get(letter)
            if column is not None:
                counts[row, column] += 1
        for place, pattern in enumerate(EMOTICONS.values()):
            counts[row, faces + place] = len(pattern.findall(text))
    return counts
