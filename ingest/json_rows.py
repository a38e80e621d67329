"""The objects of a JSON file, whatever holds them: JSON lines, an array, or one pretty object.

Streamed and not decoded. Arrays under a key are `json_arrays.py`.
"""

from collections.abc import Iterator

import msgspec

from ingest.json_arrays import root_parts, single_elements
from ingest.source import Source
from ingest.text import byte_lines

LARGEST_OBJECT = 256 << 20


def json_rows(source: Source) -> Iterator[bytes]:
    """Every object of the file, as bytes that may be damaged."""
    start = source.head().lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"["):
        for part in root_parts(source):
            yield from _apart(part.elements)
            if part.is_cut:
                yield b"{"  # the file ends inside the array: one damaged row
    elif _is_lines(start):
        yield from (line for line in byte_lines(source) if line.strip())
    else:
        yield source.read(LARGEST_OBJECT).removeprefix(b"\xef\xbb\xbf")


def _apart(elements: bytes) -> Iterator[bytes]:
    """The elements one by one; quickly where they are sound JSON."""
    elements = elements.strip(b", \t\r\n")
    try:
        rows = msgspec.json.decode(b"[" + elements + b"]", type=list[msgspec.Raw])
    except msgspec.DecodeError:
        yield from single_elements(elements)
    else:
        yield from map(bytes, rows)


def _is_lines(start: bytes) -> bool:
    """Whether the first line is an object by itself, or so damaged that only lines can save it."""
    first, found, _ = start.partition(b"\n")
    try:
        msgspec.json.decode(first, type=msgspec.Raw)
    except msgspec.DecodeError:
        return bool(found) and first.rstrip().endswith(b"}")
    return True
