r"""The lines of IRC logs, as irssi, WeeChat, ZNC, HexChat, mIRC and eggdrop write them.

    00:35 <@nick> text           00:35  * nick waves       00:35 -!- a is now known as b
    2014-05-01 12:34:56\tnick\ttext          2014-05-01 12:34:57\t-->\tnick (...) has joined #tea
    [12:34:56] <nick> text       [12:34:56] * nick waves   [12:34:57] *** Joins: nick (...)
    Jan 05 09:01:05 <nick>\ttext                           **** BEGIN LOGGING AT Mon Jan  5 ...
    [00:35] <+nick> text         [00:35] Action: nick waves               Session Start: ...

Mode prefixes and colours go; the rest of a text stays as it is.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ingest.dates import build
from ingest.times import IMPOSSIBLE, MONTHS, from_iso, read_clock

_COLOURS = re.compile(
    "\x03(?:\\d{1,2}(?:,\\d{1,2})?)?|\x04(?:[0-9a-fA-F]{6})?|[\x02\x0f\x11\x16\x1d\x1e\x1f]"
)
_STAMP = re.compile(
    r"(?:\d\d(?=\[))?\[?(?:(?P<day>\d{4}-\d\d-\d\d)[T ]|(?P<month>[^\W\d_]{3}) (?P<md>\d\d) )?"
    r"(?P<clock>\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?: ?[AaPp][Mm])?)"
    r"(?P<zone>Z|[+-]\d\d:?\d\d)?\]?(?P<gap>[ \t]+)(?=\S)"
)
_SAID = re.compile(r"<[~&@%+! ]*(?P<nick>[^<>\s]{1,64})>(?:[ \t](?P<text>.*))?")
_ACTED = re.compile(r"(?:\*|Action:)[ \t]+[~&@%+!]*(?P<nick>[^\s*]{1,64}) (?P<text>.+)")
_COLUMNS = re.compile(r" ?(?P<nick>[^\t]{0,64})\t(?P<text>.*)")
_NOTICE_COLUMNS = frozenset({"-->", "<--", "--", "=!=", ""})
_RENAMED = re.compile(
    r"(?:-!-|\*{1,3}|-{2,3})?[ \t]*(?P<old>\S+) (?:is now known as|are now known as) (?P<new>\S+)"
    r"|Nick change: (?P<o>\S+) -> (?P<n>\S+)"
)
_LEFT = re.compile(
    r"(?:-!-|\*{1,3}|-->|<--|<-|->)?[ \t]*(?:(?:Joins|Parts|Quits): (?P<a>\S+)"
    r"|(?P<b>\S+) [\[(].*?[\])] (?:has )?(?:joined|left|quit)\b"
    r"|(?P<c>\S+) has (?:quit|left|joined) [\[(#&])"
)
_TOLD = re.compile(
    r"\*[ \t]+(?:\S+ (?:[\[(].*?[\])] )?has (?:joined|left) [#&]|\S+ has quit\b"
    r"|\S+ (?:sets? (?:mode|topic)|changes topic|has changed the topic|was kicked by|has kicked"
    r"|gives (?:channel|voice|half)|removes (?:channel|voice|half)|(?:is|are) now known as)\b"
    r"|Now talking (?:in|on) |Topic (?:is|for) |Set by |Disconnected|Rejoined |Attempting to rejoin"
    r"|(?:Joins|Parts|Quits): )"
)
_MARKERS = re.compile(
    r"(?:\d\d)?(?:--- (?:Log (?:opened|closed)|Day changed)|\*{4} (?:BEGIN|ENDING) LOGGING AT"
    r"|Session (?:Start|Time|Close)(?: \([^)]*\))?:)\s+(?P<when>.*)"
)
_DATES = (
    re.compile(
        r"(?P<month>[^\W\d_]{3,9})\.? +(?P<day>\d{1,2})(?: \d\d:\d\d(?::\d\d)?)?,? (?P<year>\d{4})"
    ),
    re.compile(r"(?P<day>\d{1,2})\.? (?P<month>[^\W\d_]{3,9})\.? (?P<year>\d{4})"),
)
_IDENT = re.compile(r"Session Ident: (.+)")
_EGGDROP_DAY = re.compile(r"\[\d\d:\d\d(?::\d\d)?\] --- (?P<when>.*\d{4})")


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody's words or, after /me, deed."""

    nick: str
    text: str


