"""The blind sheet of `persona ab`: which of two replies did the person really write?

A trial shows a held-out context and two replies in an order that only the key knows. Most set the
real reply against the clone's. Catch trials say what a judge can do at all: the real reply against
another person's, and against a real one of the person to another message. The key is sealed:
its SHA-256 stands on the sheet, and answers are only read against that very key.
"""

import hashlib
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from eval.replies import ReplyRow
from persona.counted import counted
from persona.data import Turn, Utterance, split_bubbles
from persona.errors import DataError
from persona.proportion import wilson

Kind = Literal["clone", "other", "same"]
"""What stands beside the real reply: the clone's, another person's, a real one from elsewhere."""
Side = Literal["A", "B"]
Judge = Literal["acquaintance", "stranger", "self"]

CATCH_SHARE = 8
"""One trial in so many is a catch trial, of either kind."""
FEWEST_CATCHES = 2
FEWEST = 3 * FEWEST_CATCHES
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


class Answers(msgspec.Struct, frozen=True):
    """What a judge sent back: a side for each trial's number, None for 'cannot tell'."""

    sheet: str
    judge: Judge
    answers: dict[int, Side | None]


class Rate(msgspec.Struct, frozen=True):
    """How often the real reply was chosen, of the choices made, with the 95 % Wilson interval."""

    hits: int
    choices: int
    low: float
    high: float


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What the judges of one kind said.

    c_at_1: recognised over all trials, 'cannot tell' counted at the rate of the choices made
    (Penas and Rodrigo 2011). other, same: the catch trials.
    """

    judge: Judge
    judges: int
    clone: Rate
    cannot_tell: int
    c_at_1: float
    other: Rate
    same: Rate


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
            "sheet; run `persona eval` on more"
        )
    chosen = draw.sample(fit, min(count, len(fit)))
    trials, questions = [], []
    for row, kind in zip(chosen, _kinds(len(chosen), draw), strict=True):
        if kind == "clone":
            beside = clone[row.conversation, row.prompt]
        elif kind == "other":
            beside = _alike([one.text for one in others], row.text, draw)
        else:
            elsewhere = [one.text for one in real if one.conversation != row.conversation]
            beside = _alike(elsewhere or [one.text for one in real], row.text, draw)
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
    catches = max(FEWEST_CATCHES, count // CATCH_SHARE)
    shares: dict[Kind, int] = {"other": catches, "same": catches, "clone": count - 2 * catches}
    kinds = [kind for kind, times in shares.items() for _ in range(times)]
    draw.shuffle(kinds)
    return kinds


def _alike(texts: Sequence[str], text: str, draw: random.Random) -> str:
    """One of the texts that are about as long, so that length alone tells nothing."""
    other = [one for one in texts if _differ(text, one)] or list(texts)
    return draw.choice(sorted(other, key=lambda one: abs(len(one) - len(text)))[:ALIKE])


def read_answers(paths: Sequence[Path], key: Key) -> list[Answers]:
    """The answers of some judges. Raises DataError where a file is damaged or of another sheet."""
    found = []
    for path in paths:
        try:
            answers = msgspec.json.decode(path.read_bytes(), type=Answers)
        except OSError as error:
            raise DataError(f"{path}: cannot be read: {error.strerror}") from None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise DataError(f"{path}: {error}; give the file that the sheet saved") from None
        if answers.sheet != key.seal:
            raise DataError(f"{path}: answers another sheet than this key's ({key.seal[:12]})")
        found.append(answers)
    return found


def verdicts(key: Key, answers: Sequence[Answers]) -> Iterator[Verdict]:
    """What each kind of judge said; trials that were not answered do not count."""
    for judge in sorted({one.judge for one in answers}):
        sheets = [one.answers for one in answers if one.judge == judge]
        said: dict[Kind, list[bool | None]] = {"clone": [], "other": [], "same": []}
        for number, trial in enumerate(key.trials, start=1):
            for sheet in sheets:
                if number in sheet:
                    side = sheet[number]
                    said[trial.kind].append(None if side is None else side == trial.real)
        clone = rate(said["clone"])
        unsure, total = len(said["clone"]) - clone.choices, len(said["clone"])
        yield Verdict(
            judge=judge,
            judges=len(sheets),
            clone=clone,
            cannot_tell=unsure,
            c_at_1=(clone.hits + unsure * clone.hits / total) / total if total else 0.0,
            other=rate(said["other"]),
            same=rate(said["same"]),
        )


def rate(said: Sequence[bool | None]) -> Rate:
    """The rate of the choices among some answers."""
    choices = [hit for hit in said if hit is not None]
    return Rate(sum(choices), len(choices), *wilson(sum(choices), len(choices)))


def in_words(verdict: Verdict, *, subject: str) -> str:
    """What a verdict comes to, in a sentence or two."""
    clone, other = verdict.clone, verdict.other
    if not clone.choices:
        return f"{verdict.judge}: no choice was made."
    text = (
        f"{verdict.judge}: the real {subject} was recognised {clone.hits} of {clone.choices} times "
        f"(95 % interval {clone.low:.0%} to {clone.high:.0%}; 50 % is guessing)."
    )
    if other.low <= 0.5:
        text += (
            f" But against another person it was only {other.hits} of {other.choices}, which could "
            f"be guessing too: these judges may not know {subject} well enough."
        )
    elif clone.low > 0.5:
        text += " The clone can be told from the person."
    else:
        text += f" A clone that is recognised more than {clone.high:.0%} of the time is ruled out."
    return text
