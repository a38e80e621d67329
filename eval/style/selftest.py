"""The metric audited on the user's own log: every probe is scored and must land where it belongs.

Gates are not part of style; hand in `strike` to have them judge the probes too. Without it a probe
that only a gate can catch is reported as not measurable here (passed is None), never as passed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from eval.style.features import Reply
from eval.style.probes import Probe
from eval.style.results import Refusal
from eval.style.scorer import StyleScale

MOST_POINTS = 60.0  # a probe that is not the person must end under this or be struck through

Strike = Callable[[Sequence[Reply]], str | None]
Attempt = TypeVar("Attempt")


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """One probe's verdict."""

    name: str
    score: float
    low: float
    high: float
    over_typical: bool
    struck: str | None  # the gate's reason
    passed: bool | None  # None: only a gate could tell, and none was at hand


def run_selftest(
    scale: StyleScale, probes: Sequence[Probe], *, strike: Strike | None = None
) -> tuple[ProbeResult, ...]:
    """The verdict on every probe that has enough messages to be scored."""
    found = []
    for probe in probes:
        scored = [(replies, scale.score(replies)) for replies in probe.attempts]
        placed = [(replies, row) for replies, row in scored if not isinstance(row, Refusal)]
        if not placed:
            continue
        replies, score = middle(placed, by=lambda pair: pair[1].score)
        struck = strike(replies) if strike else None
        passed = judge(probe, score.score, struck, gated=strike is not None)
        found.append(
            ProbeResult(
                probe.name, score.score, score.low, score.high, score.over_typical, struck, passed
            )
        )
    return tuple(found)


def middle(attempts: Sequence[Attempt], *, by: Callable[[Attempt], float]) -> Attempt:
    """The one in the middle, of an even number the higher of the two."""
    return sorted(attempts, key=by)[len(attempts) // 2]


def judge(probe: Probe, score: float, struck: str | None, *, gated: bool) -> bool | None:
    """Whether the probe ended where it belongs."""
    if probe.is_person:
        return score >= MOST_POINTS and struck is None
    if score < MOST_POINTS or struck is not None:
        return True
    return False if gated or not probe.gate else None
