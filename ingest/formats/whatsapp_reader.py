"""Chunks of a WhatsApp export to messages, at the speed of one regular expression.

A chunk in which time runs as it should is split in one go. One that holds a header far out of
order, or one that is no date, is gone through header by header, and quoted headers become text.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import compress, count, islice, repeat
from operator import add, contains, le, not_

import msgspec

from ingest.format import DAMAGED, MEDIA, SYSTEM, Batch, Drop, ReadOptions
from ingest.formats.whatsapp_bodies import (
    ENDINGS,
    MARK,
    OPENINGS,
    UNMARKED,
    WHOLE,
    Bodies,
    chat_title,
    is_opening_notice,
    learn_placeholders,
    may_hold_unmarked,
)
from ingest.formats.whatsapp_layout import NO_DAY, Clocks, Days, Layout
from ingest.formats.whatsapp_names import NOBODY, Names
from ingest.source import Source
from ingest.times import IMPOSSIBLE
from persona.data import Message

LONGEST = 8 << 20
"""Bytes of one message, at most; what is longer is damage."""

BACKWARDS = timedelta(hours=12)
"""A header this much older than the one before is a quotation, if time then goes on as before."""

QUOTED_RUN = 50
"""Headers of a quotation, at most."""

MARK_BYTES = MARK.encode()
OPENINGS_BYTES = tuple(f": {opening}".encode() for opening in OPENINGS)

OPENING = 10
"""Among so many first messages, those by an author about itself may be notices."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A header and where its body lies in the chunk. sent_at: NO_DAY where that is no time."""

    start: int
    sent_at: datetime
    author: bytes | None
    body_start: int


class Reader:
    """What is known of a file while its chunks are read, and what was dropped so far."""

    def __init__(
        self, source: Source, sample: bytes, *, layout: Layout, days: Days, options: ReadOptions
    ) -> None:
        self.header = layout.header
        self.day_column = 2 if layout.shape.time_first else 1
        self.days = days
        self.clocks = Clocks(layout.shape)
        self.options = options
        self.chat = chat_title(source, default=source.stem)
        parts = self.header.split(b"\n" + sample)
        self.names = Names(zip(parts[3::4], parts[4::4], strict=True), title=self.chat)
        learned = learn_placeholders(map(_text, parts[4::4]))
        bodies = Bodies(from_ios=layout.shape.bracket, learned=learned)
        self.classify = lru_cache(256)(bodies.classify)  # most placeholders are the same few
        self.dropped: Counter[str] = Counter()
        self.last = NO_DAY
        self.is_opening = True
        self.held: Batch = []

    def take_drops(self) -> Iterator[Drop]:
        """What was left out since this was last asked for."""
        drops = [Drop(reason, count) for reason, count in self.dropped.items()]
        self.dropped.clear()
        yield from drops

    def read(self, chunk: bytes, ahead: bytes) -> Batch:
        """The messages of a chunk that begins with the line break before a header.

        ahead: how the next chunk begins. The last message is held back until then: the next chunk
        may begin with a quotation that belongs to it.
        """
        if b"\0" in chunk:  # what a disk that failed or a phone that was full leaves behind
            chunk = chunk.replace(b"\0", b"")
            self.dropped[DAMAGED] += 1
        parts = self.header.split(chunk)
        days = map(self.days.__getitem__, parts[self.day_column :: 4])
        clocks = map(self.clocks.__getitem__, parts[3 - self.day_column :: 4])
        times = list(map(add, days, clocks))
        if parts[0].strip():
            self.dropped[DAMAGED] += 1
        if self._in_time(times) and len(chunk) < LONGEST // 2:
            batch = self._quick(parts, times, chunk)
            self.last = times[-1] if times else self.last
        else:
            batch = self._careful(chunk, ahead)
        if self.is_opening and batch:
            self.is_opening = False
            batch = self._without_opening_notices(batch)
        batch = self.held + batch
        self.held = batch[-1:] if ahead else []
        return batch[:-1] if ahead else batch

    def _in_time(self, times: Sequence[datetime]) -> bool:
        """Whether no time is impossible and none runs back."""
        met_bad = self.clocks.met_bad or self.days.met_bad
        self.clocks.met_bad = self.days.met_bad = False
        in_order = not times or (
            self.last <= times[0] and all(map(le, times, islice(times, 1, None)))
        )
        return in_order and not met_bad

    def _quick(self, parts: list[bytes], times: list[datetime], chunk: bytes) -> Batch:
        """All lines as messages, column by column, then once more those that may be none.

        The loops run in C: twice as fast as one over the lines.
        """
        authors = parts[3::4]
        names = list(map(self.names.__getitem__, authors))
        texts = _texts(parts[4::4])
        lines: list[Message | None] = [*map(Message, repeat(self.chat), names, times, texts)]
        for place in _odd_places(names, texts, chunk):
            lines[place] = self._odd(authors[place], times[place], texts[place])
        return list(filter(None, lines))

    def _odd(self, author: bytes | None, sent_at: datetime, body: str) -> Message | None:
        """A line that is no plain message: a notice, media, a name with a colon, a placeholder."""
        body = body.rstrip("\n")
        name = self.names[author]
        if name == NOBODY:
            name, body = self.names.long_name(author, body)
        if name == NOBODY:
            self.dropped[SYSTEM] += 1
            return None
        text = DAMAGED_TEXT if len(body) > LONGEST // 4 else self.classify(body)
        if isinstance(text, str):
            return Message(self.chat, name, sent_at, text)
        if text.reason == MEDIA and self.options.keep_media:
            return Message(self.chat, name, sent_at, "<media>")
        self.dropped[text.reason] += 1
        return None

    def _careful(self, chunk: bytes, ahead: bytes) -> Batch:
        """The same header by header, with headers that stand inside a message taken as its text."""
        found = self._entries(chunk)
        entries = list(self._accepted(found + self._entries(ahead)[:1], count=len(found)))
        ends = [entry.start for entry in entries] + [len(chunk)]
        if self.held and ends[0] > 0:
            self.held = [_longer(self.held[0], _text(chunk[: ends[0]]))]
        odd = (
            self._odd(entry.author, entry.sent_at, _text(chunk[entry.body_start : end]))
            for entry, end in zip(entries, ends[1:], strict=True)
        )
        return [message for message in odd if message]

    def _entries(self, chunk: bytes) -> list[Entry]:
        entries = []
        for found in self.header.finditer(chunk):
            midnight, clock = self.days[found["day"]], self.clocks[found["clock"]]
            is_time = midnight != NO_DAY and clock != IMPOSSIBLE
            sent_at = midnight + clock if is_time else NO_DAY
            entries.append(Entry(found.start(), sent_at, found[3], found.end()))
        return entries

    def _accepted(self, entries: list[Entry], *, count: int) -> Iterator[Entry]:
        """Those of the first `count` entries that are headers and no quotations."""
        for index, entry in enumerate(entries[:count]):
            if entry.sent_at != NO_DAY and not _is_quoted(entries, index, self.last):
                self.last = entry.sent_at
                yield entry

    def _without_opening_notices(self, batch: Batch) -> Batch:
        """Newer iOS exports give some first notices an author: 'NAME: NAME created group'."""
        notices = {
            index
            for index, message in enumerate(batch[:OPENING])
            if is_opening_notice(message.sender, message.text)
        }
        if notices:
            self.dropped[SYSTEM] += len(notices)
        return [message for index, message in enumerate(batch) if index not in notices]


