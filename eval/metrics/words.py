"""Words, n-grams and the like for every axis: case folded, marks left out, any script.

Not the style score's view of a text (`eval.style` keeps case and marks): this one asks what was
said.
"""

import re
import unicodedata
from collections.abc import Sequence

# A Han, Hiragana, Katakana or Thai character stands for itself: these scripts write no spaces.
_WORD = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]|[^\W_]+(?:['’][^\W_]+)*")
EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u2b55\u2764]")


def words(text: str) -> list[str]:
    """The words of a text, case folded, in order."""
    folded = unicodedata.normalize("NFKC", text).replace("’", "'").casefold()
    return _WORD.findall(folded)


def ngrams(sequence: Sequence[str], size: int) -> list[tuple[str, ...]]:
    """The runs of `size` neighbours, in order."""
    return [tuple(sequence[i : i + size]) for i in range(len(sequence) - size + 1)]
