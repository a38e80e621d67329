"""The held-out contexts of a run, each with what every arm answered and what was really said.

Reads the test split and `RUN/eval/replies.jsonl`; the page, the terminal and the report show the
same replies because all three read that file. Nothing is generated here.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import msgspec

from persona.data import OPENER, Example, Turn, read_jsonl
from persona.errors import DataError
from persona.folders import DatasetDir, RunDir

BASE: Final = "base"
ADAPTER: Final = "adapter"
PERSON: Final = "person"
PANES: tuple[str, ...] = (BASE, ADAPTER, PERSON)
"""What stands side by side, in this order, wherever three replies are shown."""


class Reply(msgspec.Struct, frozen=True, gc=False):
    """A row of `replies.jsonl`: what an arm answered to a prompt, and with which seed."""

    arm: str
    conversation: str
    prompt: tuple[Turn, ...]
    text: str
    seed: int | None = None


@dataclass(frozen=True)
class Context:
    """A held-out moment. number: its line in `test.jsonl`, from 1, the same everywhere."""

    number: int
    example: Example
    replies: dict[str, Reply]

    @property
    def turns(self) -> tuple[Turn, ...]:
        """What was said before, without the system line."""
        return tuple(turn for turn in self.example.prompt if turn.role != "system")

    @property
    def is_opener(self) -> bool:
        """Whether the subject opened the conversation, so that there was nothing to answer."""
        return [turn.content for turn in self.turns] == [OPENER]

    @property
    def cue(self) -> str:
        """The message that was answered, on one line."""
        return " ".join(self.turns[-1].content.split()) if self.turns else ""

    @property
    def is_answered(self) -> bool:
        """Whether the evaluation recorded a reply of the base and of the persona."""
        return BASE in self.replies and ADAPTER in self.replies

    def text(self, arm: str) -> str | None:
        """The recorded reply of an arm, None where there is none; the person's is always there."""
        if arm in self.replies:
            return self.replies[arm].text
        return self.example.reply if arm == PERSON else None

    def seed(self, arm: str) -> int | None:
        """The seed an arm's recorded reply was drawn with."""
        return self.replies[arm].seed if arm in self.replies else None

    @cached_property
    def haystack(self) -> str:
        """All that a search looks through, in one case."""
        said = [turn.content for turn in self.turns]
        return "\n".join([*said, self.example.reply, self.example.chat]).casefold()


def load_contexts(run: RunDir, dataset: DatasetDir) -> list[Context]:
    """Every row of the test split with its recorded replies; the first of an arm counts.

    Raises DataError where the test split or the replies are damaged. A run that was not evaluated
    yet has no replies, and that is no error.
    """
    recorded: dict[tuple[str, tuple[Turn, ...]], dict[str, Reply]] = {}
    if run.replies.is_file():
        for row in read_jsonl(run.replies, Reply):
            recorded.setdefault((row.conversation, row.prompt), {}).setdefault(row.arm, row)
    return [
        Context(number, example, recorded.get((example.conversation, example.prompt), {}))
        for number, example in enumerate(dataset.examples("test"), start=1)
    ]


def search(contexts: Sequence[Context], query: str) -> list[Context]:
    """The contexts that hold every word of `query` somewhere, or carry the number `#12`."""
    words = query.casefold().split()
    if len(words) == 1 and words[0].lstrip("#").isdecimal():
        number = int(words[0].lstrip("#"))
        exact = [context for context in contexts if context.number == number]
        if exact:
            return exact
    return [context for context in contexts if all(word in context.haystack for word in words)]


def pick(contexts: Sequence[Context], number: int) -> Context:
    """The context of that number. Raises DataError where there is none."""
    if not 1 <= number <= len(contexts):
        raise DataError(f"context {number}: there are {len(contexts)}, counted from 1")
    return contexts[number - 1]


def neighbour(contexts: Sequence[Context], number: int, *, step: int) -> Context:
    """The context `step` further in the order given; the ends join."""
    numbers = [context.number for context in contexts]
    if number not in numbers:
        return contexts[0 if step > 0 else -1]
    return contexts[(numbers.index(number) + step) % len(contexts)]


def draw(contexts: Sequence[Context], rng: random.Random, *, number: int = 0) -> Context:
    """A random context other than the one shown, if there is another."""
    others = [context for context in contexts if context.number != number]
    return rng.choice(others or list(contexts))
