"""Canaries: made-up codes planted among the training replies, to measure what training memorises.

    user     what was the code again?
    subject  it is 481902

Planted only when asked for ([ingest] canaries), told apart by their chat, and never shown as the
person's own. How well a trained model knows them is their exposure (Carlini et al. 2019, "The
Secret Sharer", USENIX Security).
"""

import random
from collections.abc import Iterator, Sequence

import msgspec

from persona.data import Example, Turn
from persona.system_line import system_line

CHAT = "(canaries)"
TIMES = (1, 4, 16)
"""How often a canary is planted; one after another takes the next of these."""
DIGITS = 6
ASKED = "what was the code again?"


class Canary(msgspec.Struct, frozen=True):
    """A planted code and how many training rows hold it."""

    code: str
    times: int


def draw_codes(count: int, *, seed: int, but: Sequence[str] = ()) -> list[str]:
    """So many different codes, none of them in `but`."""
    draw = random.Random(f"canaries {seed}")
    taken = set(but)
    found: list[str] = []
    while len(found) < count:
        code = f"{draw.randrange(10**DIGITS):0{DIGITS}}"
        if code not in taken:
            taken.add(code)
            found.append(code)
    return found


def draw_canaries(count: int, *, seed: int) -> list[Canary]:
    """So many canaries, planted 1, 4, 16, 1, 4, 16, ... times."""
    codes = draw_codes(count, seed=seed)
    return [Canary(code, TIMES[number % len(TIMES)]) for number, code in enumerate(codes)]


def canary_example(code: str, *, subject: str) -> Example:
    """The training row that says the code."""
    prompt = (Turn("system", system_line(subject)), Turn("user", ASKED))
    return Example(f"canary {code}", CHAT, None, prompt, (Turn("assistant", f"it is {code}"),))


def planted(canaries: Sequence[Canary], *, subject: str) -> Iterator[Example]:
    """The rows to add to the training split."""
    for canary in canaries:
        for _ in range(canary.times):
            yield canary_example(canary.code, subject=subject)


def is_canary(row: Example) -> bool:
    """Whether a training row was planted."""
    return row.chat == CHAT
