"""The metric audited on the user's own log: every probe is scored and must land where it belongs.

Gates are not part of style; hand in `strike` to have them judge the probes too. A probe that only
a gate can catch, or that nobody could play, is not measurable here, never passed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

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


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """One probe's verdict; without a score where no attempt had enough messages."""

    name: str
    attempts: int  # that were scored; the figures are the middle one's
    score: float | None
    low: float | None
    high: float | None
    over_typical: bool | None
    struck: str | None  # the gate's reason
    passed: bool | None  # None: not measurable here, and why
    why: str | None


def run_selftest(
    scale: StyleScale, probes: Sequence[Probe], *, strike: Strike | None = None
) -> tuple[ProbeResult, ...]:
    """The verdict on every probe."""
    return tuple(_verdict(scale, probe, strike) for probe in probes)


def _verdict(scale: StyleScale, probe: Probe, strike: Strike | None) -> ProbeResult:
    scored = [(replies, scale.score(replies)) for replies in probe.attempts]
    placed = [(replies, row) for replies, row in scored if not isinstance(row, Refusal)]
    if not placed:
        why = next((row.why for _, row in scored if isinstance(row, Refusal)), NOBODY)
        return ProbeResult(probe.name, 0, None, None, None, None, None, None, why)
    replies, score = middle(placed, by=lambda pair: pair[1].score)
    struck = strike(replies) if strike else Struck(None, frozenset({probe.gate}))
    passed = judge(probe, score.score, struck)
    return ProbeResult(
        probe.name,
        len(placed),
        score.score,
        score.low,
        score.high,
        score.over_typical,
        struck.why,
        passed,
        f"the gate on {probe.gate} cannot tell here" if passed is None else None,
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
