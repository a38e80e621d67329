"""IRC logs of irssi, WeeChat, ZNC and energymech, HexChat and XChat, mIRC and eggdrop.

    --- Log opened Tue Dec 24 00:26:23 2013
    00:35 <@ann> hi                          `#tea/2014-05-01.log`: [12:34:56] <ann> hi

All days of a channel are one chat, called like the channel. The sender is the nick without its
mode prefix; through 'is now known as' it stays the one of the two that says more in the log,
until it joins or leaves. What follows /me is a text like any other. Each line is UTF-8, else
Windows-1252. Where nothing names the day there is no time. Left out: joins, parts, modes, notices.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from posixpath import dirname, join

from ingest.dates import build
from ingest.detect import Head
from ingest.format import DAMAGED, EMPTY, SYSTEM, Drop, Format, ReadOptions, Row
from ingest.formats.irc_lines import Clock, Notice, Renamed, Said, event, marker, plain, stamp
from ingest.source import Source
from ingest.text import MAX_LINE
from persona.data import Message

_DATE = re.compile(r"(?<!\d)(\d{4})[-_.]?(\d\d)[-_.]?(\d\d)(?!\d)")
_EXTENSION = re.compile(r"(?:\.(?:log|txt|weechatlog|irc))+$", re.IGNORECASE)
_LEVELS = frozenset({"INFO", "WARN", "WARNING", "ERROR", "DEBUG", "TRACE", "NOTICE", "CRITICAL"})

Event = Said | Renamed | Notice


def sniff(head: Head) -> float:
    """Nicks in angle brackets behind a time, or in WeeChat's column, on many lines."""
    found = [(line, at) for row in head.timed if (at := stamp(line := plain(row)))]
    rows = [plain(line) for line in head.lines if line.strip()] if found else []
    if not found or len(found) * 2 < len(rows):
        return 0.0
    columns = _has_columns(iter(rows))
    events = [event(line[at.end() :], has_columns=columns) for line, at in found]
    said = [row for row in events if isinstance(row, Said)]
    marked = any(marker(line) for line in rows)
    if columns:
        nicks = {row.nick for row in said}
        return 0.9 if said and not nicks & _LEVELS and _is_weechat(head, rows) else 0.0
    brackets = sum(1 for line, at in found if line.startswith("<", at.end()))
    told = sum(1 for line, at in found if line.startswith(("*** ", "-!- "), at.end()))
    if marked and said:
        return 0.97
    return 0.9 if brackets * 5 > len(rows) or (brackets + told) * 2 > len(rows) else 0.0


def _has_columns(rows: Iterator[str]) -> bool:
    found = [at for line in rows if (at := stamp(line))]
    return sum(1 for at in found if at["day"] and at["gap"].startswith("\t")) * 2 > len(found)


def _is_weechat(head: Head, rows: list[str]) -> bool:
    return head.source.name.endswith(".weechatlog") or any(
        mark in line for line in rows for mark in ("\t-->\t", "\t<--\t", "\t--\t", "\t *\t")
    )


def channel(source: Source) -> str:
    """The channel, from the name of the file or of the folder of its days."""
    undated = _DATE.sub("", _EXTENSION.sub("", source.name)).strip("._- ")
    name = _EXTENSION.sub("", undated)
    place = min((at for mark in "#&" if (at := name.find(mark)) >= 0), default=0)
    return name[place:] or source.folder or source.container.title


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of all days of one channel."""
    counts = _counts(source) if any(map(_has_renames, source.files)) else Counter()
    chat = channel(source)
    names: dict[str, str] = {}
    for file in source.files:
        for sent_at, row in _events(file):
            if isinstance(row, str):
                chat = row
            elif isinstance(row, Said):
                name = names.get(row.nick, row.nick)
                message = Message(chat, name, sent_at, row.text)
                yield message if row.text.strip() else Drop(EMPTY)
            elif isinstance(row, Drop):
                yield row
            else:
                _follow(row, names, counts)
                yield Drop(SYSTEM)


def _has_renames(source: Source) -> bool:
    return any("now known as" in line or "Nick change:" in line for line in _lines(source))


def _counts(source: Source) -> Counter[str]:
    """How much each nick says in all files."""
    return Counter(
        row.nick for file in source.files for _, row in _events(file) if isinstance(row, Said)
    )


def _follow(row: Renamed | Notice, names: dict[str, str], counts: Counter[str]) -> None:
    """Keeps whose nick is whose."""
    if isinstance(row, Notice):
        names.pop(row.gone, None)
        return
    old = names.pop(row.old, row.old)
    names[row.new] = max((old, row.new), key=lambda nick: counts[nick])


def _events(source: Source) -> Iterator[tuple[datetime | None, Event | Drop | str]]:
    """What each line tells, and when; the channel's name where a log gives it."""
    columns = _has_columns(plain(line) for line in Head(source, source.head()).lines[:2000])
    clock = Clock(_day(source))
    for line in _lines(source):
        if found := marker(line):
            clock.is_now(found[0])
            if found[1]:
                yield None, found[1]
        elif at := stamp(line):
            yield clock.read(at), event(line[at.end() :], has_columns=columns)
        elif line.strip():
            yield None, Drop(DAMAGED)


def _lines(source: Source) -> Iterator[str]:
    """The lines, each in its own encoding."""
    with source.open() as stream:
        for raw in iter(partial(stream.readline, MAX_LINE), b""):
            bare = raw.rstrip(b"\r\n").removeprefix(b"\xef\xbb\xbf")
            try:
                yield plain(bare.decode())
            except UnicodeDecodeError:
                yield plain(bare.decode("cp1252", "replace"))


def _day(source: Source) -> date | None:
    found = _DATE.search(source.name)
    return build((int(found[1]), int(found[2]), int(found[3])), "ymd") if found else None


FORMAT = Format(
    name="irc",
    needs="times",
    sniff=sniff,
    parse=parse,
    unit=lambda source: join(dirname(source.inner), channel(source)),
)
