"""Near-duplicates: texts that share 85 % of their five-letter pieces (Jaccard).

Exact, not estimated: only the rarest sixth of the pieces has to be looked up to find every pair
above the threshold (prefix filtering; Chaudhuri, Ganti and Kaushik, ICDE 2006).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import chain

THRESHOLD = 0.85

_SIZE = 5
_NOT_WORD = re.compile(r"[\W_]+")


def normalise(text: str) -> str:
    """`text` without case, punctuation and emoji; as it is where nothing else is in it."""
    return _NOT_WORD.sub(" ", text.casefold()).strip() or text.strip()


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
        self._frequency = Counter(chain.from_iterable(self._sets))
        self._by_piece: defaultdict[str, list[int]] = defaultdict(list)
        for number, pieces in enumerate(self._sets):
            for piece in self._prefix(pieces):
                self._by_piece[piece].append(number)

    def near(self, text: str) -> set[int]:
        """The numbers of the texts that are near-duplicates of this one."""
        pieces = shingles(text)
        if len(pieces & self._frequency.keys()) < THRESHOLD * len(pieces):
            return set()  # too much of it is in none of the texts
        candidates = {
            number for piece in self._prefix(pieces) for number in self._by_piece.get(piece, ())
        }
        return {
            number for number in candidates if similarity(pieces, self._sets[number]) >= THRESHOLD
        }

    def _prefix(self, pieces: frozenset[str]) -> list[str]:
        """The rarest pieces, so many that two near-duplicates must share one of them."""
        keep = int((1 - THRESHOLD) * len(pieces) + 1e-9) + 1
        return sorted(pieces, key=lambda piece: (self._frequency[piece], piece))[:keep]
