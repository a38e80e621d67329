"""Messenger's and Instagram's HTML: `messages/inbox/<thread>/message_1.html`, layouts since 2018.

    <div class="pam _3-95 _2ph- _a6-g uiBoxWhite noborder"><h2 class="_3-95 _2pim _a6-h _a6-i">Ann
    </h2><div class="_3-95 _a6-p"><div><div></div><div>hi</div><div></div><div></div></div></div>
    <div class="_3-94 _a6-o">Mar 10, 2026 11:50 am</div></div>

Until 2021 the classes were _2lej, _2lel, _2let and _2lem; since 2024 Facebook nests the
time once more. Files and messages are newest first. Left out: calls, unsent messages, notices
(English ones), reactions, shared posts, media without a text. Local times, without a zone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.detect import Head
from ingest.format import DAMAGED, EMPTY, Drop, Format, Note, ReadOptions, Row, media
from ingest.formats.meta import unit
from ingest.formats.meta_phrases import NAMELESS, is_attachment, why_no_message
from ingest.html_nodes import Node, inner_text, nodes
from ingest.source import Source
from ingest.times import TimeReader
from persona.data import Message

CARDS = frozenset({"_a6-g", "_2lej"})
TITLES = ("h1", "_3b0d", "_a70e", "title")
_SENDER = ("_a6-i", "_2lel")
_CONTENT = ("_a6-p", "_2let")
_TIME = ("_a6-o", "_2lem")
_REACTIONS = frozenset({"_a6-q", "_tqp"})
_MEDIA = ("img", "video", "audio", "a")
_PAGE = re.compile(r"message_\d+\.html?", re.IGNORECASE)
_HEADING = re.compile(r'class="[^"]*(?:_a6-i|_2lel)[^"]*"[^>]*>([^<]*)<')


def sniff(head: Head) -> float:
    """Its cards, whose headings are few names that come again; posts have sentences there."""
    if not any(name in head.text for name in ("_a6-g", "_2lej")):
        return 0.0
    if _PAGE.fullmatch(head.source.name):
        return 0.97
    headings = [heading.strip() for heading in _HEADING.findall(head.text)]
    sentences = sum(heading.endswith((".", ":")) for heading in headings)
    return 0.7 if headings and sentences * 4 < len(headings) else 0.0


@dataclass(frozen=True, slots=True)
class _Card:
    """One message as it stands in the page."""

    sender: str
    shown_time: str
    text: str
    has_media: bool


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of one thread, oldest first where the export is newest first."""
    times: TimeReader | None = None
    for page in reversed(source.files):
        cards, title = _read(page)
        chat = title or source.folder or source.stem
        if times is None:
            times = TimeReader([card.shown_time for card in cards], date_order=options.date_order)
            if times.layout.ambiguous:
                yield Note(times.layout.note)
        for message, has_media in _in_order(cards, chat, times):
            yield _row(message, options, has_media=has_media)


def _read(page: Source) -> tuple[list[_Card], str]:
    """The cards of a page in its order, and what the page is called."""
    cards: list[_Card] = []
    titles: dict[str, str] = {}
    for node in nodes(page, {*CARDS, *TITLES}):
        stamp = node.first(*_TIME)
        content = node.first(*_CONTENT)
        if stamp and content:
            sender = inner_text(node.first(*_SENDER)) or "Deleted User"
            has_media = content.first(*_MEDIA) is not None
            cards.append(_Card(sender, inner_text(stamp), _text(content), has_media))
        elif node.names.isdisjoint(CARDS):
            titles.update((name, inner_text(node)) for name in TITLES if name in node.names)
    named = (titles[name] for name in TITLES if titles.get(name, "") not in NAMELESS)
    return cards, next(named, "")


def _text(content: Node) -> str:
    """What was typed: the second of the boxes in a message; reactions stand in a later one."""
    boxes = content.elements[0].elements if len(content.elements) == 1 else []
    is_boxed = len(boxes) > 1 and not boxes[0].children
    typed = boxes[1] if is_boxed else content
    return typed.text(outside=_REACTIONS).strip("\n\r\t ")


def _in_order(cards: list[_Card], chat: str, times: TimeReader) -> Iterator[tuple[Message, bool]]:
    """The messages, oldest first."""
    found = [
        (Message(chat, card.sender, times.read(card.shown_time), card.text), card.has_media)
        for card in cards
    ]
    first, last = (found[0][0].sent_at, found[-1][0].sent_at) if found else (None, None)
    return reversed(found) if first and last and first >= last else iter(found)


def _row(message: Message, options: ReadOptions, *, has_media: bool) -> Row:
    if message.sent_at is None:
        return Drop(DAMAGED)
    if reason := why_no_message(message.sender, message.text):
        return Drop(reason)
    if message.text and not is_attachment(message.sender, message.text):
        return message
    bare = Message(message.chat, message.sender, message.sent_at, "")
    return media(options, bare) if has_media or message.text else Drop(EMPTY)


FORMAT = Format(name="meta-html", needs="tags", sniff=sniff, parse=parse, unit=unit)
