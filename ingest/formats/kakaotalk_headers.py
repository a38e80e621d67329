"""How the lines of a KakaoTalk export begin, on the PC, on Android and on iOS.

--------------- 2020년 6월 28일 일요일 ---------------     [김] [오전 1:01] text        PC
2016년 2월 5일 오전 1:33, 김 : text      February 10, 2016, 2:33 AM, Kim : text  Android
2024. 3. 5. 오후 3:07, 김 : text         Oct 1, 2026 at 15:15, Kim : text        iOS
오후 3:16, 김 : text                                        older iOS, below a day line
"""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Literal

from ingest.dates import build
from ingest.times import IMPOSSIBLE, MONTHS, read_clock

Shape = Literal["pc", "phone", "timed"]

_DATE = (
    r"(?:(?P<y>\d{4})(?:[년年] ?|\. ?|[-/])(?P<m>\d{1,2})(?:[월月] ?|\. ?|[-/])"
    r"(?P<d>\d{1,2})[일日.]?"
    r"|(?P<month>[^\W\d_]{3,9})\.? (?P<md>\d{1,2}),? (?P<my>\d{4})"
    r"|(?P<dd>\d{1,2})\.? (?P<dmonth>[^\W\d_]{3,9})\.?,? (?P<dy>\d{4}))"
)
_CLOCK = (
    r"(?:(?:오전|오후|午前|午後|上午|下午|[AaPp][Mm])[ \u202f\u00a0]?)?\d{1,2}:\d\d"
    r"(?:[ \u202f\u00a0]?[AaPp]\.?[ \u00a0]?[Mm]\b\.?)?"
)
_WEEKDAY = r"(?:[월화수목금토일]요일|[^\W\d_]{3,6}day)"
_DAY = re.compile(
    rf"(?P<rule>-{{5,}} ?)?(?:(?P<w1>{_WEEKDAY}),? )?{_DATE}(?:,? (?P<w2>{_WEEKDAY}))?"
    r"(?: ?-{5,})?"
)
_STAMP = rf"{_DATE},? (?:at )?(?P<clock>{_CLOCK})"
_BODY = r"(?P<name>.*?) :(?: (?P<text>.*))?"
_HEADERS: dict[Shape, re.Pattern[str]] = {
    "pc": re.compile(rf"\[(?P<name>.*?)\] \[(?P<clock>{_CLOCK})\](?: (?P<text>.*))?"),
    "phone": re.compile(rf"{_STAMP}(?:(?P<alone>)|, {_BODY}|[:,] (?P<notice>.*))"),
    "timed": re.compile(rf"(?P<clock>{_CLOCK})(?:, {_BODY}|[:,] (?P<notice>.*))"),
}


def shape_of(lines: Iterable[str]) -> Shape | None:
    """The shape that most of the lines begin in; None if there is none."""
    votes: Counter[Shape] = Counter()
    for line in lines:
        for shape, header in _HEADERS.items():
            if (found := header.fullmatch(line)) and found["name"] is not None:
                votes[shape] += 1
                break
    return votes.most_common(1)[0][0] if votes else None


class Headers:
    """Reads the beginnings of the lines of one file."""

    def __init__(self, shape: Shape) -> None:
        self.shape: Shape = shape
        self.header = _HEADERS[shape]
        self.day: date | None = None

    def name(self, line: str) -> str | None:
        """Who wrote, if the line begins a message."""
        found = self.header.fullmatch(line)
        return found["name"] if found else None

    def is_day(self, line: str, *, is_after_blank: bool) -> bool:
        """Whether a line only says which day follows, which is then remembered.

        PC exports rule such lines, phones leave one empty above them.
        """
        found = _DAY.fullmatch(line)
        if found is None:
            return False
        is_ruled = found["rule"] is not None
        if not (is_ruled if self.shape == "pc" else is_ruled or (is_after_blank and _named(found))):
            return False
        self.day = _date(found)
        return True

    def read(self, line: str) -> tuple[datetime, str | None, str] | None:
        """When, who (None: nobody, a notice) and the first line of the text; None for other lines.

        The stamp that Android puts above a day's messages is a notice without a text.
        """
        found = self.header.fullmatch(line)
        if found is None:
            return None
        day = _date(found) if self.shape == "phone" else self.day
        clock = read_clock(found["clock"])
        if day is None or clock == IMPOSSIBLE:
            return None
        sent_at = datetime.combine(day, time.min) + clock
        if not found["name"] or not found["name"].strip():
            return sent_at, None, found.groupdict().get("notice") or found["text"] or ""
        return sent_at, found["name"], found["text"] or ""


def _named(found: re.Match[str]) -> bool:
    return bool(found["w1"] or found["w2"])


def _date(found: re.Match[str]) -> date | None:
    if found["y"]:
        return build((int(found["y"]), int(found["m"]), int(found["d"])), "ymd")
    month = MONTHS.get((found["month"] or found["dmonth"]).casefold(), 0)
    year, day = found["my"] or found["dy"], found["md"] or found["dd"]
    return build((int(year), month, int(day)), "ymd")
