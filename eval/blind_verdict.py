"""What the judges of a blind sheet said: their files, how often they were right, what it comes to.

The clone can be told from the person where the real reply is chosen more often than guessing
explains: nobody guesses 30 of 30, whatever became of the catch trials. Only the opposite finding
needs these, since a judge who does not know the person takes any clone for real: it counts where
the real reply is told from another person's with a chance of at most 5 % under guessing (exact
binomial, one-sided), which is 5 of 5, 7 of 8 or 9 of 11. Fewer than five choices of either kind
tell nothing.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from eval.blind import FEWEST_CATCHES, Key, Kind, Side
from persona.counted import counted
from persona.errors import DataError
from persona.proportion import by_guessing, wilson

Judge = Literal["acquaintance", "stranger", "self"]

LUCK = 0.05
"""The chance up to which guessing is ruled out in the trials against another person."""


class Answers(msgspec.Struct, frozen=True):
    """What a judge sent back: a side for each trial's number, None for 'cannot tell'.

    sitting: drawn each time the sheet is opened, so that two judges who agree in everything are
    two; empty in a file of an older sheet.
    """

    sheet: str
    judge: Judge
    answers: dict[int, Side | None]
    sitting: str = ""


class Rate(msgspec.Struct, frozen=True):
    """How often the real reply was chosen, of the choices made, with the 95 % Wilson interval."""

    hits: int
    choices: int
    low: float
    high: float


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What the judges of one kind said. other, same: the catch trials."""

    judge: Judge
    judges: int
    clone: Rate
    cannot_tell: int
    c_at_1: float
    other: Rate
    same: Rate


class Judged(NamedTuple):
    """The sheet's key, a verdict for each kind of judge, and the files that counted only once."""

    key: Key
    verdicts: list[Verdict]
    repeated: list[Path]


def load_answers(path: Path) -> Answers:
    """What one judge saved. Raises DataError where the file is missing or damaged."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Answers)
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: {error}; give the file that the sheet saved") from None


def judge_all(key: Key, files: Sequence[tuple[Path, Answers]]) -> Judged:
    """What the judges' files come to; a file equal to one before it is not counted again.

    Raises DataError where one is of another sheet, answers a trial that the sheet does not have,
    or was saved at the same sitting as another one that differs.
    """
    kept: list[tuple[Path, Answers]] = []
    repeated = []
    for path, answers in files:
        _check(path, answers, key)
        if any(answers == other for _, other in kept):
            repeated.append(path)
            continue
        for earlier, other in kept:
            if answers.sitting and answers.sitting == other.sitting:
                raise DataError(
                    f"{path}: saved by the same judge at the same sitting as {earlier}, with other "
                    "answers; give the later one only"
                )
        kept.append((path, answers))
    return Judged(key, list(verdicts(key, [answers for _, answers in kept])), repeated)


def _check(path: Path, answers: Answers, key: Key) -> None:
    """Raises DataError where the answers cannot be to the questions of this key."""
    if answers.sheet != key.seal:
        raise DataError(
            f"{path}: answers another sheet than {key.seal[:8]}; read each sheet's answers alone"
        )
    count = len(key.trials)
    stray = sorted(number for number in answers.answers if not 1 <= number <= count)
    if stray:
        raise DataError(
            f"{path}: answers trial {stray[0]}, but the sheet's are 1 to {count}; "
            "give the file that the sheet saved"
        )


def verdicts(key: Key, answers: Sequence[Answers]) -> Iterator[Verdict]:
    """What each kind of judge said; trials that were left blank do not count."""
    for judge in sorted({one.judge for one in answers}):
        sheets = [one.answers for one in answers if one.judge == judge]
        said: dict[Kind, list[bool | None]] = {"clone": [], "other": [], "same": []}
        for number, trial in enumerate(key.trials, start=1):
            for sheet in sheets:
                if number in sheet:
                    side = sheet[number]
                    said[trial.kind].append(None if side is None else side == trial.real)
        clone = rate(said["clone"])
        unsure = len(said["clone"]) - clone.choices
        yield Verdict(
            judge=judge,
            judges=len(sheets),
            clone=clone,
            cannot_tell=unsure,
            c_at_1=c_at_1(clone.hits, unsure, len(said["clone"])),
            other=rate(said["other"]),
            same=rate(said["same"]),
        )


def rate(said: Sequence[bool | None]) -> Rate:
    """The rate of the choices among some answers."""
    choices = [hit for hit in said if hit is not None]
    return Rate(sum(choices), len(choices), *wilson(sum(choices), len(choices)))


def c_at_1(right: int, unsure: int, trials: int) -> float:
    """c@1: the share right of all trials, each 'cannot tell' worth that share instead of nothing.

    (right + unsure * right / trials) / trials, of Penas and Rodrigo (2011), ACL, 1415-1424.
    trials: right, wrong and 'cannot tell' together. No trials give 0.
    """
    return (right + unsure * right / trials) / trials if trials else 0.0


def in_words(verdict: Verdict, *, subject: str) -> str:
    """What a verdict comes to, in a sentence or two; the rule is at the top of this file."""
    clone = verdict.clone
    if not clone.choices:
        return f"{verdict.judge}: no choice was made."
    text = (
        f"{verdict.judge}: the real {subject} was recognised {clone.hits} of {clone.choices} times "
        f"(95 % interval {clone.low:.0%} to {clone.high:.0%}; 50 % is guessing). "
    )
    if clone.choices < FEWEST_CATCHES:
        return text + "So few choices could all be guessing."
    if clone.low > 0.5:
        return text + _told(verdict.other)
    return text + _not_told(clone, verdict.other, subject)


def _told(other: Rate) -> str:
    """The clone gives itself away; perhaps by something else than not being the person."""
    text = "The clone can be told from the person."
    if other.choices and other.hits <= other.choices / 2:
        text += (
            f" Another person was told apart only {other.hits} of {other.choices} times, "
            "so something else than the person's manner may give the clone away."
        )
    return text


def _not_told(clone: Rate, other: Rate, subject: str) -> str:
    """What it is worth that the clone was not told apart."""
    if by_guessing(other.hits, other.choices) <= LUCK:
        return f"A clone that is recognised more than {clone.high:.0%} of the time is ruled out."
    if other.choices < FEWEST_CATCHES:
        return (
            f"With {counted(other.choices, 'choice')} against another person there are too few "
            f"catch trials to tell whether these judges know {subject}: "
            f"{FEWEST_CATCHES} are needed."
        )
    return (
        f"But against another person it was only {other.hits} of {other.choices}, which could be "
        f"guessing too: these judges may not know {subject} well enough."
    )
