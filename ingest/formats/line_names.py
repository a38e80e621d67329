"""Where a name ends and the text begins in LINE's desktop export, which puts a blank between them.

    22:31 Ann Lee see you at five
    22:32 Bo ok

A name is what many lines begin with and what different words follow.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

MOST_WORDS = 6
ALIKE = 3
"""So many lines with the same next word make that word a part of the name,"""

MOST = 0.9
"""if such words follow in so many of the lines."""


class Names:
    """The names of one file, from the lines that begin with a time, without that time."""

    def __init__(self, lines: Iterable[str], partner: str | None) -> None:
        self.known = {partner} if partner else set()
        """Those that more than one line begins with."""
        by_word: defaultdict[str, list[list[str]]] = defaultdict(list)
        for line in lines:
            words = line.split(" ")
            by_word[words[0]].append(words[1:])
        for word, rests in by_word.items():
            if len(rests) > 1:
                self.known |= set(_names(word, rests))
        self.longest_first = sorted(self.known, key=len, reverse=True)

    def split(self, line: str) -> tuple[str, str]:
        """The name and the text."""
        for name in self.longest_first:
            if line.startswith(name + " "):
                return name, line[len(name) + 1 :]
        name, _, text = line.partition(" ")
        return name, text


def _names(prefix: str, rests: Sequence[list[str]]) -> list[str]:
    """The names that begin with `prefix`, given what follows it in each line."""
    following: defaultdict[str, list[list[str]]] = defaultdict(list)
    for rest in rests:
        if len(rest) > 1:
            following[rest[0]].append(rest[1:])
    again = {word: ends for word, ends in following.items() if len(ends) >= ALIKE}
    is_long = prefix.count(" ") + 1 >= MOST_WORDS
    if is_long or sum(map(len, again.values())) < MOST * len(rests):
        return [prefix]
    return [name for word, ends in again.items() for name in _names(f"{prefix} {word}", ends)]