DAMAGED_TEXT = Drop(DAMAGED)


def _odd_places(names: list[str], texts: list[str], chunk: bytes) -> list[int]:
    """Which lines may be no plain messages, in their order. chunk: what they were read from."""
    marks: list[Iterator[object]] = [
        map(not_, names),
        map(WHOLE.__contains__, texts),
        map(str.endswith, texts, repeat(ENDINGS)),
    ]
    if MARK_BYTES in chunk:
        marks.append(map(contains, texts, repeat(MARK)))
    has_angle = b"<" in chunk  # one byte is found many times as fast as several
    if any(opening in chunk for opening in OPENINGS_BYTES if has_angle or b"<" not in opening):
        marks.append(map(str.startswith, texts, repeat(OPENINGS)))
    if may_hold_unmarked(chunk):
        marks.append(map(UNMARKED.search, texts))
    return sorted({place for mark in marks for place in compress(count(), mark)})


def _is_quoted(entries: list[Entry], index: int, last: datetime) -> bool:
    """Whether a header is far out of time while the ones around it agree with each other."""
    sent_at = entries[index].sent_at
    if last == NO_DAY:
        return False
    following = [
        entry.sent_at
        for entry in entries[index + 1 : index + QUOTED_RUN]
        if entry.sent_at != NO_DAY
    ]
    if sent_at < last - BACKWARDS:
        return any(last - BACKWARDS <= later for later in following)
    if sent_at > last + BACKWARDS and following:
        return last <= following[0] < sent_at - BACKWARDS
    return False


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _texts(raw: list[bytes]) -> list[str]:
    try:
        return list(map(bytes.decode, raw))  # a third faster than with an error handler
    except UnicodeDecodeError:
        return list(map(_text, raw))


def _longer(message: Message, more: str) -> Message:
    """A message with the quotation that ends it."""
    return msgspec.structs.replace(message, text=message.text + more.rstrip("\n"))
