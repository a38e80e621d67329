"""imessage-exporter's HTML: one file a chat, `+15550100.html` or `Soup Club.html`.

    <div class="message"><div class="sent iMessage">
     <p><span class="timestamp"><a href="...">Feb 01, 2024  9:30:05 AM</a> (Read by them after 3
     seconds)</span><span class="sender">Me</span></p>
     <hr><div class="message_part"><span class="bubble">hi</span></div></div></div>

A reply stands twice, under the message it answers and at its own time: the second one counts. Sent
messages are the owner's. Of an edited message the last version counts, of a link its address. Left
out: announcements, tapbacks, unsent messages, attachments and app messages. Local time.
"""

from collections.abc import Iterator

from ingest.detect import Head
from ingest.format import (
    DAMAGED,
    DELETED,
    EMPTY,
    REACTION,
    SYSTEM,
    Drop,
    Format,
    ReadOptions,
    Row,
    media,
)
from ingest.formats.imessage_phrases import STAMP, TOLD_TAPBACK
from ingest.html_nodes import Node, inner_text, nodes
from ingest.source import Source
from ingest.times import TimeReader
from persona.data import Message

_TWICE = frozenset({"replies"})
_MEDIA = ("attachment", "attachment_error", "sticker", "app", "app_error", "img", "video", "audio")
_NOTICES = ("shareplay", "shared_location")


def sniff(head: Head) -> float:
    """Its bubbles, senders and times; its style sheet where the first message comes late."""
    if "message_part" not in head.text and 'class="timestamp"' not in head.text:
        return 0.0
    marks = ('class="timestamp"', 'class="sender"', 'class="message_part"', "announcement")
    found = sum(mark in head.text for mark in marks)
    return 0.97 if found >= 3 else 0.4 if "message_part" in head.text else 0.0


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of one chat, in the file's order."""
    times = TimeReader((), date_order="mdy")
    for node in nodes(source, {"message", "announcement"}):
        if "announcement" in node.names:
            yield Drop(SYSTEM)
            continue
        stamp = STAMP.search(inner_text(node.first("timestamp")))
        sender = inner_text(node.first("sender"))
        if stamp is None or not sender:
            yield Drop(DAMAGED)
            continue
        mine = node.first("sent", outside=_TWICE) is not None
        yield _row(node, Message(source.stem, sender, times.read(stamp[0]), "", mine), options)


def _row(node: Node, known: Message, options: ReadOptions) -> Row:
    if node.first("deleted", outside=_TWICE):
        return Drop(DELETED)
    if node.first(*_NOTICES, outside=_TWICE):
        return Drop(SYSTEM)
    parts = [_part(part) for part in node.all("message_part", "subject", outside=_TWICE)]
    text = "\n".join(part for part in parts if part)
    message = Message(known.chat, known.sender, known.sent_at, text, known.is_subject)
    if TOLD_TAPBACK.fullmatch(text):
        return Drop(REACTION)
    if text.strip():
        return message
    if node.first("unsent", outside=_TWICE):
        return Drop(DELETED)
    return media(options, message) if node.first(*_MEDIA, outside=_TWICE) else Drop(EMPTY)


def _part(part: Node) -> str:
    """What was typed in one bubble."""
    if "subject" in part.names:
        return part.text()
    if edited := part.first("edited"):
        versions = [cells[-1] for row in edited.all("tr") if (cells := row.elements)]
        return versions[-1].text() if versions else ""
    if link := part.first("app"):
        address = link.first("a")
        return address.attributes.get("href", "") if address else ""
    if part.first("unsent"):
        return ""
    return "".join(bubble.text() for bubble in part.all("bubble"))


FORMAT = Format(name="imessage-html", needs="tags", sniff=sniff, parse=parse)
