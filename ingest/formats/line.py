"""LINE's text export: `[LINE] Chat with Ann.txt`, from phones (tabs) and from the desktop (blanks).

    [LINE] Chat history with Ann            [LINE] Annとのトーク履歴
    Saved on: 02/03/2024, 21:40             保存日時：2024/03/02 21:40

    Fri, 01/03/2024                         2024/03/01(金)
    09:30AM<tab>Ann<tab>hi                  午前9:30<tab>Ann<tab>"two
    09:31AM<tab>Bo joined the group.        lines"

Local time. The owner is not marked. Left out: lines without a sender, calls, messages taken back,
polls, notices of albums and notes, stickers and other media.
"""

import re
from collections import deque
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice

from ingest.body import Body
from ingest.detect import Head
from ingest.format import (
    DAMAGED,
    EMPTY,
    MEDIA,
    SYSTEM,
    Drop,
    Format,
    Note,
    ReadOptions,
    Row,
    media,
)
from ingest.formats.line_days import Days, day_line
from ingest.formats.line_names import Names
from ingest.formats.line_words import (
    SAVED,
    chat_name,
    notice,
    reason_to_drop,
    title_of,
)
from ingest.source import Source
from ingest.text import lines
from ingest.times import IMPOSSIBLE, read_clock
from persona.data import Message

SAMPLE = 100_000
"""Lines from which the layout and the names are settled."""

LONGEST_QUOTE = 400
"""Lines of one quoted message, at most."""

LONGEST_LINE = 10_000
"""Characters of a message, at most; LINE takes no longer ones."""

_WORD = r"(?:[^\W\d_]|[.\u0e00-\u0e7f])"
_TABS = re.compile(rf"({_WORD}{{0,16}} ?\d{{1,2}}[:.]\d\d(?: ?{_WORD}{{1,16}})?)\t(.*)")
_BLANKS = re.compile(
    r"((?:(?:午前|午後|上午|下午|오전|오후) ?)?\d{1,2}:\d\d(?: ?[AaPp]\.?[Mm]\.?)?) (\S.*)"
)


def sniff(head: Head) -> float:
    """Its title or its day lines, with messages that begin with a time and a tab or blank."""
    sample = head.lines
    has_title = bool(sample) and sample[0].strip("\ufeff ").startswith("[LINE]")
    has_title |= any(SAVED.match(line) for line in sample[:3]) and bool(title_of(sample[0]))
    tabs = sum(1 for line in head.timed if _TABS.fullmatch(line))
    blanks = sum(1 for line in head.timed if _BLANKS.fullmatch(line))
    days = [found for line in sample if (found := day_line(line))] if tabs or blanks else []
    if not days:
        return 0.3 if has_title else 0.0
    if has_title:
        return 0.99
    share = max(tabs, blanks) / len(sample)
    named = any(weekday >= 0 for _, weekday in days)
    if not named or share < 0.05:
        return 0.0
    return 0.95 if tabs else 0.5 + 0.4 * share


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of one chat, in the file's order."""
    days = Days(islice(lines(source), SAMPLE), options.date_order)
    if days.layout.ambiguous:
        yield Note(days.layout.note)
    first = next(lines(source), "")
    chat = chat_name(source, first)
    names = None if _has_tabs(source) else Names(_heads(source), title_of(first))
    for entry in _entries(lines(source), days, names):
        yield (
            entry
            if isinstance(entry, Drop)
            else _row(chat, entry, options, is_bare=names is not None)
        )


def _has_tabs(source: Source) -> bool:
    return any(_TABS.fullmatch(line) for line in islice(lines(source), SAMPLE))


def _heads(source: Source) -> Iterator[str]:
    """What stands behind the times of the desktop's lines, without notices."""
    for line in islice(lines(source), SAMPLE):
        found = _BLANKS.fullmatch(line)
        if found and not notice(found[2]):
            yield found[2]


Entry = tuple[datetime, str, Body]
"""When, by whom (empty for notices), and the text."""


def _entries(rows: Iterator[str], days: Days, names: Names | None) -> Iterator[Entry | Drop]:
    """Every message with all of its lines."""
    ahead = _Ahead(rows)
    day: date | None = None
    entry: Entry | None = None
    last = time.min
    for line in ahead:
        if (new_day := days.read(line)) is not None:
            day, last = new_day, time.min
            continue
        found = _header(line, names, last) if day else None
        if found is None:
            if entry:
                entry[2].add(line)
            elif day and line.strip():
                yield Drop(DAMAGED)
            continue
        if entry:
            yield entry
        clock, sender, text = found
        last = clock
        entry = (datetime.combine(day or date.min, clock), sender, Body(ahead.unquote(text)))
    if entry:
        yield entry


def _header(line: str, names: Names | None, last: time) -> tuple[time, str, str] | None:
    """The time, the sender and the first line of the text; None for lines that go on."""
    if names is None and "\t" not in line:
        return None
    found = (_BLANKS if names else _TABS).fullmatch(line)
    since = read_clock(found[1]) if found else IMPOSSIBLE
    if found is None or since == IMPOSSIBLE:
        return None
    clock = (datetime.combine(date.min, time.min) + since).time()
    if names is None:
        sender, tab, text = found[2].partition("\t")
        return clock, sender.strip() if tab else "", text if tab else sender
    if notice(found[2]):
        return clock, "", found[2]
    sender, text = names.split(found[2])
    is_typed = clock < last and sender not in names.known
    return None if is_typed else (clock, sender, text)


class _Ahead:
    """Lines that can be looked ahead at, to see whether a quotation mark is ever closed."""

    def __init__(self, rows: Iterator[str]) -> None:
        self.rows = rows
        self.held: deque[str] = deque()

    def __iter__(self) -> "_Ahead":
        return self

    def __next__(self) -> str:
        return self.held.popleft() if self.held else next(self.rows)

    def unquote(self, text: str) -> str:
        """A text of several lines without the marks around it; one that has none as it is."""
        if not text.startswith('"') or _end_of_quote(text, start=1) is not None:
            return text
        parts = [text]
        for index in range(LONGEST_QUOTE):
            if index == len(self.held):
                line = next(self.rows, None)
                if line is None:
                    return text
                self.held.append(line)
            parts.append(self.held[index])
            end = _end_of_quote(parts[-1], start=0)
            if end is None and len(parts[-1]) < LONGEST_LINE:
                continue
            if end != len(parts[-1]) - 1:
                return text
            for _ in parts[1:]:
                self.held.popleft()
            return "\n".join(parts)[1:-1].replace('""', '"')
        return text


def _end_of_quote(line: str, *, start: int) -> int | None:
    """Where the first mark stands that is not doubled; None if there is none."""
    for run in re.finditer('"+', line[start:]):
        if len(run[0]) % 2:
            return start + run.end() - 1
    return None


def _row(chat: str, entry: Entry, options: ReadOptions, *, is_bare: bool) -> Row:
    sent_at, sender, body = entry
    text = body.text
    if not sender:
        return Drop(notice(text) or SYSTEM)
    reason = reason_to_drop(text, is_bare=is_bare)
    if reason == MEDIA:
        return media(options, Message(chat, sender, sent_at, ""))
    if reason:
        return Drop(reason)
    return Message(chat, sender, sent_at, text) if text.strip() else Drop(EMPTY)


FORMAT = Format(name="line", sniff=sniff, parse=parse)
