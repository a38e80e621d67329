"""Which of three numbers is the day: the layout of a file's dates, from the file itself.

Evidence, strongest first: what can be a date at all; names of weekdays; time that does not run
backwards; days that lie close together; the export's own language. What the first three leave open
between day and month is ambiguous and is said to be so. No time zone is ever guessed.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

Order = Literal["dmy", "mdy", "ymd", "myd"]
Parts = tuple[int, int, int]
Dated = tuple[Parts, int]
"""The three numbers of a date, and its weekday (-1: not named)."""

ORDERS: tuple[Order, ...] = ("dmy", "mdy", "ymd", "myd")
BUDDHIST = 2500
"""Years from here on are counted from the Buddha, as in Thailand."""

INVALID_SHARE = 0.02
"""So many dates may be impossible under an order before it is out (damaged or quoted lines)."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The order of the parts, and whether the file left day and month open."""

    order: Order
    ambiguous: bool

    @property
    def note(self) -> str:
        """What the user is told where it is ambiguous."""
        return f"ambiguous dates read as {self.order}; --date-order dmy|mdy|ymd settles it"


def infer(
    dates: Sequence[Parts], *, weekdays: Sequence[int] = (), prefers: Order | None = None
) -> Layout:
    """The order of the parts of `dates`, which are given in the file's order.

    weekdays: 0 (Monday) to 6 for each date, where the file names them. prefers: what the export's
    language makes likelier; day first otherwise.
    """
    days = weekdays or [-1] * len(dates)
    distinct = list(dict.fromkeys(zip(dates, days, strict=True)))
    orders = [order for order in ORDERS if _fits_width(distinct, order)] or list(ORDERS)
    scores = {order: _score(distinct, order) for order in orders}
    best = min(scores.values())
    tied = [order for order in orders if scores[order] == best]
    chosen = _likelier(tied, distinct, prefers)
    return Layout(chosen, ambiguous=any(_differ(chosen, order, distinct) for order in tied))


def build(parts: Parts, order: Order) -> date | None:
    """The day that `parts` mean under `order`; None if there is no such day."""
    year, month, day = (parts[order.index(letter)] for letter in "ymd")
    if year < 100:
        year += 2000 if year < 70 else 1900
    elif year >= BUDDHIST:
        year -= 543
    if not 1970 <= year <= 2100:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _fits_width(dates: Sequence[Dated], order: Order) -> bool:
    """Whether the numbers above 31 stand where `order` has its year, and a middle year is one."""
    place = order.index("y")
    wide = {index for parts, _ in dates for index, part in enumerate(parts) if part > 31}
    return wide <= {place} and (place != 1 or bool(wide))


def _likelier(tied: Sequence[Order], dates: Sequence[Dated], prefers: Order | None) -> Order:
    """Of orders that fit alike, the one under which the days lie closer together.

    Where that says little (less than a factor of two), the language's own order, else day first.
    """
    spans = {order: _span(dates, order) for order in tied}
    closest = min(spans.values())
    close = [order for order in tied if spans[order] <= 2 * closest]
    return prefers if prefers in close else close[0]


def _span(dates: Sequence[Dated], order: Order) -> int:
    """Days walked from each date to the next under `order`."""
    days = [day for parts, _ in dates if (day := build(parts, order))]
    return sum(abs((after - before).days) for before, after in itertools.pairwise(days))


def _differ(chosen: Order, other: Order, dates: Sequence[Dated]) -> bool:
    """Whether two orders with the year in the same place mean different days."""
    if chosen == other or chosen.index("y") != other.index("y"):
        return False
    return any(build(parts, chosen) != build(parts, other) for parts, _ in dates)


def _score(dates: Sequence[Dated], order: Order) -> tuple[int, int, int, int]:
    """How badly an order fits: share of impossible dates, wrong weekdays, steps back, impossible.

    The share counts in steps of INVALID_SHARE, so that a few damaged dates decide nothing.
    """
    impossible = wrong = backwards = 0
    last = date.min
    for parts, weekday in dates:
        day = build(parts, order)
        if day is None:
            impossible += 1
            continue
        wrong += weekday >= 0 and day.weekday() != weekday
        backwards += day < last
        last = day
    share = impossible / max(len(dates), 1)
    return int(share / INVALID_SHARE), wrong, backwards, impossible
