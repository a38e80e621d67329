"""Facebook's HTML download before 2018: `html/messages.htm` with every thread, or a file for each.

    <div class="thread">Ann Lind, Mia Ek<div class="message"><div class="message_header">
     <span class="user">Ann Lind</span><span class="meta">Wednesday, November 12, 2008 at 8:53pm
     UTC+01</span></div></div><p>hi</p>

Threads and messages are newest first. A thread is called after the others who speak in it; the
owner is whom the page is headed with. Left out: messages without a text, which pictures are.
"""

import re
from collections.abc import Iterator

from ingest.detect import Head
from ingest.format import DAMAGED, Drop, Format, ReadOptions, Row, media
from ingest.html_nodes import Node, inner_text, nodes
from ingest.source import Source
from ingest.times import TimeReader
from persona.data import Message

_WHOLE_HOURS = re.compile(r"\b(?:UTC|GMT)([+-]\d\d)$")
_WITH = re.compile(r"Conversation with (.+)")


def sniff(head: Head) -> float:
    """Its classes, which later layouts do not have."""
    marks = ('class="thread"', 'class="message_header"', 'class="user"', 'class="meta"')
    return 0.97 if all(mark in head.text for mark in marks) else 0.0


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of every thread, oldest first within it."""
    thread = _Thread(TimeReader((), date_order=options.date_order))
    owner = ""
    for page in source.files:
        for node in nodes(page, {"message", "p", "h1", "h3"}, shells={"thread"}):
            if "thread" in node.names:
                yield from thread.rows(owner, options)
                thread = _Thread(thread.times)
            elif node.tag == "h1":
                owner = inner_text(node)
            else:
                thread.take(node)
        yield from thread.rows(owner, options)
        thread = _Thread(thread.times)


class _Thread:
    """The messages of one thread, in the file's order."""

    def __init__(self, times: TimeReader) -> None:
        self.times = times
        self.title = ""
        self.found: list[tuple[str, str, str]] = []

    def take(self, node: Node) -> None:
        """Takes a heading, the sender and time of a message, or the text of the one before."""
        if node.tag == "h3":
            named = _WITH.fullmatch(inner_text(node))
            self.title = named[1] if named else self.title
        elif node.tag == "p" and self.found:
            sender, shown, text = self.found[-1]
            self.found[-1] = (sender, shown, text or inner_text(node))
        elif "message" in node.names:
            sender = inner_text(node.first("user"))
            self.found.append((sender, inner_text(node.first("meta")), ""))

    def rows(self, owner: str, options: ReadOptions) -> Iterator[Row]:
        """Its messages, oldest first, and what is left out."""
        speakers = sorted({sender for sender, _, _ in self.found if sender})
        others = [speaker for speaker in speakers if speaker != owner] or speakers
        chat = self.title or ", ".join(others)
        for sender, shown, text in reversed(self.found):
            when = self.times.read(_WHOLE_HOURS.sub(r"UTC\1:00", shown))
            mine = sender == owner if owner in speakers else None
            message = Message(chat, sender, when, text, mine)
            if when is None or not sender:
                yield Drop(DAMAGED)
            else:
                yield message if text else media(options, message)


FORMAT = Format(name="meta-html-old", needs="tags", sniff=sniff, parse=parse)