@dataclass(frozen=True, slots=True)
class Renamed:
    """A nick that becomes another."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Anything else that the log tells. gone: a nick that joined or left; empty for the rest."""

    gone: str = ""


def plain(line: str) -> str:
    """A line without colours and the like."""
    return line if line.isprintable() else _COLOURS.sub("", line)


def marker(line: str) -> tuple[date | None, str | None] | None:
    """The day and the channel that a line between messages names; None if it is no such line."""
    if _STAMP.match(line) and "] --- " not in line[:20]:
        return None
    if ident := _IDENT.fullmatch(line):
        return None, ident[1].strip()
    found = _MARKERS.fullmatch(line) or _EGGDROP_DAY.fullmatch(line)
    return (date_in_words(found["when"]), None) if found else None


def date_in_words(text: str) -> date | None:
    """The date in 'Tue Dec 24 00:26:23 2013', 'Wed Dec 25 2013' or '2013-12-25'."""
    if iso := re.search(r"\d{4}-\d\d-\d\d", text):
        moment = from_iso(iso[0])
        return moment.date() if moment else None
    for pattern in _DATES:
        if found := pattern.search(text):
            month = MONTHS.get(found["month"].casefold()[:3], 0)
            return build((int(found["year"]), month, int(found["day"])), "ymd")
    return None


def stamp(line: str) -> re.Match[str] | None:
    """The time that a line begins with."""
    return _STAMP.match(line)


def event(rest: str, *, has_columns: bool) -> Said | Renamed | Notice:
    """What a line tells behind its time. has_columns: nick and text are parted by a tab."""
    if said := _SAID.fullmatch(rest):
        return Said(said["nick"], said["text"] or "")
    if renamed := _RENAMED.match(_without_column(rest) if has_columns else rest):
        return Renamed(renamed["old"] or renamed["o"], (renamed["new"] or renamed["n"]).rstrip("."))
    if has_columns and (found := _COLUMNS.fullmatch(rest)):
        return _in_columns(found["nick"], found["text"])
    acted = None if _TOLD.match(rest) else _ACTED.fullmatch(rest)
    return Said(acted["nick"], acted["text"]) if acted else _notice(rest)


def _without_column(rest: str) -> str:
    kind, _, text = rest.partition("\t")
    return text if kind.strip() in _NOTICE_COLUMNS else ""


def _in_columns(nick: str, text: str) -> Said | Notice:
    if nick.strip() == "*":
        name, _, deed = text.partition(" ")
        return Said(name.lstrip("~&@%+!"), deed)
    if nick.strip() in _NOTICE_COLUMNS:
        return _notice(text)
    return Said(nick.strip().lstrip("~&@%+!"), text)


def _notice(text: str) -> Notice:
    found = _LEFT.match(text)
    return Notice(next(filter(None, found.groups()), "") if found else "")


class Clock:
    """Turns the times of one file into moments, by the day it names or its own file name."""

    def __init__(self, day: date | None) -> None:
        self.day = day
        self.last = timedelta()

    def is_now(self, day: date | None) -> None:
        """Takes the day that a marker names."""
        if day:
            self.day, self.last = day, timedelta()

    def read(self, found: re.Match[str]) -> datetime | None:
        """When a line was written; None where neither the line nor the file tells the day."""
        since = read_clock(found["clock"])
        if since == IMPOSSIBLE:
            return None
        if found["day"]:
            zone = found["zone"] or ""
            return from_iso(f"{found['day']}T{_padded(since)}{zone}")
        if found["month"] and self.day:
            self.day = self._in_year(found["month"], int(found["md"])) or self.day
        elif self.day and since < self.last - timedelta(hours=12):
            self.day += timedelta(days=1)  # past midnight, where a log names the first day only
        self.last = since
        return datetime.combine(self.day, time.min) + since if self.day else None

    def _in_year(self, month: str, day: int) -> date | None:
        number = MONTHS.get(month.casefold(), 0)
        if self.day is None or not number:
            return None
        year = self.day.year + (number < self.day.month - 6)
        return build((year, number, day), "ymd")


def _padded(since: timedelta) -> str:
    return str((datetime.combine(date.min, time.min) + since).time())
