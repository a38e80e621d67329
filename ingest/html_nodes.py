"""Elements of an HTML export, one at a time, in bounded memory.

    for message in nodes(source, {"message"}):
        message.first("from_name"), message.first("text")

Only the elements asked for are kept, each with what lies inside it, until the next one. Unclosed
and stray tags are taken as browsers take them. What the elements mean is not known here.
"""

import codecs
from collections import deque
from collections.abc import Iterator, Set
from html.parser import HTMLParser

from ingest.source import Source
from ingest.text import utf8_blocks
from persona.errors import DataError

VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
     "wbr")
)  # fmt: skip
DEEPEST = 200
MOST_NODES = 200_000
MOST_TEXT = 4 << 20
LONGEST_TAG = 1 << 20


class Node:
    """An element: its tag, its classes, its attributes and what is inside it."""

    __slots__ = ("attributes", "children", "names", "tag")

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.names = frozenset((tag, *attributes.get("class", "").split()))
        self.children: list[Node | str] = []

    def all(self, *names: str, outside: Set[str] = frozenset()) -> "Iterator[Node]":
        """The elements inside with one of these classes or tags, in order.

        outside: elements with one of these names are not looked into.
        """
        for child in self.children:
            if isinstance(child, Node) and not (child.names & outside):
                if not child.names.isdisjoint(names):
                    yield child
                yield from child.all(*names, outside=outside)

    def first(self, *names: str, outside: Set[str] = frozenset()) -> "Node | None":
        """The first of them, if any."""
        return next(self.all(*names, outside=outside), None)

    def text(self, *, outside: Set[str] = frozenset()) -> str:
        """Its text as the file has it, line breaks for <br>."""
        pieces = []
        for child in self.children:
            if isinstance(child, str):
                pieces.append(child)
            elif child.tag == "br":
                pieces.append("\n")
            elif not (child.names & outside):
                pieces.append(child.text(outside=outside))
        return "".join(pieces)

    @property
    def elements(self) -> "list[Node]":
        """The elements directly inside."""
        return [child for child in self.children if isinstance(child, Node)]


class _Collector(HTMLParser):
    """Keeps the outermost elements whose tag or class is wanted."""

    def __init__(self, wanted: Set[str], shells: Set[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.wanted = wanted
        self.shells = shells
        self.open: list[Node] = []
        self.count = self.size = 0
        self.done: deque[Node] = deque()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        if self.open:
            self.count += 1
            if self.count > MOST_NODES or len(self.open) > DEEPEST:
                return
            self.open[-1].children.append(node)
        elif not self.shells.isdisjoint(node.names):
            self.done.append(node)
            return
        elif self.wanted.isdisjoint(node.names) or tag in VOID:
            return
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self.open) - 1, -1, -1):
            if self.open[place].tag == tag:
                if place == 0:
                    self.done.append(self.open[0])
                    self.count = self.size = 0
                del self.open[place:]
                return

    def handle_data(self, data: str) -> None:
        if self.open and self.size < MOST_TEXT:
            self.size += len(data)
            self.open[-1].children.append(data)


def nodes(source: Source, wanted: Set[str], *, shells: Set[str] = frozenset()) -> Iterator[Node]:
    """The outermost elements with one of the tags or classes `wanted`, in the file's order.

    shells: of elements with one of these only the beginning is given; what is wanted inside them
    follows by itself. An element that the end of the file cuts off is given as far as it goes.
    Raises DataError for what no browser would show: a tag that never ends, an unknown declaration.
    """
    collector = _Collector(wanted, shells)
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    for block in utf8_blocks(source):
        try:
            collector.feed(decoder.decode(block))
        except AssertionError:
            raise DataError(f"{source.path}: not HTML; export it again") from None
        if len(collector.rawdata) > LONGEST_TAG:
            raise DataError(f"{source.path}: a tag is longer than {LONGEST_TAG >> 20} MB")
        while collector.done:
            yield collector.done.popleft()
    collector.close()
    yield from collector.done
    yield from collector.open[:1]


def inner_text(node: Node | None, *, outside: Set[str] = frozenset()) -> str:
    """Its text without the line breaks and indents that only lay out the file; '' for None."""
    return "" if node is None else node.text(outside=outside).strip("\n\r\t ")
