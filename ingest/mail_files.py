"""The mails in a file, one after the other: mbox, `.eml` in any encoding, Apple's `.emlx`.

An mbox of any size is read in bounded memory. Nothing about a mail is known here.
"""

import re
from collections.abc import Iterator

from ingest.detect import text_encoding
from ingest.source import HEAD_BYTES, Source

LONGEST_MAIL = 64 << 20
BLOCK = 1 << 20
SEAM = 4096
"""Bytes looked at again with the next block, because an envelope may lie across both."""

ENVELOPE = re.compile(
    rb"From (?:[^\n]{0,100}?\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b"
    rb"[^\n]{0,60}\d\d:\d\d[^\n]{0,60})?\r?\n"
    rb"(?=>?[!-9;-~]{2,60}[:\s])"
)
"""The line in front of every mail of an mbox; Thunderbird's has no date since 2023."""

_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)


def mails(source: Source) -> Iterator[bytes]:
    """Every mail of a file as bytes, with '\\n' or '\\r\\n'; of an endless one the beginning."""
    head = source.head()
    if ENVELOPE.match(head):
        yield from _mbox(source)
        return
    data = source.read(LONGEST_MAIL)
    encoding = text_encoding(head[:HEAD_BYTES])
    if encoding.startswith("utf-16"):
        data = data.decode(encoding, errors="replace").removeprefix("\ufeff").encode()
    data = data.removeprefix(b"\xef\xbb\xbf")
    length, found, rest = data.partition(b"\n")
    if found and length.strip().isdigit():  # Apple's: the length, the mail, a property list
        data = rest[: int(length)]
    yield data.lstrip(b"\r\n")


def _mbox(source: Source) -> Iterator[bytes]:
    """Held is the mail that is being read, from its first byte on."""
    held = b""
    with source.open() as stream:
        while block := stream.read(BLOCK):
            looked_at = max(1, len(held) - SEAM)
            held += block
            begin = 0
            for start in _starts(held, looked_at):
                yield _unescaped(held[begin:start])
                begin = start
            held = held[begin:]
            if len(held) > LONGEST_MAIL:
                held = held[: LONGEST_MAIL // 2] + held[-SEAM:]
    if held.strip():
        yield _unescaped(held)


def _starts(data: bytes, place: int) -> Iterator[int]:
    """Where envelopes begin from `place` on: behind a blank line."""
    while (place := data.find(b"\nFrom ", place)) >= 0:
        place += 1
        if data.endswith((b"\n\n", b"\n\r\n"), max(place - 3, 0), place) and ENVELOPE.match(
            data, place
        ):
            yield place


def _unescaped(raw: bytes) -> bytes:
    """A mail without the line in front of it and the marks that protect lines with 'From '."""
    return _ESCAPED.sub(rb"\1", raw.partition(b"\n")[2])
