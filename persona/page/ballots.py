"""The blind vote: which of these is the real person?

A ballot holds the arms in an order nobody but the server knows until the vote is cast. Votes are
kept in `RUN/votes.jsonl`, readable by the owner only; they hold no chat text and no name.
"""

import os
import random
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from persona.data import PRIVATE_FILE, read_jsonl, split_bubbles
from persona.errors import DataError
from persona.page.contexts import ADAPTER, PANES, PERSON, Context
from persona.proportion import wilson

LETTERS = "ABC"


class Vote(msgspec.Struct, frozen=True):
    """One vote. order: the arms behind A, B, C; choice: the arm taken for the person, or None."""

    voted_at: datetime
    context: int
    conversation: str
    order: tuple[str, ...]
    choice: str | None
    seed: int


class Tally(msgspec.Struct, frozen=True):
    """Votes so far. cast: votes with a choice; taken: how often each arm was taken for real."""

    cast: int
    cannot_tell: int
    taken: dict[str, int]

    def rate(self, arm: str) -> tuple[float, float, float]:
        """The share of choices that fell on `arm`, with its 95 % Wilson interval."""
        hits = self.taken.get(arm, 0)
        return (hits / self.cast if self.cast else 0.0, *wilson(hits, self.cast))


def is_votable(context: Context) -> bool:
    """Whether all three replies exist and differ: equal ones cannot be told apart."""
    texts = [context.text(arm) for arm in PANES]
    shown = [tuple(split_bubbles(text)) for text in texts if text]
    return len(set(shown)) == len(PANES)


def shuffled(seed: int) -> tuple[str, ...]:
    """The arms in the order that `seed` gives."""
    order = list(PANES)
    random.Random(seed).shuffle(order)
    return tuple(order)


def count(votes: Iterable[Vote]) -> Tally:
    """What the votes add up to."""
    taken = dict.fromkeys(PANES, 0)
    undecided = 0
    for vote in votes:
        if vote.choice is None:
            undecided += 1
        else:
            taken[vote.choice] = taken.get(vote.choice, 0) + 1
    return Tally(sum(taken.values()), undecided, taken)


def read_votes(path: Path) -> list[Vote]:
    """The votes kept so far; none where the file does not exist."""
    return list(read_jsonl(path, Vote)) if path.is_file() else []


def keep_vote(path: Path, vote: Vote) -> None:
    """Adds a vote to the file. Raises DataError where it cannot be written."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, PRIVATE_FILE)
        with os.fdopen(descriptor, "ab") as votes:
            votes.write(msgspec.json.encode(vote) + b"\n")
    except OSError as error:
        raise DataError(f"{path}: the vote cannot be kept: {error.strerror}") from None


def describe(tally: Tally, *, subject: str) -> list[str]:
    """The running result in two sentences, or an invitation where nobody chose yet."""
    if not tally.cast:
        return ["No choice yet. By chance each reply would be taken for real one time in three."]
    sentences = [
        _rate(tally, ADAPTER, "The persona was taken for the real person"),
        _rate(tally, PERSON, f"{subject}'s own words were recognised"),
    ]
    if tally.cannot_tell:
        sentences.append(f"{tally.cannot_tell} × cannot tell.")
    return sentences


def _rate(tally: Tally, arm: str, what: str) -> str:
    share, low, high = tally.rate(arm)
    hits = tally.taken.get(arm, 0)
    return (
        f"{what} {hits} of {tally.cast} times: {share:.0%}, 95 % interval "
        f"{low:.0%} to {high:.0%}; chance is 33 %."
    )


def letters(order: Sequence[str]) -> dict[str, str]:
    """The arm behind each letter."""
    return dict(zip(LETTERS, order, strict=True))
