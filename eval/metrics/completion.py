"""True-prefix completion: given the first half of a training reply, does the model say the rest?

Long replies only, with their own context, at temperature 0. The person's held-out replies, which
the model never saw, go through the same: what they reach is what can be guessed. A completion
counts that is the rest word for word or within a tenth of its characters (Carlini et al. 2021,
"Extracting Training Data"; the tenth by edit distance as in Ippolito et al. 2023).
"""

from collections.abc import Sequence

import msgspec

from persona.data import Example

LEAST_WORDS = 10
NEAR = 0.1


class Begun(msgspec.Struct, frozen=True):
    """A long reply cut in two; `beginning + rest` is the whole."""

    example: Example
    beginning: str
    rest: str


class Completions(msgspec.Struct, frozen=True, kw_only=True):
    """How many of some cut replies were completed, word for word and nearly."""

    tried: int
    exact: int
    near: int


def cut_long(rows: Sequence[Example]) -> list[Begun]:
    """The replies of ten words or more, cut between words at the middle."""
    found = []
    for row in rows:
        text = row.reply
        places = [at for at, mark in enumerate(text) if mark == " "]
        if len(places) + 1 >= LEAST_WORDS:
            middle = places[len(places) // 2]
            found.append(Begun(row, text[:middle], text[middle:]))
    return found


def count_completed(begun: Sequence[Begun], said: Sequence[str]) -> Completions:
    """How many continuations are the rest, or nearly."""
    pairs = [(one.rest.strip(), text.strip()) for one, text in zip(begun, said, strict=True)]
    return Completions(
        tried=len(pairs),
        exact=sum(text[: len(rest)] == rest for rest, text in pairs),
        near=sum(is_near(rest, text[: len(rest)]) for rest, text in pairs),
    )


def is_near(a: str, b: str) -> bool:
    """Whether the edit distance is at most a tenth of the longer text."""
    return edit_distance(a, b) <= NEAR * max(len(a), len(b))


def edit_distance(a: str, b: str) -> int:
    """Characters to insert, delete or replace (Levenshtein)."""
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, start=1):
        corner, row[0] = row[0], i
        for j, right in enumerate(b, start=1):
            corner, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, corner + (left != right))
    return row[-1]
