"""Whether a scale can be trusted, and what a reader must know before quoting a score on it."""

import numpy as np

from eval.style.calibration import Levels, separability
from eval.style.floor import DRAWS, Others
from eval.style.material import LEAST_TEST
from eval.style.pool import Pool
from eval.style.results import Calibration, Refusal
from persona.proportion import Z95

INDICATIVE = 100  # messages of reference or test under which a score is only indicative
FEW_OTHERS = 3  # fewer in the log, and the report says what the zero rests on
LOOSE_ENDS = 1 / 3  # standard error of the span, as a share of it, that makes a scale indicative
LEAST_AUC = 0.9
AIM_POINTS = 20.0  # half width of the interval that `replies_needed` is for


def describe(levels: Levels, own: Pool, others: Others, *, rng: np.random.Generator) -> Calibration:
    """The calibration in figures for the reader."""
    auc, low, high = separability(levels, rng=rng)
    needed = replies_needed(levels, messages_per_reply=float(own.messages.mean()))
    return Calibration(levels.floor, levels.ceiling, len(others), auc, low, high, needed)


def replies_needed(levels: Levels, *, messages_per_reply: float) -> int | None:
    """Replies of the person for an interval of +- AIM_POINTS, None if no number is enough.

    More replies make the error of the replies smaller, not that of the scale's ends.
    """
    replies = float(levels.points(levels.own).std())
    ends = float(levels.points_drawn(np.full(DRAWS, levels.ceiling)).std())
    left = (AIM_POINTS / Z95) ** 2 - ends**2
    if left <= 0:
        return None
    messages = max(LEAST_TEST, levels.size * replies**2 / left)
    return int(np.ceil(messages / messages_per_reply))


def told_apart(found: Calibration, levels: Levels) -> bool:
    """Whether the replies stand out, and the scale's ends lie apart by more than their error."""
    return found.auc >= LEAST_AUC and levels.span > levels.span_error


def not_told_apart(found: Calibration, levels: Levels) -> Refusal:
    """The refusal where the person's own replies do not stand out at so many messages."""
    return Refusal(
        "this person cannot be told from other people in these logs: AUC "
        f"{found.auc:.2f} [{found.auc_low:.2f}, {found.auc_high:.2f}] at "
        f"{levels.size:.0f} messages, {LEAST_AUC} is needed, and the two ends of the scale lie "
        f"{levels.span:.2f} apart, more than their standard error of {levels.span_error:.2f} is "
        "needed; where one of them is this person under another name, join the names with --alias "
        "and ingest again; else more messages may help"
    )


def doubt(levels: Levels, others: Others, *, messages: int) -> tuple[str, ...]:
    """What to know before quoting a score; `messages` of reference or test, the fewer."""
    found = []
    if messages < INDICATIVE:
        found.append("Fewer than 100 reference or test messages: the score is only indicative.")
    if levels.span_error / levels.span > LOOSE_ENDS:
        found.append(
            "The distance of the scale's two ends is uncertain by more than a third: the score is "
            "only indicative."
        )
    if len(others.log) < FEW_OTHERS:
        off = Z95 * float(levels.floor_draws.std()) / levels.span * 100
        shares = levels.shares
        found.append(
            f"Other people in these logs with enough messages: {len(others.log)}. The zero rests "
            f"{shares.log:.0%} on them, {shares.bank:.0%} on strangers from public chat; it may be "
            f"off by {off:.0f} points. The intervals contain that; arms compared with each other "
            "share it."
        )
    return tuple(found)
