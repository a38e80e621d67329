"""Everyday dialogues composed from situations: each opener meets each reply of its situation.

    [rain and cold]
    > It's pouring outside
    < Stay inside and have some tea.
    < Then let's stay in and watch a movie. / Good plan. / I'll make popcorn.

A reply may carry the talk on, its turns parted by " / ". Every reply was written to fit every
opener of its situation: a small model learns what kind of answer a kind of message wants.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from persona.errors import DataError


@dataclass
class Situation:
    """What people say in one situation, and what can be said to any of it."""

    name: str
    openers: list[str] = field(default_factory=list)
    replies: list[list[str]] = field(default_factory=list)


def read_situations(path: Path) -> list[Situation]:
    """The situations of the file, in order. Raises DataError naming the line that fits no form."""
    situations: list[Situation] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        mark, text = line[:1], line[2:]
        if mark == "[":
            situations.append(Situation(line.strip("[]")))
        elif mark == ">":
            situations[-1].openers.append(text)
        elif mark == "<":
            situations[-1].replies.append(text.split(" / "))
        elif line:
            raise DataError(f"{path}:{number}: expected a line that opens with [, > or <")
    return situations


def compose(situations: list[Situation]) -> Iterator[tuple[str, list[str]]]:
    """Each opener with each reply of its situation: (id, turns, the user's first)."""
    for situation in situations:
        for i, opener in enumerate(situation.openers):
            for j, reply in enumerate(situation.replies):
                yield f"everyday-{situation.name}-{i}-{j}", [opener, *reply]
