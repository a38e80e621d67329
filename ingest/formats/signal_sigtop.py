"""Signal Desktop through sigtop's text export, long (`-f text`) and short (`-f text-short`).

    Conversation: Ann (+15550100)               2024-02-01 09:30 Ann: hi there
                                                2024-02-01 09:31 You: [reply to Ann on ...] yo
    From: Ann (+15550100)
    Type: incoming
    Sent: Thu, 1 Feb 2024 09:30:05 +0100
    Received: Thu, 1 Feb 2024 09:30:06 +0100

    hi there

'You' is the owner. Left out: what a message answers, earlier versions of an edited one, reactions,
calls and other notices, attachments. The short export gives minutes and no zone.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime

from ingest.detect import Head
from ingest.format import CALL, DAMAGED, EMPTY, SYSTEM, Drop, Format, ReadOptions, Row, media
from ingest.source import Source
from ingest.text import lines
from ingest.times import from_iso
from persona.data import Message

OWNER = "You"
TYPES = frozenset({"incoming", "outgoing"})
_FIELD = re.compile(r"(From|Type|Sent|Received|Attachment|Reaction|Edited): (.*)")
_SHORT = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d) ([^:\n]{1,120}):(?: (.*))?")
_DETAILS = re.compile(
    r"\[((?:reply to .+? on \d{4}-\d\d-\d\d \d\d:\d\d|edited|\d+ attachments?)"
    r"(?:, (?:edited|\d+ attachments?))*)\] ?"
)
_NOTICE = re.compile(r"\[[\w-]+ message\]")
_DETAIL = re.compile(r"(.+) \((?:\+\d{5,}|group|[0-9A-Fa-f-]{36}|\S+\.\d{2,})\)")


def sniff(head: Head) -> float:
    """The conversation at the top, then fields; or the short header on most lines."""
    start = [line for line in head.lines[:4] if line.strip()]
    if len(start) > 1 and start[0].lstrip("\ufeff").startswith("Conversation: "):
        return 0.97 if _FIELD.match(start[1]) else 0.0
    short = sum(1 for line in head.timed if _SHORT.fullmatch(line))
    if not short or short * 2 < len(head.lines):
        return 0.0
    return 0.6 + 0.36 * any(f" {OWNER}:" in line for line in head.lines)


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of one chat, in the file's order."""
    first = next((line for line in lines(source) if line.strip()), "")
    if first.lstrip("\ufeff").startswith("Conversation: "):
        return _long(source, plain_name(first.partition(": ")[2]), options)
    return _brief(source, plain_name(source.stem), options)


def plain_name(name: str) -> str:
    """'Ann' for 'Ann (+15550100)'."""
    found = _DETAIL.fullmatch(name)
    return found[1] if found else name


def _long(source: Source, chat: str, options: ReadOptions) -> Iterator[Row]:
    for entry in _entries(source):
        fields: dict[str, str] = {}
        rest = 0
        while rest < len(entry) and (found := _FIELD.fullmatch(entry[rest])):
            fields.setdefault(found[1], found[2])
            rest += 1
        yield _row(chat, fields, entry[rest:], options)


def _entries(source: Source) -> Iterator[list[str]]:
    """The lines of each message: it begins with From and Type, or with Type and Sent."""
    held: list[str] = []
    before = ["", ""]
    for line in lines(source):
        two = f"{before[1][:6]}{line[:6]}"
        if not before[0].strip() and two in ("From: Type: ", "Type: Sent: "):
            if any(held[:-1]):
                yield held[:-1]
            held = held[-1:]
        held.append(line)
        before = [before[1], line]
        if line.startswith("Conversation: ") and len(held) == 1:
            held = []
    if held:
        yield held


def _row(chat: str, fields: dict[str, str], rest: list[str], options: ReadOptions) -> Row:
    kind = fields.get("Type")
    if kind not in TYPES:
        return Drop(DAMAGED if kind is None else CALL if kind == "call-history" else SYSTEM)
    sender = OWNER if kind == "outgoing" else plain_name(fields.get("From", "Unknown"))
    text = "\n".join(_body(_newest(rest) if "Edited" in fields else rest))
    message = Message(chat, sender, _time(fields.get("Sent")), text, kind == "outgoing")
    if text.strip():
        return message
    return media(options, message) if "Attachment" in fields else Drop(EMPTY)


def _newest(rest: list[str]) -> list[str]:
    """The first of the versions of an edited message, which stand behind '|', newest first."""
    versions = [line.removeprefix("|").removeprefix(" ") for line in rest if line.startswith("|")]
    end = next((n for n, line in enumerate(versions) if n and line.startswith("Version: ")), None)
    newest = versions[1:end]
    while newest and re.match(r"(?:Attachment|Sent): ", newest[0]):
        newest = newest[1:]
    return newest


def _body(rest: list[str]) -> list[str]:
    """The lines of a message below its fields, without the one it answers."""
    while rest and not rest[-1]:
        rest = rest[:-1]
    if len(rest) > 1 and not rest[0] and rest[1].startswith("> From: "):
        rest = rest[1:]
        while rest and rest[0].startswith(">"):
            rest = rest[1:]
    return rest[1:] if rest and not rest[0] else rest


def _time(text: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(text) if text else None
    except ValueError:
        return None


def _brief(source: Source, chat: str, options: ReadOptions) -> Iterator[Row]:
    header: re.Match[str] | None = None
    body: list[str] = []
    for line in lines(source):
        found = _SHORT.fullmatch(line)
        if found:
            if header:
                yield _short_row(chat, header, body, options)
            header, body = found, [found[3] or ""]
        elif header:
            body.append(line)
        elif line.strip():
            yield Drop(DAMAGED)
    if header:
        yield _short_row(chat, header, body, options)


def _short_row(chat: str, header: re.Match[str], body: list[str], options: ReadOptions) -> Row:
    text = "\n".join(body)
    if _NOTICE.fullmatch(text):
        return Drop(CALL if text.startswith("[call-history") else SYSTEM)
    details = _DETAILS.match(text)
    text = text[details.end() :] if details else text
    message = Message(chat, header[2], from_iso(header[1]), text, header[2] == OWNER)
    if text.strip():
        return message
    return media(options, message) if details and "attachment" in details[1] else Drop(EMPTY)


FORMAT = Format(name="signal-sigtop", sniff=sniff, parse=parse)
