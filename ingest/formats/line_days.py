"""The lines of a LINE export that say which day follows, and which weekday that is.

The weekday settles whether 11/03/2025 is in March or in November; Thai years count from 543 BC.
"""

import re
from collections.abc import Iterable
from datetime import date

from ingest.dates import Layout, Parts, build, infer
from ingest.format import DateOrder

DAY = re.compile(
    r"(?:(?P<before>[^\W\d_][^\d\t,]{0,15}),? )?"
    r"(?P<date>\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{4}"
    r"|\d{4}[年년] ?\d{1,2}[月월] ?\d{1,2}[日일])"
    r"(?P<after>,? ?[(（]?[^\W\d_][^\d\t]{0,18})?"
)
_NAMES = (
    "mon monday 月 一 จันทร์ จ 월 senin sen lunes lun lundi montag mo segunda lunedì",
    "tue tuesday 火 二 อังคาร อ 화 selasa sel martes mar mardi dienstag di terça martedì",
    "wed wednesday 水 三 พุธ พ 수 rabu rab miércoles mié mercredi mer mittwoch mi quarta",
    "thu thursday 木 四 พฤหัสบดี พฤหัส พฤ 목 kamis kam jueves jue jeudi donnerstag do quinta",
    "fri friday 金 五 ศุกร์ ศ 금 jumat jum viernes vie vendredi ven freitag fr sexta venerdì",
    "sat saturday 土 六 เสาร์ ส 토 sabtu sab sábado sáb samedi sam samstag sa sabato",
    "sun sunday 日 天 อาทิตย์ อา 일 minggu min domingo dom dimanche dim sonntag so domenica",
)
_WEEKDAYS = {name: number for number, names in enumerate(_NAMES) for name in names.split()}
_AFFIXES = re.compile(r"^(?:週|周|星期|礼拜|禮拜|วัน)|(?:曜日|요일)$")
BUDDHIST_ERA = 543
LONGEST = 60
"""Characters of a day line, at most."""


def weekday(word: str) -> int | None:
    """0 (Monday) to 6 for the name of a weekday in any of LINE's languages; None for others."""
    bare = re.sub(r"[^\w\u0e00-\u0e7f]", "", word).casefold()
    return _WEEKDAYS.get(_AFFIXES.sub("", bare))


def day_line(line: str) -> tuple[Parts, int] | None:
    """The numbers of a day line and its weekday (-1: not named); None for other lines."""
    found = DAY.fullmatch(line.strip()) if len(line) <= LONGEST else None
    if found is None:
        return None
    named = [weekday(word) for word in (found["before"], found["after"]) if word]
    if None in named:
        return None
    first, second, third = (_year(int(part)) for part in re.findall(r"\d+", found["date"]))
    return (first, second, third), next((day for day in named if day is not None), -1)


def _year(number: int) -> int:
    return number - BUDDHIST_ERA if number > 2400 else number


class Days:
    """Reads the day lines of one file, whose order of day and month it settles from them.

    Where weekdays are named, a line without one is no day line but something somebody typed.
    """

    def __init__(self, lines: Iterable[str], date_order: DateOrder) -> None:
        found = [day for line in lines if line[:1].strip() and (day := day_line(line))]
        named = [day for day in found if day[1] >= 0]
        self.must_be_named = bool(named)
        days = named or found
        self.layout = infer([parts for parts, _ in days], weekdays=[day for _, day in days])
        if date_order != "auto" and self.layout.order != "ymd":
            self.layout = Layout(date_order, ambiguous=False)

    def read(self, line: str) -> date | None:
        """The day that a line says; None where it is no day line."""
        found = day_line(line)
        if found is None or (self.must_be_named and found[1] < 0):
            return None
        return build(found[0], self.layout.order)
