"""The open format of the ChatLab project: JSON lines, or one JSON document, of one chat.

    {"_type": "header", "chatlab": {"version": "0.0.2"}, "meta": {"name": "Soup", "ownerId": "1"}}
    {"_type": "message", "sender": "1", "accountName": "Ann", "timestamp": 1703001600, "type": 0,
     "content": "hi"}

The sender is the account's name, which is the same in every chat. Left out: pictures, voice, files
and stickers, cards and transfers, calls, forwarded and recalled messages, notices. UTC.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from ingest.detect import Head
from ingest.format import (
    CALL,
    DAMAGED,
    DELETED,
    EMPTY,
    FORWARDED,
    SYSTEM,
    Drop,
    Format,
    ReadOptions,
    Row,
    media,
)
from ingest.json_elements import Elements, decode_part
from ingest.source import Source
from ingest.text import byte_lines
from ingest.times import from_epoch
from persona.data import Message

TEXTS = frozenset({0, 25, 99})
"""Text, an answer, and what its writer knew no kind for."""

LEFT_OUT = {23: CALL, 26: FORWARDED, 22: SYSTEM, 80: SYSTEM, 81: DELETED}


_HEADER = re.compile(r'^\{"_type": ?"header", ?"chatlab"', re.MULTILINE)


class _Meta(msgspec.Struct, gc=False, rename="camel"):
    name: str | None = None
    owner_id: str | int | None = None


class _Line(msgspec.Struct, gc=False, rename="camel"):
    kind: str | None = msgspec.field(name="_type", default=None)
    meta: _Meta | None = None
    platform_id: str | int | None = None
    sender: str | int | None = None
    account_name: str | None = None
    timestamp: float | None = None
    type: int | None = None
    content: str | None = None


_LINES = Elements(_Line)


def sniff(head: Head) -> float:
    """Its header, which comments may precede."""
    if head.has("chatlab.version", "meta.platform") or head.has("_type", "chatlab.version"):
        return 0.99
    if head.has("_type", "accountName"):
        return 0.9
    return (
        0.9 if head.start == "#" and '"chatlab"' in head.text and _HEADER.search(head.text) else 0.0
    )


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of one chat, in the file's order."""
    reader = _Reader(source.stem, options)
    if b'"_type"' in source.head():
        for raw in byte_lines(source):
            if raw.strip() and not raw.lstrip().startswith(b"#"):
                yield from reader.read(_LINES.decode(raw))
        return
    known = b""
    for before, line in _LINES.under(source, "messages"):
        if before is not known:
            reader.take_document(before)
            known = before
        yield from reader.read(line)


class _Reader:
    """One chat's lines to messages."""

    def __init__(self, chat: str, options: ReadOptions) -> None:
        self.meta = _Meta(name=chat)
        self.options = options
        self.names: dict[str, str] = {}

    def take_document(self, before: bytes) -> None:
        """Takes what stands in front of the messages of a JSON document."""
        self.meta = decode_part(before, "meta", _Meta) or self.meta
        for member in decode_part(before, "members", list[Any]) or ():
            if isinstance(member, dict) and member.get("accountName"):
                self.names[str(member.get("platformId"))] = str(member["accountName"])

    def read(self, line: _Line | None) -> Iterator[Row]:
        """The message of a line; nothing for the header and the members."""
        if line is None:
            yield Drop(DAMAGED)
        elif line.kind == "header":
            self.meta = line.meta or self.meta
        elif line.kind == "member":
            self.names[str(line.platform_id)] = line.account_name or ""
        else:
            yield self._row(line)

    def _row(self, line: _Line) -> Row:
        if line.type in LEFT_OUT:
            return Drop(LEFT_OUT[line.type])
        who = "" if line.sender is None else str(line.sender)
        sender = line.account_name or self.names.get(who) or who or "unknown"
        mine = who == str(self.meta.owner_id) if self.meta.owner_id else None
        when = from_epoch(line.timestamp) if line.timestamp else None
        message = Message(self.meta.name or "chat", sender, when, line.content or "", mine)
        if line.type not in TEXTS:
            return media(self.options, message)
        return message if message.text.strip() else Drop(EMPTY)


FORMAT = Format(name="chatlab", sniff=sniff, parse=parse)
