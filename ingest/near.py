"""Near-duplicates: texts that share 85 % of their five-letter pieces (Jaccard).

Exact, not estimated: only the rarest sixth of the pieces has to be looked up to find every pair
above the threshold (prefix filtering; Chaudhuri, Ganti and Kaushik, ICDE 2006).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import chain

THRESHOLD = 0.85

_SIZE = 5
_SHARED = 3


def shingles(text: str) -> frozenset[str]:
    """The five-letter pieces of a normalised text; a shorter text is its own piece."""
    if len(text) <= _SIZE:
        return frozenset((text,))
    return frozenset(text[i : i + _SIZE] for i in range(len(text) - _SIZE + 1))


def similarity(a: frozenset[str], b: frozenset[str]) -> float:
    """Jaccard similarity of two sets of pieces, 0 to 1."""
    return len(a & b) / len(a | b)


class NearIndex:
    """Normalised texts that can be asked for their near-duplicates."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._sets = [shingles(text) for text in texts]
        frequency = Counter(chain.from_iterable(self._sets))
        rarest_first = sorted(frequency, key=lambda piece: (frequency[piece], piece))
        self._rank = {piece: rank for rank, piece in enumerate(rarest_first)}
        self._by_piece: defaultdict[str, list[int]] = defaultdict(list)
        for number, pieces in enumerate(self._sets):
            for piece in self._rarest(pieces):
                self._by_piece[piece].append(number)

    def near(self, text: str) -> set[int]:
        """The numbers of the texts that are near-duplicates of this one."""
        pieces = shingles(text)
        size = len(pieces)
        shared = Counter(
            chain.from_iterable(self._by_piece.get(piece, ()) for piece in self._rarest(pieces))
        )
        return {
            number
            for number, count in shared.items()
            if count >= min(_SHARED, size)
            and THRESHOLD * size <= len(self._sets[number]) <= size / THRESHOLD
            and similarity(pieces, self._sets[number]) >= THRESHOLD
        }

    def _rarest(self, pieces: frozenset[str]) -> list[str]:
        """The rarest pieces, so many that two near-duplicates must share `_SHARED` of them.

        Those that are in none of the texts are the rarest of all: they are counted, not listed.
        """
        known = pieces & self._rank.keys()
        keep = int((1 - THRESHOLD) * len(pieces) + 1e-9) + _SHARED - (len(pieces) - len(known))
        return sorted(known, key=self._rank.__getitem__)[: max(keep, 0)]
