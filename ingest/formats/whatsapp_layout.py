"""How the lines of one WhatsApp export begin: the shape that most of its headers share.

A header is optional marks, `[` or not, a date, a time, then `] ` or ` - ` or `: `, and `Name: `
unless it is a notice. The shape is settled once per file, so that a line inside a message that
looks like another file's header is text. Whether the texts are messages, is not decided here.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import product

from ingest.dates import Order, Parts, build
from ingest.times import AM, IMPOSSIBLE, PM, read_clock

MARKS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
BLANKS = " \u00a0\u202f\u2009"

_DATE = (
    r"(?P<d1>\d{1,4})(?P<s1>[./-] ?)(?P<d2>\d{1,4})(?P<s2>[./-] ?)(?P<d3>[RHS]?\d{1,4})(?: ?BE)?"
)
_MARKER = (
    rf"[{BLANKS}]?[^\d\s:\[\]\-–]{{1,2}}\.?(?:[{BLANKS}]?[^\d\s:\[\]\-–]{{1,2}}\.)?"
    rf"|[{BLANKS}]?[^\W\d]{{1,9}}(?: [^\W\d]{{1,5}})?"
)
_TIME = rf"(?P<h>\d{{1,2}})(?P<c1>[:.])(?P<m>\d\d)(?:(?P<c2>[:.])(?P<s>\d\d))?(?P<after>{_MARKER})?"
_OPEN = rf"[{MARKS}]*(?P<open>\[?)[{MARKS}]*"
_CLOSE = rf"(?P<close>\][{BLANKS}]|[{BLANKS}][-–][{BLANKS}]|:[{BLANKS}])"

HEADER = re.compile(rf"{_OPEN}{_DATE}(?P<gap>[^\d\n\[\]]{{1,16}}?){_TIME}{_CLOSE}")
TIME_FIRST = re.compile(rf"{_OPEN}{_TIME}(?P<gap>,? ){_DATE}{_CLOSE}")
"""Vietnamese exports have the time before the date."""

_FOREIGN = re.compile(
    rf"(?m)^([{MARKS}]*\[?[{MARKS}]*)"
    r"(\d{1,4}[\u200e\u200f]?[./-] ?\d{1,4}[\u200e\u200f]?[./-] ?\d{1,4}[^\d\n\[\]]{1,16}?"
    r"\d{1,2}[:.]\d\d(?:[:.]\d\d)?)"
)

_DIGITS: dict[int, str | None] = {0x200E: None, 0x200F: None} | {
    ord(zero) + value: str(value) for zero in "٠۰०০๐" for value in range(10)
}


NO_DAY = datetime(1, 1, 1)
"""What stands for a date that does not exist; earlier than any other."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The parts of a header that are the same all over a file."""

    bracket: bool
    first: str
    second: str
    clock: str
    seconds: bool
    close: str
    time_first: bool


@dataclass(frozen=True)
class Layout:
    """A file's header: its shape, the order of its dates, and the regular expression over bytes.

    Groups of `header`, which begins at a line break: day and clock by name, in the order of the
    file, then the author (None in notices).
    """

    shape: Shape
    header: re.Pattern[bytes]
    foreign_digits: bool


def _is_half(after: str) -> bool:
    """Whether what stands behind a time is the half of the day in some language."""
    return re.sub(r"\W", "", after).casefold() in AM | PM


def shape_of(line: str) -> Shape | None:
    """The shape of the header that `line` begins with, if it does."""
    found = HEADER.match(line)
    time_first = found is None
    if found is None and (found := TIME_FIRST.match(line)) is None:
        return None
    if not found["open"] and found["close"].startswith("]"):
        return None
    if found["close"].startswith(":") and not _is_half(found["after"] or "am"):
        return None  # '2024-02-01 09:30 Ann: hi' is no WhatsApp header
    return Shape(
        bracket=bool(found["open"]),
        first=found["s1"].strip(),
        second=found["s2"].strip(),
        clock=found["c1"],
        seconds=found["s"] is not None,
        close=found["close"].strip(),
        time_first=time_first,
    )


def ascii_headers(text: str) -> str:
    """`text` with the dates and times its lines begin with in the digits 0 to 9, without marks.

    Arabic, Persian, Devanagari, Bengali and Thai digits; what follows a header is left alone.
    """
    return _FOREIGN.sub(lambda found: found[1] + found[2].translate(_DIGITS), text)


