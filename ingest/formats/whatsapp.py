"""WhatsApp's own text export, in every locale: `WhatsApp Chat with NAME.txt`, `_chat.txt`, zips.

    05/01/2019, 08:03 - Alice: on my way            Android, day first, 24 hours
    [1/5/19, 8:03:12 AM] Alice: \u200eimage omitted      iOS, US, U+200E before what the app wrote

Left out: notices (no author; on iOS U+200E after the author), deleted and not yet received
messages, calls, polls, media without a caption. A caption stays. The chat is named after the file.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain, pairwise

from ingest.dates import Order, Parts, infer
from ingest.detect import Head
from ingest.format import DAMAGED, Drop, Format, Note, ReadOptions, Row
from ingest.formats.matrix_marks import is_element
from ingest.formats.whatsapp_bodies import chat_title
from ingest.formats.whatsapp_layout import (
    Days,
    Layout,
    ascii_headers,
    day_parts,
    find_layout,
    shape_of,
)
from ingest.formats.whatsapp_reader import LONGEST, Reader
from ingest.source import Source
from ingest.text import utf8_blocks

SAMPLE_BYTES = 1 << 20
SAMPLE_LINES = 4000
MONTH = 31
LONGEST_HEADER = 1000
"""Bytes: a date, a time, and a name of 160 letters."""


def sniff(head: Head) -> float:
    """The share of lines with a header, which messages of several lines make smaller."""
    share = share_of_headers(head)
    return share / 2 if share and is_element(head) else share


def share_of_headers(head: Head) -> float:
    """How many lines begin as WhatsApp's do, from 0 to 1, raised where any do."""
    shapes = Counter(
        shape
        for line in head.timed
        if (shape := shape_of(line if line.isascii() else ascii_headers(line)))
    )
    if not shapes:
        return 0.0
    lines = sum(1 for line in head.lines if line.strip())
    votes = shapes.most_common(1)[0][1]
    named = bool(chat_title(head.source, default=""))
    return min(1.0, 0.5 + votes / lines / 2 + 0.2 * named) if votes * 20 > lines else 0.0


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of one export. Batches, in the file's order."""
    head = next(utf8_blocks(source), b"").decode("utf-8", "replace")
    layout = find_layout(head.split("\n")[:SAMPLE_LINES])
    if layout is None:
        yield Drop(DAMAGED)
        return
    blocks = _blocks(source, layout)
    sample = _sample(blocks)
    days, note = _days(source, sample, layout, options)
    if note:
        yield note
    reader = Reader(source, sample, layout=layout, days=days, options=options)
    for chunk, ahead in pairwise(chain(chunks(sample, blocks, layout.header), [b""])):
        yield reader.read(chunk, ahead[:LONGEST_HEADER])
        yield from reader.take_drops()


def _sample(blocks: Iterator[bytes]) -> bytes:
    """The beginning of a file, on which its layout is settled."""
    sample = next(blocks, b"")
    while len(sample) < SAMPLE_BYTES and (block := next(blocks, b"")):
        sample += block
    return sample


def _blocks(source: Source, layout: Layout) -> Iterator[bytes]:
    """The text in blocks; where the headers are in other digits, with 0 to 9 in them."""
    if not layout.foreign_digits:
        yield from utf8_blocks(source)
        return
    held = b""
    for block in utf8_blocks(source):
        whole, found, held = (held + block).rpartition(b"\n")
        yield ascii_headers((whole + found).decode("utf-8", "replace")).encode()
    yield ascii_headers(held.decode("utf-8", "replace")).encode()


def _days(
    source: Source, sample: bytes, layout: Layout, options: ReadOptions
) -> tuple[Days, Note | None]:
    """The dates of the file, read in the order that it shows or that the user gives."""
    if options.date_order != "auto":
        return Days(options.date_order), None
    found = infer(_distinct_days(b"\n" + sample, layout), prefers=_locale_order(sample))
    if found.ambiguous and source.size > len(sample):
        for days in _months(source, layout):
            found = infer(days, prefers=_locale_order(sample))
            if not found.ambiguous:
                break
    if not found.ambiguous:
        return Days(found.order), None
    return Days(found.order), Note(found.note)


def _months(source: Source, layout: Layout) -> Iterator[list[Parts]]:
    """The distinct days from the start on, after every month of them and at the end.

    A month has days past the twelfth enough that one date in a quotation decides nothing.
    """
    days: dict[bytes, None] = {}
    given = 0
    for block in chunks(b"", _blocks(source, layout), layout.header):
        days.update(dict.fromkeys(match["day"] for match in layout.header.finditer(block)))
        if len(days) >= given + MONTH:
            given = len(days)
            yield [day_parts(day) for day in days]
    yield [day_parts(day) for day in days]


def _distinct_days(sample: bytes, layout: Layout) -> list[Parts]:
    days = dict.fromkeys(match["day"] for match in layout.header.finditer(sample))
    return [day_parts(day) for day in days]


def _locale_order(sample: bytes) -> Order | None:
    """Month first where the clock is written the American way and the numbers are not padded."""
    beginning = sample[:4096]
    american = re.search(rb"\d:\d\d(?::\d\d)?(?: |\xe2\x80\xaf)[AP]M[\] ]", beginning)
    padded = re.search(rb"(?m)^\W*(?:0\d|\d+[./-]0\d)[./-]", beginning)
    return "mdy" if american and not padded else None


def chunks(first: bytes, blocks: Iterator[bytes], header: re.Pattern[bytes]) -> Iterator[bytes]:
    """The text in pieces that begin with the line break before a header and hold whole messages.

    What goes on for longer than any message does is left out up to the next header.
    """
    held = b"\n" + first
    searched = 0
    for block in chain(blocks, [b""]):
        cut = _last_header(held, header, after=searched)
        if cut > 0:
            yield held[:cut]
            held = held[cut:]
        elif len(held) > LONGEST:
            yield held[:LONGEST]
            held, block = _next_header(held[LONGEST:] + block, blocks, header), b""
        searched = max(0, len(held) - LONGEST_HEADER)
        held += block
    if held.strip():
        yield held


def _next_header(held: bytes, blocks: Iterator[bytes], header: re.Pattern[bytes]) -> bytes:
    """The text from the next header on; nothing if there is none."""
    while (found := header.search(held)) is None:
        block = next(blocks, b"")
        if not block:
            return b""
        held = held[-LONGEST_HEADER:] + block
    return held[found.start() :]


def _last_header(held: bytes, header: re.Pattern[bytes], *, after: int) -> int:
    """Where the last header begins that is surely whole; 0 if there is none but at the start."""
    place = max(len(held) - LONGEST_HEADER, 0)
    while (place := held.rfind(b"\n", after, place)) > 0:
        if header.match(held, place):
            return place
    return 0


FORMAT = Format(name="whatsapp", needs="times", sniff=sniff, parse=parse)
