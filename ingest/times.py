"""Points in time as exports write them: numbers since 1970, ISO 8601, dates in words or in digits.

Aware where the text names a zone or counts from 1970, naive local time elsewhere. The order of day
and month comes from `dates.py`, settled for the whole file.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache

from ingest.dates import Layout, Order, Parts, build, infer
from ingest.format import DateOrder

LARGEST_EPOCH = 1e20
"""Nanoseconds since 1970 in the year 5138; no clock shows more."""

IMPOSSIBLE = timedelta(days=3)
"""What stands for a clock time that does not exist."""

AM = frozenset(
    word
    for words in (
        "am a sa fm pg dop πμ öö ص صباحا قظ",
        "上午 午前 凌晨 清晨 早上 오전 पूर्वाह्न ก่อนเที่ยง",
    )
    for word in words.split()
)
PM = frozenset(
    word
    for words in (
        "pm p ch em ptg odp μμ ös م مساء بظ",
        "下午 午後 午后 中午 晚上 오후 अपराह्न หลังเที่ยง",
    )
    for word in words.split()
)

MONTHS = {
    month: number
    for number, names in enumerate(
        (
            "jan januar january janvier enero gennaio janeiro ene janv gen januari янв января",
            "feb februar february février febrero febbraio fevereiro fév févr fev februari фев февр"
            " февраля",
            "mar märz march mars marzo março mär mrz mrt maart мар марта",
            "apr april avril abril aprile avr abr апр апреля",
            "may mai mayo maggio maio mag mei maj мая",
            "jun juni june juin junio giugno junho giu июн июня",
            "jul juli july juillet julio luglio julho juil lug июл июля",
            "aug august août agosto aoû ago augustus augusti авг августа",
            "sep september septembre septiembre settembre setembro sept set сент сентября",
            "oct oktober october octobre octubre ottobre outubro okt out ott окт октября",
            "nov november novembre noviembre novembro нояб ноября",
            "dec dezember december décembre diciembre dicembre dezembro dez déc dic дек декабря",
        ),
        start=1,
    )
    for month in names.split()
}

_CLOCK = re.compile(r"(\d{1,2})[:.](\d\d)(?:[:.](\d\d)(?:[.,]\d+)?)?")
_DATE = re.compile(r"(\d{1,4})\s?[./\-年]\s?(\d{1,4})\s?[./\-月]\s?(\d{1,4})日?")
_ZONE = re.compile(r"(?:UTC|GMT)?\s?([+-])(\d\d):?(\d\d)\s*$|\b(UTC|GMT|Z)\s*$")
_DAY_FIRST = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th|\.)?[ \-](?:de )?([^\W\d_]{3,10})\.?,?[ \-](?:de )?(\d{2,4})\b"
)
_MONTH_FIRST = re.compile(r"\b([^\W\d_]{3,10})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\b")


def from_epoch(value: float) -> datetime | None:
    """The UTC time `value` seconds (or milli-, micro-, nanoseconds) after 1970; None if absurd."""
    if not abs(value) < LARGEST_EPOCH:
        return None
    seconds = value
    while abs(seconds) > 1e11:
        seconds /= 1000
    try:
        return datetime.fromtimestamp(seconds, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def from_iso(text: str) -> datetime | None:
    """The time of an ISO 8601 text, aware if it names a zone; None if it is none."""
    text = text.strip()
    if " " in text[19:]:
        text = text.replace(" UTC", "Z").replace(" +", "+").replace(" -", "-")
    try:
        return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text))
    except ValueError:
        return None


@lru_cache(maxsize=8192)
def read_clock(clock: str) -> timedelta:
    """The time in ', 3:07 PM', ' 下午3:07:12' or ' klo 15.07' as time since midnight.

    IMPOSSIBLE where there is none.
    """
    found = _CLOCK.search(clock)
    if found is None:
        return IMPOSSIBLE
    hour, minute, second = (int(part or 0) for part in found.groups())
    marker = _marker(clock[found.end() :]) or _marker(clock[: found.start()])
    if marker == "pm" and hour < 12:
        hour += 12
    elif marker == "am" and hour == 12:
        hour = 0
    if hour > 23 or minute > 59 or second > 59:
        return IMPOSSIBLE
    return timedelta(hours=hour, minutes=minute, seconds=second)


def _marker(text: str) -> str:
    """'am', 'pm' or nothing, from what stands beside the time in any language."""
    word = re.sub(r"[^\w\u0900-\u097f\u0e00-\u0e7f]", "", text).casefold()
    if word in AM:
        return "am"
    return "pm" if word in PM else ""


class TimeReader:
    """Reads the times of one file, whose order of day and month it settles from `samples`."""

    def __init__(
        self,
        samples: Iterable[str],
        *,
        date_order: DateOrder = "auto",
        prefers: Order | None = None,
    ) -> None:
        found = [match for sample in samples if (match := _DATE.search(sample))]
        if date_order == "auto":
            self.layout = infer([_parts(match) for match in found], prefers=prefers)
        else:
            self.layout = Layout(date_order, ambiguous=False)
        if not found:
            self.layout = Layout(self.layout.order, ambiguous=False)

    def read(self, text: str) -> datetime | None:
        """The time `text` means; None if it is none."""
        return from_iso(text) or self._in_words(text)

    def _in_words(self, text: str) -> datetime | None:
        place, day = self._day(text)
        if day is None:
            return None
        rest = text[place:]
        clock = read_clock(_ZONE.sub("", rest))
        moment = datetime.combine(day, time.min) + (timedelta() if clock == IMPOSSIBLE else clock)
        return moment.replace(tzinfo=_zone(rest))

    def _day(self, text: str) -> tuple[int, date | None]:
        """Where the date ends, and the date."""
        if found := _DATE.search(text):
            return found.end(), build(_parts(found), self.layout.order)
        if found := _DAY_FIRST.search(text):
            day, month, year = found.groups()
        elif found := _MONTH_FIRST.search(text):
            month, day, year = found.groups()
        else:
            return 0, None
        number = MONTHS.get(month.casefold(), 0)
        return found.end(), build((int(day), number, int(year)), "dmy")


def _parts(found: re.Match[str]) -> Parts:
    return int(found[1]), int(found[2]), int(found[3])


def _zone(text: str) -> timezone | None:
    found = _ZONE.search(text)
    if found is None:
        return None
    if found[4]:
        return UTC
    offset = timedelta(hours=int(found[2]), minutes=int(found[3]))
    if offset >= timedelta(days=1):
        return None
    return timezone(offset if found[1] == "+" else -offset)
