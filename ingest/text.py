"""Text of any encoding as a stream: blocks of UTF-8 bytes, or lines, in bounded memory.

Line ends become '\\n' and a byte order mark goes; nothing else about the text changes.
"""

import codecs
from collections.abc import Iterator

from ingest.detect import text_encoding
from ingest.source import HEAD_BYTES, Source

BLOCK = 1 << 16
MAX_JSON_LINE = 32 << 20
MAX_LINE = 4 << 20
"""Characters of one line, at most; the rest of a longer one is not text anybody typed."""


def utf8_blocks(source: Source, block: int = BLOCK) -> Iterator[bytes]:
    """The text as UTF-8 in blocks of about `block` bytes that end anywhere but in a '\\r\\n'."""
    with source.open() as stream:
        data = stream.read(max(block, HEAD_BYTES))
        encoding = text_encoding(data[:HEAD_BYTES])
        if encoding == "utf-8-sig":
            data = data.removeprefix(codecs.BOM_UTF8)
            recode = None
        else:
            recode = codecs.getincrementaldecoder(encoding)(errors="replace")
        held = b""
        while data:
            data = held + (recode.decode(data).encode() if recode else data)
            held = b""
            if b"\r" in data:
                held = b"\r" if data.endswith(b"\r") else b""
                data = data[: len(data) - len(held)].replace(b"\r\n", b"\n")
            yield data
            data = stream.read(block)
    if held:
        yield held


def lines(source: Source) -> Iterator[str]:
    """The lines of a text without their ends; bytes that are no character become U+FFFD."""
    return (line.decode("utf-8", "replace") for line in _split(source, limit=MAX_LINE))


def byte_lines(source: Source) -> Iterator[bytes]:
    """The lines of a JSON-lines file as UTF-8 bytes; of an endless one only the beginning."""
    return _split(source, limit=MAX_JSON_LINE)


def _split(source: Source, *, limit: int) -> Iterator[bytes]:
    held: list[bytes] = []
    size = 0
    for block in utf8_blocks(source):
        first, found, rest = block.partition(b"\n")
        if size < limit:
            held.append(first)
            size += len(first)
        if not found:
            continue
        yield b"".join(held)
        whole, found, tail = rest.rpartition(b"\n")
        if found:
            yield from whole.split(b"\n")
        held, size = [tail], len(tail)
    if size:
        yield b"".join(held)
