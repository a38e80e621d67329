"""The blind sheet of `persona ab`: which of two replies did the person really write?

A trial shows a held-out context and two replies in an order that only the key knows. Most set the
real reply against the clone's. Catch trials say what a judge can do at all: the real reply against
another person's, and against a real one of the person to another message. The key is sealed:
its SHA-256 stands on the sheet, and answers are only read against that very key
(eval/blind_verdict.py).
"""

import hashlib
import random
from collections.abc import Sequence
from typing import Literal, NamedTuple

import msgspec

from eval.replies import ReplyRow
from persona.counted import counted
from persona.data import Turn, Utterance, split_bubbles
from persona.errors import DataError

Kind = Literal["clone", "other", "same"]
"""What stands beside the real reply: the clone's, another person's, a real one from elsewhere."""
Side = Literal["A", "B"]

FEWEST_CATCHES = 5
"""Trials against another person on the smallest sheet: so many all right are no luck, four are."""
SLIP_EVERY, SLIP = 24, 3
"""For each so many trials so many more of them, each time enough to forgive one more slip."""
SAME_SHARE, FEWEST_SAME = 10, 2
"""One trial in so many is against the person's reply to another message; the fewest of them."""
FEWEST = 12
"""Trials of the smallest sheet, of which as many show the clone as show another person."""
ALIKE = 10
"""Replies of the most similar length, of which one is drawn."""


class Trial(msgspec.Struct, frozen=True):
    """One question of the key. real: the side on which the real reply stands."""

    kind: Kind
    conversation: str
    real: Side


class Key(msgspec.Struct, frozen=True):
    """What a sheet hides. salt: drawn for it, so that the seal cannot be found by trying."""

    subject: str
    run: str
    arm: str
    salt: str
    trials: tuple[Trial, ...]

    @property
    def seal(self) -> str:
        """The SHA-256 that stands on the sheet."""
        return hashlib.sha256(msgspec.json.encode(self, order="deterministic")).hexdigest()


class Question(NamedTuple):
    """One trial as a judge sees it."""

    prompt: tuple[Turn, ...]
    a: str
    b: str


def deal(
    rows: Sequence[ReplyRow],
    others: Sequence[Utterance],
    *,
    arm: str,
    count: int,
    subject: str,
    run: str,
    salt: str,
) -> tuple[Key, list[Question]]:
    """A key and its questions, drawn by the salt. Raises DataError where there are too few replies.

    rows: of `eval/replies.jsonl`. others: real replies of other people.
    """
    draw = random.Random(salt)
    real = [row for row in rows if row.arm == "person" and row.text.strip()]
    clone = {(row.conversation, row.prompt): row.text for row in rows if row.arm == arm}
    fit = [row for row in real if _differ(row.text, clone.get((row.conversation, row.prompt), ""))]
    if len(fit) < FEWEST or not others:
        raise DataError(
            f"{counted(len(fit), 'context')} with a real reply and another one of '{arm}', and "
            f"{counted(len(others), 'reply')} of other people, are too few for a blind "
            f"sheet, which needs {FEWEST} contexts; run `persona eval` on more"
        )
    chosen = draw.sample(fit, min(count, len(fit)))
    shown = {row.text for row in chosen}
    trials, questions = [], []
    for row, kind in zip(chosen, _kinds(len(chosen), draw), strict=True):
        if kind == "clone":
            beside = clone[row.conversation, row.prompt]
        elif kind == "other":
            beside = _alike([one.text for one in others], row.text, shown, draw)
        else:
            elsewhere = [one.text for one in real if one.conversation != row.conversation]
            beside = _alike(elsewhere or [one.text for one in real], row.text, shown, draw)
        shown.add(beside)
        side: Side = draw.choice(("A", "B"))
        a, b = (row.text, beside) if side == "A" else (beside, row.text)
        trials.append(Trial(kind, row.conversation, side))
        questions.append(Question(row.prompt, a, b))
    return Key(subject, run, arm, salt, tuple(trials)), questions


def _differ(real: str, other: str) -> bool:
    """Whether two replies can be told apart at all."""
    return bool(other.strip()) and split_bubbles(real) != split_bubbles(other)


def _kinds(count: int, draw: random.Random) -> list[Kind]:
    """The kinds of so many trials, in a drawn order."""
    others = FEWEST_CATCHES + SLIP * (count // SLIP_EVERY)
    same = max(FEWEST_SAME, count // SAME_SHARE)
    shares: dict[Kind, int] = {"other": others, "same": same, "clone": count - others - same}
    kinds = [kind for kind, times in shares.items() for _ in range(times)]
    draw.shuffle(kinds)
    return kinds


def _alike(texts: Sequence[str], text: str, shown: set[str], draw: random.Random) -> str:
    """One of the texts that are about as long, so that length alone tells nothing.

    shown: the texts of other trials, taken only where there is nothing else: what stands on a sheet
    twice tells a judge which one is real.
    """
    other = [one for one in texts if _differ(text, one)] or list(texts)
    other = [one for one in other if one not in shown] or other
    return draw.choice(sorted(other, key=lambda one: abs(len(one) - len(text)))[:ALIKE])
