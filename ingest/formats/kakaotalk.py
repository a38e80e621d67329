"""KakaoTalk's text export from the PC, Android and iOS, in Korean or English.

    김철수 님과 카카오톡 대화                         KakaoTalk Chats with Kim
    저장한 날짜 : 2020-11-03 10:44:52               Date Saved : November 3, 2020, 1:08 PM

    --------------- 2020년 6월 28일 일요일 ---------------
    [김철수] [오전 1:01] 안녕                       February 10, 2016, 2:33 AM, you : hi

Local time. On phones the owner is 회원님 or 'you'; PC exports do not mark it. Left out: notices,
calls, deleted messages, 사진, 'Photo' and other media.
"""

from bisect import bisect_right
from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from ingest.body import Body
from ingest.detect import Head
from ingest.format import DAMAGED, SYSTEM, Drop, Format, ReadOptions, Row
from ingest.formats.kakaotalk_headers import Headers, shape_of
from ingest.formats.kakaotalk_words import (
    SAVED,
    SELF,
    chat_name,
    is_notice,
    row,
    title_of,
)
from ingest.source import Source
from ingest.text import lines
from persona.data import Message

SAMPLE = 20_000
"""Lines from which the shape and the names are settled."""

HELD = 5000
"""Messages of a day among which quotations are looked for, at most."""

MOST_QUOTED = 0.2


def sniff(head: Head) -> float:
    """Its title and date of export, or its own way to begin a line on many lines."""
    sample = head.lines
    has_title = any(SAVED.fullmatch(line.strip()) for line in sample[:6])
    has_title = has_title and any(title_of(line) for line in sample[:6])
    shape = shape_of(head.timed)
    if shape is None:
        return 0.3 if has_title else 0.0
    if has_title:
        return 0.99
    headers = Headers(shape)
    days = sum(headers.is_day(line, is_after_blank=True) for line in sample)
    share = sum(headers.name(line) is not None for line in head.timed) / len(sample)
    if shape != "phone" and not days:
        return 0.0
    return 0.95 if share > 0.05 else 0.0


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of one chat, in the file's order."""
    shape = shape_of(islice(lines(source), SAMPLE))
    if shape is None:
        yield Drop(DAMAGED)
        return
    headers = Headers(shape)
    names = {name for line in islice(lines(source), SAMPLE) if (name := headers.name(line))}
    chat = chat_name(source, next(lines(source), ""))
    marked = bool(names & SELF) and shape != "pc"
    for entry in _entries(lines(source), headers, names):
        if isinstance(entry, Drop):
            yield entry
        else:
            mine = entry.sender in SELF if marked else None
            yield row(Message(chat, entry.sender, entry.sent_at, entry.body.text, mine), options)


@dataclass(slots=True)
class _Entry:
    """A message; its header as written, which becomes text where it is a quotation."""

    sent_at: datetime
    sender: str
    header: str
    body: Body


def _entries(rows: Iterator[str], headers: Headers, names: Set[str]) -> Iterator[_Entry | Drop]:
    """Every message with all of its lines."""
    held: list[_Entry] = []
    is_open = is_after_blank = False
    for line in rows:
        was_blank, is_after_blank = is_after_blank, not line
        if headers.is_day(line, is_after_blank=was_blank):
            yield from _without_quotations(held, headers)
            held, is_open = [], False
        elif found := headers.read(line):
            sent_at, sender, text = found
            is_open = sender is not None
            if sender is not None:
                held.append(_Entry(sent_at, sender, line, Body(text)))
            elif text:
                yield Drop(SYSTEM)
            if len(held) > HELD:
                yield from _without_quotations(held, headers)
                held = []
        elif is_notice(line, names):
            is_open = False
            yield Drop(SYSTEM)
        elif is_open and held:
            held[-1].body.add(line)
    yield from _without_quotations(held, headers)


def _without_quotations(held: list[_Entry], headers: Headers) -> list[_Entry]:
    """The messages of one PC day, with headers that stand out of time as lines of their message.

    Copied messages look like messages when they are pasted, but not at their time.
    """
    keep = _longest_run([entry.sent_at for entry in held])
    if headers.shape == "phone" or len(held) - len(keep) > MOST_QUOTED * len(held):
        return held
    kept: list[_Entry] = []
    for index, entry in enumerate(held):
        if index in keep or not kept:
            kept.append(entry)
            continue
        for line in (entry.header, *entry.body.lines[1:]):
            kept[-1].body.add(line)
    return kept


def _longest_run(times: list[datetime]) -> set[int]:
    """The places of the longest row of times that never runs backwards."""
    ends: list[datetime] = []
    places: list[int] = []
    before: list[int] = []
    for index, moment in enumerate(times):
        length = bisect_right(ends, moment)
        before.append(places[length - 1] if length else -1)
        ends[length : length + 1] = [moment]
        places[length : length + 1] = [index]
    run: set[int] = set()
    place = places[-1] if places else -1
    while place >= 0:
        run.add(place)
        place = before[place]
    return run


FORMAT = Format(name="kakaotalk", sniff=sniff, parse=parse)
