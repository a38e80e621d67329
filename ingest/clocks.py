"""Exports with and without a time zone brought onto one clock, by the messages both hold.

A naive export of a chat runs whole quarters of an hour ahead of or behind the aware one, and the
difference changes with summer time. It is read off the messages themselves; without any in common
naive counts as UTC. Only the order and the comparison use this: `sent_at` stays as exported.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ingest.clean import fold
from persona.data import Message, order_key

_FURTHEST = 14 * 60  # minutes: no zone is further from UTC
_QUARTER = 15
_TELLING = 4  # characters


def minute(when: float) -> int:
    """The minute since 1970 that `when` (seconds) lies in; exports differ in seconds."""
    return int(when // 60)


def zone_shift(a: int, b: int, a_is_aware: bool, b_is_aware: bool) -> int | None:
    """Minutes by which the naive of two times runs ahead, 0 where both are of a kind.

    a, b: minutes. None where they cannot be the same moment.
    """
    if a_is_aware == b_is_aware:
        return 0 if a == b else None
    shift = b - a if a_is_aware else a - b
    return shift if abs(shift) <= _FURTHEST and shift % _QUARTER == 0 else None


@dataclass(frozen=True, slots=True)
class Clock:
    """How far an export's naive times run ahead of UTC.

    minutes, shifts: where that was read off, in order, and how much it was, in minutes.
    """

    minutes: tuple[int, ...] = ()
    shifts: tuple[int, ...] = ()

    def shift(self, at: datetime) -> float:
        """Seconds to take from `at` for ordering: by the nearest message both exports hold."""
        if at.tzinfo or not self.minutes:
            return 0.0
        when = minute(order_key(at))
        right = min(bisect_left(self.minutes, when), len(self.minutes) - 1)
        left = max(right - 1, 0)
        nearest = min(left, right, key=lambda index: abs(self.minutes[index] - when))
        return self.shifts[nearest] * 60.0


def clocks(parts: Sequence[Sequence[Message]]) -> list[Clock]:
    """The clock of each export of one chat."""
    aware: defaultdict[str, list[int]] = defaultdict(list)
    for messages in parts:
        for message in messages:
            if message.sent_at and message.sent_at.tzinfo and len(message.text) >= _TELLING:
                aware[fold(message.text)].append(minute(order_key(message.sent_at)))
    return [_clock(messages, aware) if aware else Clock() for messages in parts]


def _clock(messages: Sequence[Message], aware: dict[str, list[int]]) -> Clock:
    naive: defaultdict[str, list[int]] = defaultdict(list)
    for message in messages:
        if message.sent_at and not message.sent_at.tzinfo and len(message.text) >= _TELLING:
            naive[fold(message.text)].append(minute(order_key(message.sent_at)))
    seen = [
        (local, shift)
        for text, times in naive.items()
        for local in times
        if len(times) == 1
        for at in aware.get(text, ())
        if (shift := zone_shift(at, local, True, False)) is not None
    ]
    votes = Counter(shift for _, shift in seen)
    if not votes:
        return Clock()
    least = max(2, max(votes.values()) / 10) if max(votes.values()) > 1 else 1
    trusted = sorted({pair for pair in seen if votes[pair[1]] >= least})
    return Clock(tuple(at for at, _ in trusted), tuple(shift for _, shift in trusted))
