"""Chunks of a WhatsApp export to messages, at the speed of one regular expression.

A chunk in which time runs as it should is split in one go. One that holds a header far out of
order, or one that is no date, is gone through header by header, and quoted headers become text.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from operator import le

from ingest.format import DAMAGED, MEDIA, SYSTEM, Batch, Drop, ReadOptions
from ingest.formats.whatsapp_bodies import (
    ATTACHED,
    PLAIN_SPECIALS,
    chat_title,
    classify,
    is_notice_about,
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

OPENING = 10
"""Among so many first messages, those by an author about itself may be notices."""

MARK = b"\xe2\x80\x8e"
ENDINGS = (b">\n", b">")


@dataclass(frozen=True, slots=True)
class Entry:
    """A header and where its body lies in the chunk."""

    start: int
    sent_at: datetime | None
    author: bytes | None
    body_start: int


class Reader:
    """What is known of a file while its chunks are read, and what was dropped so far."""

    def __init__(
        self, source: Source, sample: bytes, *, layout: Layout, days: Days, options: ReadOptions
    ) -> None:
        self.header = layout.header
        self.days = days
        self.clocks = Clocks()
        self.options = options
        self.chat = chat_title(source, default=source.stem)
        parts = self.header.split(b"\n" + sample)
        self.names = Names(zip(parts[3::4], parts[4::4], strict=True), title=self.chat)
        self.specials = {
            body for phrase in PLAIN_SPECIALS for body in (phrase.encode(), phrase.encode() + b"\n")
        } | {b"", b"\n", b".", b".\n"}
        self.dropped: Counter[str] = Counter()
        self.last = NO_DAY
        self.is_opening = True

    def take_drops(self) -> Iterator[Drop]:
        """What was left out since this was last asked for."""
        drops = [Drop(reason, count) for reason, count in self.dropped.items()]
        self.dropped.clear()
        yield from drops

    def read(self, chunk: bytes) -> Batch:
        """The messages of a chunk that begins with the line break before a header."""
        parts = self.header.split(chunk)
        dropped = self.dropped.copy()
        batch = self._quick(parts, has_files=bool(ATTACHED.search(chunk)))
        if not self._in_time(batch):
            self.dropped = dropped
            batch = list(self._careful(chunk))
        if parts[0].strip():
            self.dropped[DAMAGED] += 1
        if batch:
            self.last = max(self.last, batch[-1].sent_at or self.last)
        if self.is_opening and batch:
            self.is_opening = False
            batch = self._without_opening_notices(batch)
        return batch

    def _quick(self, parts: list[bytes], *, has_files: bool) -> Batch:
        chat, names, days, clocks = self.chat, self.names, self.days, self.clocks
        specials = self.specials
        batch: Batch = []
        append = batch.append
        fields = zip(parts[1::4], parts[2::4], parts[3::4], parts[4::4], strict=True)
        for day, clock, author, body in fields:
            name = names[author]
            sent_at = days[day] + clocks[clock]
            is_odd = not name or body in specials or MARK in body or body.endswith(ENDINGS)
            if is_odd or (has_files and ATTACHED.search(body)):
                message = self._odd(author, sent_at, body)
                if message:
                    append(message)
            else:
                append(Message(chat, name, sent_at, body.rstrip(b"\n").decode("utf-8", "replace")))
        return batch

    def _in_time(self, batch: Batch) -> bool:
        """Whether no time is impossible and none runs back by much. Exact only where it matters."""
        met_bad = self.clocks.met_bad or self.days.met_bad
        self.clocks.met_bad = self.days.met_bad = False
        times = [message.sent_at or self.last for message in batch]
        if met_bad or not times:
            return not met_bad
        return times[0] >= self.last and all(map(le, times, islice(times, 1, None)))

    def _odd(self, author: bytes | None, sent_at: datetime, raw: bytes) -> Message | None:
        """A line that is no plain message: a notice, media, a name with a colon, a placeholder."""
        body = raw.rstrip(b"\n").decode("utf-8", "replace")
        name = self.names[author]
        if name == NOBODY:
            name, body = self.names.long_name(author, body)
        if name == NOBODY:
            self.dropped[SYSTEM] += 1
            return None
        text = DAMAGED_TEXT if len(raw) > LONGEST // 2 else classify(body)
        if isinstance(text, str):
            return Message(self.chat, name, sent_at, text)
        if text.reason == MEDIA and self.options.keep_media:
            return Message(self.chat, name, sent_at, "<media>")
        self.dropped[text.reason] += 1
        return None

    def _careful(self, chunk: bytes) -> Iterator[Message]:
        """The same header by header, with headers that stand inside a message taken as its text."""
        entries = list(self._accepted(self._entries(chunk)))
        for index, entry in enumerate(entries):
            end = entries[index + 1].start if index + 1 < len(entries) else len(chunk)
            body = chunk[entry.body_start : end]
            if entry.sent_at and (message := self._odd(entry.author, entry.sent_at, body)):
                yield message

    def _entries(self, chunk: bytes) -> list[Entry]:
        entries = []
        for found in self.header.finditer(chunk):
            midnight, clock = self.days[found[1]], self.clocks[found[2]]
            is_time = midnight != NO_DAY and clock != IMPOSSIBLE
            sent_at = midnight + clock if is_time else None
            entries.append(Entry(found.start(), sent_at, found[3], found.end()))
        return entries

    def _accepted(self, entries: list[Entry]) -> Iterator[Entry]:
        """The entries that are headers and no quotations."""
        last = self.last
        for index, entry in enumerate(entries):
            if entry.sent_at is None or _is_quoted(entries, index, last):
                continue
            last = entry.sent_at
            yield entry

    def _without_opening_notices(self, batch: Batch) -> Batch:
        """Newer iOS exports give some first notices an author: 'NAME: NAME created group'."""
        notices = {
            index
            for index, message in enumerate(batch[:OPENING])
            if is_notice_about(message.sender, message.text)
        }
        if notices:
            self.dropped[SYSTEM] += len(notices)
        return [message for index, message in enumerate(batch) if index not in notices]


DAMAGED_TEXT = Drop(DAMAGED)


def _is_quoted(entries: list[Entry], index: int, last: datetime) -> bool:
    """Whether a header is far out of time while the ones around it agree with each other."""
    sent_at = entries[index].sent_at
    if sent_at is None or last == NO_DAY:
        return False
    following = [
        entry.sent_at for entry in entries[index + 1 : index + QUOTED_RUN] if entry.sent_at
    ]
    if sent_at < last - BACKWARDS:
        return any(last - BACKWARDS <= later for later in following)
    if sent_at > last + BACKWARDS and following:
        return last <= following[0] < sent_at - BACKWARDS
    return False
