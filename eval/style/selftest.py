"""The metric audited on the user's own log: every probe is scored and must land where it belongs.

Gates are not part of style, so `strike` brings their word. A probe that only a silent gate can
catch, or that nobody could play, is not measurable here, never passed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from eval.style.features import Reply
from eval.style.probes import Probe
from eval.style.results import Refusal
from eval.style.scorer import StyleScale

NOBODY = "no other person in these logs has written anything"
MOST_POINTS = 60.0  # a probe that is not the person must end under this or be struck through

Attempt = TypeVar("Attempt")


@dataclass(frozen=True, slots=True)
class Struck:
    """What the gates say of some replies."""

    why: str | None  # None: no gate struck them
    silent: frozenset[str] = frozenset()  # gates that could not be measured


Strike = Callable[[Sequence[Reply]], Struck]


class ProbeVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """Where one probe ended; passed is None where that is not measurable here, and why says it.

    attempts: sets of replies that were scored, one by each of several other people; the figures are
    those of the middle one.
    """

    name: str
    passed: bool | None
    attempts: int
    score: float | None = None
    low: float | None = None
    high: float | None = None
    struck: str | None = None
    why: str | None = None


def run_selftest(
    scale: StyleScale, probes: Sequence[Probe], *, strike: Strike
) -> list[ProbeVerdict]:
    """The verdict on every probe."""
    return [_verdict(scale, probe, strike) for probe in probes]


def _verdict(scale: StyleScale, probe: Probe, strike: Strike) -> ProbeVerdict:
    scored = [(replies, scale.score(replies)) for replies in probe.attempts]
    placed = [(replies, row) for replies, row in scored if not isinstance(row, Refusal)]
    if not placed:
        why = next((row.why for _, row in scored if isinstance(row, Refusal)), NOBODY)
        return ProbeVerdict(name=probe.name, passed=None, attempts=0, why=why)
    replies, score = middle(placed, by=lambda pair: pair[1].score)
    struck = strike(replies)
    passed = judge(probe, score.score, struck)
    return ProbeVerdict(
        name=probe.name,
        passed=passed,
        attempts=len(placed),
        score=score.score,
        low=score.low,
        high=score.high,
        struck=struck.why,
        why=f"the gate on {probe.gate} cannot tell here" if passed is None else None,
    )


def middle(attempts: Sequence[Attempt], *, by: Callable[[Attempt], float]) -> Attempt:
    """The one in the middle, of an even number the higher of the two."""
    return sorted(attempts, key=by)[len(attempts) // 2]


def judge(probe: Probe, score: float, struck: Struck) -> bool | None:
    """Whether the probe ended where it belongs; None where the gate that could tell is silent."""
    if probe.is_person:
        return score >= MOST_POINTS and struck.why is None
    if score < MOST_POINTS or struck.why is not None:
        return True
    return None if probe.gate and probe.gate in struck.silent else False
