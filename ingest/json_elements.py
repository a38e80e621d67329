"""The elements of arrays in JSON, as records of one type; a damaged one is None, not an error."""

import re
from collections.abc import Iterator
from typing import Generic, TypeVar

import msgspec

from ingest.json_arrays import ArrayPart, array_parts, single_elements
from ingest.json_rows import json_rows
from ingest.source import READ_ERRORS, Source

T = TypeVar("T")

BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What decoding damaged JSON can raise."""

_SCALAR = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[^\s,\]}]+')


class Elements(Generic[T]):
    """Reads records of one type."""

    def __init__(self, record: type[T]) -> None:
        self.many = msgspec.json.Decoder(list[record])  # type: ignore[valid-type]
        self.one = msgspec.json.Decoder(record)

    def of(self, part: ArrayPart) -> Iterator[T | None]:
        """The records of a part; None for each that is damaged, and for a cut end."""
        elements = part.elements.strip(b", \t\r\n")
        try:
            yield from self.many.decode(b"[" + elements + b"]")
        except BROKEN:
            for element in single_elements(elements):
                yield self.decode(element)
        else:
            if part.is_cut:
                yield None

    def under(self, source: Source, key: str) -> Iterator[tuple[bytes, T | None]]:
        """The records of every array called `key`, each with what stands in front of its array."""
        before = b""
        for part in array_parts(source, key):
            before = part.before if part.before and part.elements else before
            for record in self.of(part):
                yield before, record

    def rows(self, source: Source) -> Iterator[T | None]:
        """The records of a file that is JSON lines, one array, or one object."""
        return (self.decode(raw) for raw in json_rows(source))

    def decode(self, raw: bytes) -> T | None:
        """One record, with U+FFFD for bytes that are no character; None if it is none."""
        try:
            return self.one.decode(raw)
        except UnicodeDecodeError:
            return self.decode(raw.decode("utf-8", "replace").encode())
        except BROKEN:
            return None


def decode_part(raw: bytes, key: str, record: type[T]) -> T | None:
    """The value of `key` in a piece of JSON that may go on or break off; None if not there."""
    decoder = msgspec.json.Decoder(record)
    place = raw.find(b'"' + key.encode() + b'"')
    start = raw.find(b":", place + len(key)) + 1 if place >= 0 else 0
    if not start:
        return None
    value = raw[start:].lstrip()
    if value[:1] in (b"{", b"["):
        value = next(single_elements(value), b"")
    else:
        found = _SCALAR.match(value)
        value = found[0] if found else b""
    try:
        return decoder.decode(value)
    except BROKEN:
        return None


def load(source: Source | None, record: type[T]) -> T | None:
    """The whole of a small file beside an export as a record; None if it is not there or not so."""
    if source is None:
        return None
    try:
        return msgspec.json.decode(source.read(64 << 20).removeprefix(b"\xef\xbb\xbf"), type=record)
    except (*BROKEN, *READ_ERRORS):
        return None
