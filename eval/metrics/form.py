"""Axis: the outer form of replies. Length, bursts, emoji, case, last mark and first word.

Each is a distance between two sets of replies: Wasserstein in the unit itself for counts, total
variation (share of replies that would have to change class) for the rest. Beside it stands the
same distance between the person's held-out replies and the person's reference, which is what zero
looks like with that many replies.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import msgspec
import numpy as np

from eval.metrics.words import EMOJI, words
from persona.data import split_bubbles

COMMON_OPENERS = 30
REST = "(another word)"
LENGTH_BINS = (("1-2", 2), ("3-5", 5), ("6-9", 9), ("10-19", 19))
LONGEST = "20 or more"
MARKS = {"full stop": ".。।۔", "exclamation mark": "!", "question mark": "?؟", "comma": ",،、"}
"""Marks that end a message; full-width ones are folded into these."""


class FormFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One feature of form. baseline: person against person at the same number of replies.

    mean and mean_person: of counts only. shares: of an arm's replies per class, for the pictures.
    """

    distance: float
    baseline: float | None
    mean: float | None = None
    mean_person: float | None = None
    shares: dict[str, float]
    shares_person: dict[str, float]


Form = dict[str, FormFigures]


def word_count(text: str) -> int:
    """Words of a reply."""
    return len(words(text))


def bubble_count(text: str) -> int:
    """Messages of a burst."""
    return max(1, len(split_bubbles(text)))


def emoji_class(text: str) -> str:
    """How many emoji: none, 1, 2 or 3+."""
    count = len(EMOJI.findall(text))
    return "none" if count == 0 else str(count) if count < 3 else "3 or more"


def case_class(text: str) -> str:
    """How the letters are cased: all lower, all capitals, by the first letter, or no letters."""
    letters = [letter for letter in text if letter.lower() != letter.upper()]
    if not letters:
        return "no letters"
    if all(letter.islower() for letter in letters):
        return "all lower case"
    if len(letters) > 1 and all(letter.isupper() for letter in letters):
        return "all capitals"
    return "capital start" if letters[0].isupper() else "lower-case start"


def ending_class(text: str) -> str:
    """What the last message of a reply ends with, in any script."""
    last = text.rstrip()[-1:]
    if not last:
        return "no text"
    if text.rstrip().endswith(("...", "…")):
        return "ellipsis"
    if EMOJI.match(last) or last in "\ufe0f\u200d":
        return "emoji"
    half_width = unicodedata.normalize("NFKC", last)[-1]
    named = next((name for name, marks in MARKS.items() if half_width in marks), None)
    is_letter = last.isalnum() or unicodedata.category(last).startswith("M")
    return named or ("no mark" if is_letter else "another mark")


def opener(text: str) -> str:
    """The first word."""
    return next(iter(words(text)), "")


def length_bin(text: str) -> str:
    """The class of a reply's length in words."""
    count = word_count(text)
    return next((name for name, most in LENGTH_BINS if count <= most), LONGEST)


def burst_class(text: str) -> str:
    """The class of a burst's size."""
    count = bubble_count(text)
    return str(count) if count < 5 else "5 or more"


COUNTS: dict[str, tuple[Callable[[str], int], Callable[[str], str]]] = {
    "length": (word_count, length_bin),
    "burst": (bubble_count, burst_class),
}
CLASSES: dict[str, Callable[[str], str]] = {
    "emoji": emoji_class,
    "case": case_class,
    "ending": ending_class,
    "opener": opener,
}


def form_figures(
    replies: Sequence[str], *, reference: Sequence[str], held_out: Sequence[str]
) -> Form:
    """The distances of the replies from the person's reference, with the person's own beside them.

    held_out: real replies outside the reference, cut to as many as there are replies. Empty where
    there is nothing to compare.
    """
    if not replies or not reference:
        return {}
    own = list(held_out)[: len(replies)]
    figures: Form = {}
    for name, (count, classify) in COUNTS.items():
        arm, person = [count(text) for text in replies], [count(text) for text in reference]
        figures[name] = FormFigures(
            distance=wasserstein(arm, person),
            baseline=wasserstein([count(text) for text in own], person) if own else None,
            mean=float(np.mean(arm)),
            mean_person=float(np.mean(person)),
            shares=shares([classify(text) for text in replies]),
            shares_person=shares([classify(text) for text in reference]),
        )
    for name, classify in CLASSES.items():
        sides = [[classify(text) for text in texts] for texts in (replies, reference, own)]
        folded = _common(sides) if name == "opener" else sides
        arm_shares, person_shares, held = map(shares, folded)
        figures[name] = FormFigures(
            distance=total_variation(arm_shares, person_shares),
            baseline=total_variation(held, person_shares) if own else None,
            shares=arm_shares,
            shares_person=person_shares,
        )
    return figures


def wasserstein(a: Sequence[float], b: Sequence[float]) -> float:
    """Area between the two distribution functions, in the unit of the values."""
    left, right = np.sort(np.asarray(a, float)), np.sort(np.asarray(b, float))
    grid = np.sort(np.concatenate([left, right]))
    steps = np.diff(grid)
    below_left = np.searchsorted(left, grid[:-1], side="right") / len(left)
    below_right = np.searchsorted(right, grid[:-1], side="right") / len(right)
    return float(np.abs(below_left - below_right) @ steps)


def total_variation(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    """Half the summed difference of two distributions: 0 the same, 1 nothing in common."""
    return sum(abs(a.get(key, 0.0) - b.get(key, 0.0)) for key in {*a, *b}) / 2


def shares(labels: Sequence[str]) -> dict[str, float]:
    """Each label's share, commonest first; empty where there are none."""
    return {label: count / len(labels) for label, count in Counter(labels).most_common()}


def _common(sides: Sequence[Sequence[str]]) -> list[list[str]]:
    """Rare openers folded into one class: a distance over hundreds of words is mostly chance."""
    kept = {word for word, _ in Counter(sides[1]).most_common(COMMON_OPENERS)}
    return [[word if word in kept else REST for word in side] for side in sides]