def find_layout(lines: Iterable[str]) -> Layout | None:
    """The layout that most header-like lines share; None if there are none."""
    shapes: Counter[Shape] = Counter()
    foreign: Counter[Shape] = Counter()
    for line in lines:
        plain = line if line.isascii() else ascii_headers(line)
        if shape := shape_of(plain):
            shapes[shape] += 1
            foreign[shape] += plain != line
    if not shapes:
        return None
    shape = shapes.most_common(1)[0][0]
    return Layout(shape, _compile(shape), foreign_digits=foreign[shape] * 2 > shapes[shape])


def _compile(shape: Shape) -> re.Pattern[bytes]:
    """The header as a pattern over bytes. Possessive wherever going back could find nothing new."""
    mark = rf"(?:{'|'.join(MARKS)})"
    blank = f"(?:{'|'.join(BLANKS)})"
    close = rf"\]{blank}" if shape.close == "]" else f"{blank}{shape.close}{blank}"
    if shape.close == ":":
        close = f":{blank}"
    part = r"[^:\n]{1,160}+"
    author = rf"({part}(?:(?=: )|(?::(?![ \n]){part}){{0,3}}+)):(?: |(?=\n))"
    start = r"\[" if shape.bracket else r"[0-9]"
    opening = rf"(?:(?={start})|{mark}+)" + (rf"\[{mark}*+" if shape.bracket else "")
    return re.compile(rf"\n{opening}{_moment(shape)}{close}(?:{author})?".encode())


def _moment(shape: Shape) -> str:
    """Date and time as a pattern."""
    clock = re.escape(shape.clock)
    first, second = re.escape(shape.first), re.escape(shape.second)
    day = rf"(?P<day>[0-9]{{1,4}}+{first} ?[0-9]{{1,4}}+{second} ?[RHS]?[0-9]{{1,4}}+)"
    seconds = rf"{clock}[0-9][0-9]" if shape.seconds else ""
    gap, after = r"[^0-9\n\[\]]{1,36}+", r"[^0-9\n:\[\]]{0,20}?"
    time_of_day = rf"[0-9]{{1,2}}{clock}[0-9][0-9]{seconds}{after}"
    if shape.time_first:
        return rf"(?P<clock>{time_of_day}),? {day}(?: BE)?"
    return rf"{day}(?P<clock>{gap}{time_of_day})"


_ERAS = {b"R": 2018, b"H": 1988, b"S": 1925}
"""Years before the first of an era of the Japanese calendar."""


def day_parts(day: bytes) -> Parts:
    """The three numbers of a date, its year as it is counted in most places."""
    first, second, third = (int(part) for part in re.findall(rb"\d+", day))
    if era := re.search(rb"[RHS]", day):
        return first, second, third + _ERAS[era[0]]
    return first, second, third


class Days(dict[bytes, datetime]):
    """Midnight of each date as written; NO_DAY for no date, which sets `met_bad`."""

    def __init__(self, order: Order) -> None:
        super().__init__()
        self.order = order
        self.met_bad = False

    def __missing__(self, day: bytes) -> datetime:
        found = build(day_parts(day), self.order)
        if found is None:
            self.met_bad = True
            return NO_DAY
        midnight = self[day] = datetime.combine(found, time.min)
        return midnight


class Clocks(dict[bytes, timedelta]):
    """Time since midnight of each clock time as written; IMPOSSIBLE sets `met_bad`.

    Filled an hour at a time: the times of an hour are written alike but for the minutes.
    """

    LIMIT = 90_000  # a day has 86,400 seconds

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.colon = shape.clock.encode()
        self.width = 6 if shape.seconds else 3
        self.minutes = dict(_minutes(shape))
        self.met_bad = False

    def __missing__(self, clock: bytes) -> timedelta:
        time_of_day = read_clock(clock.decode("utf-8", "replace"))
        if time_of_day == IMPOSSIBLE:
            self.met_bad = True
            return IMPOSSIBLE
        start = clock.find(self.colon)
        before, after = clock[:start], clock[start + self.width :]
        hour = time_of_day - self.minutes[clock[start : start + self.width]]
        if len(self) > self.LIMIT:
            self.clear()
        for written, minutes in self.minutes.items():
            self[before + written + after] = hour + minutes
        return time_of_day


def _minutes(shape: Shape) -> Iterator[tuple[bytes, timedelta]]:
    """What may stand between hour and the rest: ':07', or ':07:12' in a file with seconds."""
    for minute, second in product(range(60), range(60 if shape.seconds else 1)):
        parts = (minute, second) if shape.seconds else (minute,)
        written = "".join(f"{shape.clock}{part:02}" for part in parts)
        yield written.encode(), timedelta(minutes=minute, seconds=second)
