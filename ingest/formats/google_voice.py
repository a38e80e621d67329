"""Google Voice in Google Takeout: one HTML file for every exchange of texts.

    Voice/Calls/Bo Ek - Text - 2024-02-01T08_30_00Z.html:
    <div class="message"><abbr class="dt" title="2024-02-01T09:30:00.123-05:00">...</abbr>:
      <cite class="sender vcard"><a class="tel" href="tel:+15550100"><span class="fn">Bo Ek</span>
      </a></cite>: <q>hi</q></div>

Whoever exported it is "Me", in an `abbr`. The files of one person are one chat; a group is named by
its people. Left out: calls and voicemails, pictures without a text.
"""

import re
from collections.abc import Iterator
from posixpath import dirname

from ingest.detect import Head
from ingest.format import CALL, DAMAGED, EMPTY, Drop, Format, ReadOptions, Row, media
from ingest.html_nodes import Node, inner_text, nodes
from ingest.source import Source
from ingest.times import from_iso
from persona.data import Message

PLACEHOLDERS = frozenset({"MMS Sent", "MMS Received"})
_NAME = re.compile(r"(.*?) - (?:[^-]+ - )?\d{4}-\d\d-\d\dT")


def sniff(head: Head) -> float:
    """The class of its logs, or of its calls."""
    if b"hChatLog" in head.data:
        return 0.97
    return 0.9 if b"haudio" in head.data and b"contributor vcard" in head.data else 0.0


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The texts of a folder of calls, file by file."""
    for file in source.files:
        found = _NAME.match(file.stem)
        chat = found[1].strip() if found else file.stem
        for node in nodes(file, {"participants", "message", "haudio"}):
            if "participants" in node.names:
                chat = ", ".join(_name(cite) for cite in node.all("cite")) or chat
            elif "haudio" in node.names:
                yield Drop(CALL)
            else:
                yield _row(chat, node, options)


def _row(chat: str, node: Node, options: ReadOptions) -> Row:
    cite, stamp = node.first("cite"), node.first("dt")
    if cite is None or stamp is None:
        return Drop(DAMAGED)
    text = inner_text(node.first("q"))
    owner = cite.first("fn")
    message = Message(
        chat=chat or _name(cite),
        sender=_name(cite),
        sent_at=from_iso(stamp.attributes.get("title", "")),
        text="" if text in PLACEHOLDERS else text,
        is_subject=owner is not None and owner.tag == "abbr",
    )
    if message.text.strip():
        return message
    has_media = text or any(node.all("img", "video", "audio"))
    return media(options, message) if has_media else Drop(EMPTY)


def _name(cite: Node) -> str:
    """A person's name, else his number."""
    name = inner_text(cite.first("fn"))
    tel = cite.first("tel")
    return name or (tel.attributes.get("href", "").removeprefix("tel:") if tel else "") or "unknown"


FORMAT = Format(
    name="google-voice",
    needs="tags",
    sniff=sniff,
    parse=parse,
    unit=lambda source: dirname(source.inner),
)
