"""Signal through signal-export (sigexport): `NAME/chat.md`, or `NAME/data.json` in JSON lines.

    [2024-02-01 09:30:05] Ann: hi there
    {"date": "2024-02-01T09:30:05.123000", "sender": "Me", "body": "hi", "quote": "", ...}

Where both lie in a folder, data.json is read: its texts are whole. 'Me' is the owner. Left out: the
quotation before a reply, reactions, stickers, attachments, calls, deleted messages. Local time.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from posixpath import dirname

import msgspec

from ingest.detect import Head
from ingest.format import CALL, DAMAGED, DELETED, EMPTY, Drop, Format, ReadOptions, Row, media
from ingest.json_elements import Elements
from ingest.source import Source
from ingest.text import lines
from ingest.times import from_iso
from persona.data import Message

OWNER = "Me"
_HEADER = re.compile(r"\[(\d{4}-\d\d-\d\d),? (\d\d:\d\d(?::\d\d)?)\] ([^:\n]{1,120}): ?(.*)")
_QUOTE = re.compile(r"\n*(?:> ?[^\n]*\n)+\n*")
_REACTIONS = ("(- ", " -)")
_STICKER = ("(( ", " ))")
# Bounded, so that a line of nothing but opening brackets is read in linear time.
_ATTACHMENT = re.compile(r"!?\[[^\]\n]{0,300}\]\(\.{1,2}/[^)\n]{0,300}\)(?:  )?")
_CALL = re.compile(r"(?:Incoming|Outgoing|Missed) (?:voice |video )?call(?: \(.+\))?")
_DELETED = "(This message was deleted)"


class _Line(msgspec.Struct, gc=False):
    date: str
    sender: str | None = None
    body: str | None = None
    sticker: object = None
    attachments: object = None
    deleted: bool | None = None
    call: bool | None = None


_LINES = Elements(_Line)


def sniff(head: Head) -> float:
    """Its own keys; or its header on many lines of a Markdown file or with two blanks behind."""
    if head.has("date", "sender", "body", "quote", "reactions"):
        return 0.97
    headers = [line for line in head.timed if _HEADER.fullmatch(line)]
    if not headers:
        return 0.0
    is_markdown = head.source.name.lower().endswith(".md")
    padded = sum(line.endswith("  ") for line in head.lines)
    if is_markdown or padded * 2 > len(headers):
        return 1.0 if len(headers) * 20 > len(head.lines) else 0.5
    return 0.0


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of one chat."""
    chat = source.folder or source.container.title
    data = [file for file in source.files if file.head(1) == b"{"]
    for file in data or source.files:
        yield from _json(file, chat, options) if data else _markdown(file, chat, options)


def _json(source: Source, chat: str, options: ReadOptions) -> Iterator[Row]:
    for line in _LINES.rows(source):
        if line is None:
            yield Drop(DAMAGED)
        elif line.deleted or line.call:
            yield Drop(DELETED if line.deleted else CALL)
        else:
            message = _message(chat, line.sender, from_iso(line.date), (line.body or "").strip())
            has_media = bool(line.sticker or line.attachments)
            yield _row(message, has_media=has_media, options=options)


def _markdown(source: Source, chat: str, options: ReadOptions) -> Iterator[Row]:
    held: list[str] = []
    for line in lines(source):
        if _HEADER.fullmatch(line) and held:
            yield _entry(held, chat, options)
            held = []
        if held or _HEADER.fullmatch(line):
            held.append(line)
        elif line.strip():
            yield Drop(DAMAGED)
    if held:
        yield _entry(held, chat, options)


def _entry(held: list[str], chat: str, options: ReadOptions) -> Row:
    header = _HEADER.fullmatch(held[0])
    assert header
    body = "\n".join([header[4], *held[1:]]).rstrip()
    if body == _DELETED:
        return Drop(DELETED)
    if quote := _QUOTE.match(body + "\n") if header[4].strip() == "" else None:
        body = body[quote.end() :]
    without_files = _ATTACHMENT.sub("", body).rstrip()
    without_sticker = _cut_end(without_files, *_STICKER)
    bare = _cut_end(without_sticker, *_REACTIONS)
    if _CALL.fullmatch(bare.strip()):
        return Drop(CALL)
    sent_at = from_iso(f"{header[1]}T{header[2]}")
    message = _message(chat, header[3], sent_at, bare.strip())
    return _row(message, has_media=without_sticker != body, options=options)


def _cut_end(text: str, opening: str, closing: str) -> str:
    """The text without what stands between the marks at the end of its last line."""
    text = text.rstrip()
    place = text.find(opening, text.rfind("\n") + 1)
    if place < 0 or not text.endswith(closing, place + len(opening)):
        return text
    return text[:place].rstrip()


def _message(chat: str, sender: str | None, sent_at: datetime | None, text: str) -> Message:
    return Message(chat, sender or "unknown", sent_at, text, sender == OWNER)


def _row(message: Message, *, has_media: bool, options: ReadOptions) -> Row:
    if message.text:
        return message
    return media(options, message) if has_media else Drop(EMPTY)


FORMAT = Format(
    name="signal-sigexport",
    sniff=sniff,
    parse=parse,
    unit=lambda source: dirname(source.inner) or source.stem,
    companions=frozenset({"index.html", "style.css", "pagination.js"}),
)
