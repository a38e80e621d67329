"""imessage-exporter's plain text: one file a chat, `+15550100.txt` or `Soup Club.txt`.

    Feb 01, 2024  9:30:05 AM (Read by them after 3 seconds)
    Me
    hi there

A reply stands twice, indented under the message it answers and at its own time: the second one
counts. 'Me', or whose messages 'them' read, is the owner. Of an edited message the last version
counts, of a link its address. Left out: announcements, tapbacks, effects, unsent messages, paths
of attachments. Local time.
"""

import re
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
from ingest.source import Source
from ingest.text import lines
from ingest.times import TimeReader
from persona.data import Message

OWNER = "Me"
_HEADER = re.compile(rf"({STAMP.pattern})(?: \((?:Read|Delivered) by .+ after .+\))?")
_ANNOUNCEMENT = re.compile(rf"{STAMP.pattern} (?!\((?:Read|Delivered) by ).+")
_REPLY = re.compile(rf"    {STAMP.pattern}")
_READ = "(Read by them after "
"""Stands behind the time of a message that the owner sent."""

_CONTEXT = "This message responded to an earlier message."
_DELETED = "This message was deleted from the conversation!"
_UNSENT = re.compile(
    r"\S.* (?:unsent this message part(?: .+ after sending)?!|deleted a message\.)"
)
_EDIT = re.compile(r"Edited .+ later: ")
_TAPBACK = re.compile(r"\S.{0,40} by \S.*|(?:.* )?Sticker from \S.*")
_EFFECT = re.compile(
    r"Sent with (?:Confetti|Echo|Fireworks|Balloons|Heart|Lasers|Shooting Star[t]?|Sparkles"
    r"|Spotlight|Slam|Loud|Gentle|Invisible Ink)"
)
_FILE = re.compile(
    r"Attachment missing!|.*[Aa]ttachments[/\\].+|Sticker from .+|Transcription: .*"
    r"|(?:Handwritten|Digital Touch) .+|Unable to format .+"
    r"|(?:Screen ?shot |Screen Recording )?[\w\-]{1,100}\."
    r"(?:heic|jpe?g|png|gif|mov|mp4|caf|m4a|amr|pdf|vcf|webp|pluginPayloadAttachment)",
    re.IGNORECASE,
)
_NOTICES = frozenset(
    {"SharePlay Message\nEnded", "Started sharing location!", "Stopped sharing location!"}
)
_LINK = re.compile(r"https?://\S+")


def sniff(head: Head) -> float:
    """Its header, over a name, on many lines."""
    count = sum(1 for line in head.timed if _HEADER.fullmatch(line))
    return 0.97 if count and count * 100 >= len(head.lines) else 0.0


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of one chat, in the file's order."""
    times = TimeReader((), date_order="mdy")
    owner = _owner(source)
    for entry in _entries(source):
        header = _HEADER.fullmatch(entry[0])
        if header is None:
            yield Drop(SYSTEM if _ANNOUNCEMENT.fullmatch(entry[0]) else DAMAGED)
            continue
        sender = entry[1] if len(entry) > 1 else ""
        if not sender.strip():
            yield Drop(DAMAGED)
            continue
        when = times.read(header[1])
        yield _row(Message(source.stem, sender, when, "", sender == owner), entry[2:], options)


def _owner(source: Source) -> str:
    """What the owner is called: 'Me' unless another name was asked for."""
    rows = lines(source)
    read = (next(rows, OWNER) for line in rows if _READ in line and _HEADER.fullmatch(line))
    return next(read, OWNER)


def _entries(source: Source) -> Iterator[list[str]]:
    """The lines of each message and of each announcement; a header stands below a blank line."""
    held: list[str] = []
    is_after_blank = True
    for line in lines(source):
        starts = is_after_blank and (_HEADER.fullmatch(line) or _ANNOUNCEMENT.fullmatch(line))
        if starts and held:
            yield held
            held = []
        if held or line.strip():
            held.append(line)
        is_after_blank = not line.strip()
    if held:
        yield held


def _row(known: Message, body: list[str], options: ReadOptions) -> Row:
    if body[:1] == [_DELETED]:
        return Drop(DELETED)
    typed = _latest(_without_additions(body))
    if "\n".join(typed) in _NOTICES:
        return Drop(SYSTEM)
    if typed and all(_UNSENT.fullmatch(line) for line in typed):
        return Drop(DELETED)
    text = "\n".join(line for line in typed if not _FILE.fullmatch(line)).strip("\n")
    message = Message(known.chat, known.sender, known.sent_at, text, known.is_subject)
    if TOLD_TAPBACK.fullmatch(text):
        return Drop(REACTION)
    if text.strip():
        return message
    return media(options, message) if typed else Drop(EMPTY)


def _without_additions(body: list[str]) -> list[str]:
    """The lines that were sent, without replies, tapbacks, effects and notes."""
    reply = next((place for place, line in enumerate(body) if _REPLY.match(line)), len(body))
    rest = _stripped(body[:reply])
    kept: list[str] = []
    while rest:
        line, *rest = rest
        count = _tapbacks(rest) if line in ("Tapbacks:", "Reactions:") else 0
        if count:
            rest = rest[count:]
        else:
            kept.append(line)
    return kept


def _tapbacks(following: list[str]) -> int:
    """How many lines list who reacted: those with one indent, and a blank line below them."""
    indent = "    " if following and following[0].startswith("    ") else ""
    count = 0
    while count < len(following) and _TAPBACK.fullmatch(following[count].removeprefix(indent)):
        count += 1
    is_blank = count and count < len(following) and not following[count].strip()
    return count + 1 if is_blank else count


def _stripped(body: list[str]) -> list[str]:
    end = len(body)
    while end and (not body[end - 1].strip() or body[end - 1] == _CONTEXT):
        end -= 1
    return body[:end]


def _latest(typed: list[str]) -> list[str]:
    """The last version of an edited message; of a link, its address without what it shows."""
    while len(typed) > 1 and (_EFFECT.fullmatch(typed[-1]) or not typed[-1].strip()):
        typed = typed[:-1]
    edits = [place for place, line in enumerate(typed) if _EDIT.match(line)]
    if edits and STAMP.match(typed[0]):
        return [_EDIT.sub("", typed[edits[-1]], count=1), *typed[edits[-1] + 1 :]]
    return typed[:1] if typed and _LINK.fullmatch(typed[0]) else typed


FORMAT = Format(name="imessage-text", needs="times", sniff=sniff, parse=parse)
