"""Replies that are nearly a text that somebody else wrote: the same words in the same order.

A reply is a near-copy where a text holds four fifths of its words in their order (longest common
subsequence), whatever stands between them: a word added or changed in every five hides nothing.
A copy with every third word changed is not noticed.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

NEAR_WORDS = 4
"""Words; a shorter reply stands in somebody's text by accident."""
NEAR_SHARE = 0.8

Counts = NDArray[np.int64]


class NearIndex:
    """Texts that can be asked, by their words, whether a reply is nearly one of them."""

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        self._rows = rows
        found: dict[str, tuple[list[int], list[int]]] = {}
        for number, row in enumerate(rows):
            for word, times in Counter(row).items():
                numbers, counts = found.setdefault(word, ([], []))
                numbers.append(number)
                counts.append(times)
        self._places: dict[str, tuple[Counts, Counts]] = {
            word: (np.asarray(numbers, dtype=np.int64), np.asarray(counts, dtype=np.int64))
            for word, (numbers, counts) in found.items()
        }

    def holds(self, row: Sequence[str]) -> bool:
        """Whether four fifths of these words stand in one of the texts, in their order."""
        least = NEAR_SHARE * len(row) - 1e-9
        shared = self._shared_words(row)
        # Words shared in any order are at least as many as those shared in order.
        likely: list[int] = np.flatnonzero(shared >= least).tolist()
        return any(shared_in_order(row, self._rows[number]) >= least for number in likely)

    def _shared_words(self, row: Sequence[str]) -> Counts:
        """How many of these words each text holds, in any order; shape (texts,)."""
        shared = np.zeros(len(self._rows), dtype=np.int64)
        for word, times in Counter(row).items():
            if word in self._places:
                numbers, counts = self._places[word]
                shared[numbers] += np.minimum(counts, times)
        return shared


def shared_in_order(row: Sequence[str], text: Iterable[str]) -> int:
    """The length of the longest common subsequence, in words.

    Source: Hyyrö (2004), "Bit-parallel LCS-length computation revisited": a bit per word of `row`.
    """
    places: dict[str, int] = {}
    for number, word in enumerate(row):
        places[word] = places.get(word, 0) | (1 << number)
    whole = (1 << len(row)) - 1
    open_bits = whole
    for word in text:
        matched = open_bits & places.get(word, 0)
        open_bits = ((open_bits + matched) | (open_bits - matched)) & whole
    return len(row) - open_bits.bit_count()
