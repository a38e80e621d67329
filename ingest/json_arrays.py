"""Huge JSON files in bounded memory: the elements of the arrays called `messages`, block by block.

    for part in array_parts(source, "messages"):
        part.before     # what stood in front of the array: the chat's name, its id
        part.elements   # some of its elements, as the inside of a JSON array, without the brackets

Exports are written with line breaks and a fixed indent, and no string in JSON holds a raw line
break: so the end of an element is a fixed run of bytes. Where a file is written without them, its
brackets are counted. Nothing is decoded here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from ingest.source import Source
from persona.errors import DataError

BLOCK = 1 << 16
LONGEST_ELEMENT = 64 << 20
LONGEST_GAP = 64 << 20

_BRACKETS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\]]|"', re.DOTALL)
"""Strings, brackets, and a quotation mark whose string goes on behind the data."""

_LAYOUT = re.compile(rb"[ \t\r]*\n([ \t]*)[{\[]")
_INDENT = re.compile(rb"(?:^|\n)([ \t]*)[^\n]*\[$")


@dataclass(frozen=True, slots=True)
class ArrayPart:
    """Some elements of one array.

    before: what stands between the array before (or the start) and this one; empty in the second
    and later parts of an array. is_cut: the file ends inside the array.
    """

    before: bytes
    elements: bytes
    is_cut: bool = False


class _Window:
    """A file seen through a buffer that is read on and consumed from the front."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.data = b""
        self.ended = False

    def more(self, limit: int) -> bool:
        """Reads on, as much again as is held, so that what is long is not gone through often."""
        if self.ended:
            return False
        if len(self.data) > limit:
            raise DataError(f"one element is larger than {limit >> 20} MB")
        block = self.stream.read(max(BLOCK, len(self.data)))
        self.ended = not block
        self.data += block
        return not self.ended

    def take(self, count: int) -> bytes:
        """Consumes `count` bytes."""
        taken, self.data = self.data[:count], self.data[count:]
        return taken


def array_parts(source: Source, key: str) -> Iterator[ArrayPart]:
    """The elements of every array called `key` outside of such arrays.

    A last part without elements holds what stands behind the last array.
    """
    opening = re.compile(rb'"' + key.encode() + rb'"\s*:\s*\[')
    with source.open() as stream:
        window = _Window(stream)
        while True:
            found = opening.search(window.data)
            if found is None:
                if window.more(LONGEST_GAP):
                    continue
                yield ArrayPart(window.data, b"")
                return
            before = window.take(found.end())
            yield from _elements(window, before)


def root_parts(source: Source) -> Iterator[ArrayPart]:
    """The elements of the array that the whole file is."""
    with source.open() as stream:
        window = _Window(stream)
        while b"[" not in window.data and window.more(BLOCK):
            continue
        before = window.take(window.data.find(b"[") + 1)
        yield from _elements(window, before)


def _elements(window: _Window, before: bytes) -> Iterator[ArrayPart]:
    """The parts of the array whose opening bracket was just consumed."""
    while len(window.data) < 256 and window.more(LONGEST_GAP):
        continue
    layout = _LAYOUT.match(window.data)
    outer = _INDENT.search(before[-4096:])
    if layout and outer and len(outer[1]) < len(layout[1]):
        pieces = _by_indent(window, inner=layout[1], outer=outer[1])
    else:
        pieces = _by_brackets(window)
    for elements, is_cut in pieces:
        yield ArrayPart(before, elements, is_cut)
        before = b""


def _by_indent(window: _Window, *, inner: bytes, outer: bytes) -> Iterator[tuple[bytes, bool]]:
    """The array ends where a bracket closes it under the line that opened it.

    inner, outer: the blanks before its elements and before the line of its opening bracket.
    """
    line = b"\n" + outer + b"]"
    closing = re.compile(rb"\](?<=" + re.escape(line) + rb")")  # twice as fast as bytes.find
    between = b"\n" + inner + b"},"
    while True:
        found = closing.search(window.data)
        if found:
            yield window.take(found.end() - len(line)), False
            window.take(len(line))
            return
        cut = window.data.rfind(between)
        if cut > 0:
            yield window.take(cut + len(between))[:-1], False
        if not window.more(LONGEST_ELEMENT):
            yield window.take(len(window.data)), True
            return


def _by_brackets(window: _Window) -> Iterator[tuple[bytes, bool]]:
    """The same by counting brackets, for files without line breaks."""
    depth = scanned = 0
    whole = 0
    while True:
        for token in _BRACKETS.finditer(window.data, scanned):
            if token[0] == b'"':
                scanned = token.start()
                break
            mark = token[0][0]
            if mark in b"{[":
                depth += 1
            elif mark in b"}]":
                depth -= 1
                whole = token.end() if depth == 0 else whole
            if depth < 0:
                yield window.take(token.start()), False
                window.take(1)
                return
            scanned = token.end()
        if whole:
            yield window.take(whole), False
            scanned, whole = scanned - whole, 0
            window.data = window.data.lstrip(b", \r\n\t") if scanned <= 0 else window.data
            scanned = max(scanned, 0)
        if not window.more(LONGEST_ELEMENT):
            yield window.take(len(window.data)), True
            return


def single_elements(elements: bytes) -> Iterator[bytes]:
    """Every element of a part by itself; the last one may be damaged."""
    depth = start = 0
    for token in _BRACKETS.finditer(elements):
        if token[0] == b'"':
            break
        mark = token[0][0]
        if mark in b"{[":
            start = token.start() if depth == 0 else start
            depth += 1
        elif mark in b"}]":
            depth -= 1
            if depth == 0:
                yield elements[start : token.end()]
    if depth > 0:
        yield elements[start:]
