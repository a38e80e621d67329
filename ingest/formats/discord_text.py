"""DiscordChatExporter's CSV and plain text.

    AuthorID,Author,Date,Content,Attachments,Reactions
    "7","ann","2021-07-20T18:13:51.1200000+00:00","hi","",""

    [7/20/2021 6:13 PM] ann (pinned)
    hi

Joins, pins and calls have a text made up by the exporter, by which they are known and left out.
Left out as well: posts without a text, and in the plain text what stands under {Attachments},
{Embed}, {Stickers}, {Reactions} and {Forwarded Message}. Plain text gives minutes and no zone.
Neither tells bots from people.
"""

import re
from collections.abc import Iterator
from itertools import chain, islice

from ingest.csv_rows import csv_rows
from ingest.dates import Order
from ingest.detect import Head
from ingest.format import (
    CALL,
    DAMAGED,
    EMPTY,
    FORWARDED,
    SYSTEM,
    Drop,
    Format,
    Note,
    ReadOptions,
    Row,
    media,
)
from ingest.formats.discord_json import DIRECT
from ingest.formats.discord_marks import plain
from ingest.source import Source
from ingest.text import lines
from ingest.times import TimeReader
from persona.data import Message

SAMPLE = 5000
RULE = "=" * 62
_HEADER = re.compile(r"\[([^\[\]]{8,40}\d[^\[\]]{0,8})\] (.+?)( \(pinned\))?")
_BLOCK = re.compile(r"\{(Attachments|Embed|Stickers|Reactions|Forwarded Message|Invite)\}")
_AMERICAN = re.compile(r"\d[ \u00a0\u202f][AP]M\b")
_CALL = re.compile(r"Started a call that lasted [\d,]+ minutes\.")
_NOTICE = re.compile(
    r"(?:Added|Removed) (?:a recipient|.{1,80} (?:to|from) the group)\.|Left the group\."
    r"|Changed the channel (?:icon\.|name(?:\.|: .+))|Pinned a message\.|Started a thread\."
    r"|Joined the server\.|A poll has closed\.|.{1,80}'s poll (?:.+ )?has closed\."
)
_SUFFIX = re.compile(r"( \[part \d+\]| \[\d+\]| \((?:after|before) [^)]*\))+$")


def times_of(stamps: list[str], options: ReadOptions) -> TimeReader:
    """Reads the exporter's times, which end in capital AM or PM where the month comes first."""
    prefers: Order | None = "mdy" if any(_AMERICAN.search(stamp) for stamp in stamps) else None
    return TimeReader(stamps, date_order=options.date_order, prefers=prefers)


def sniff_csv(head: Head) -> float:
    """Its own six column names."""
    return 0.97 if set(head.columns) >= {"AuthorID", "Author", "Date", "Content"} else 0.0


def parse_csv(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The posts of one channel, in the file's order."""
    chat = _named(_SUFFIX.sub("", source.stem))
    rows = csv_rows(source, "AuthorID,Author")
    sample = list(islice(rows, SAMPLE))
    times = times_of([str(row.get("date")) for row in sample if row], options)
    names = {str(row.get("authorid")): _bare(str(row.get("author"))) for row in sample if row}
    if times.layout.ambiguous:
        yield Note(times.layout.note)
    for row in chain(sample, rows):
        if row is None or not isinstance(row.get("author"), str):
            yield Drop(DAMAGED)
            continue
        name = row["author"].removesuffix("#0000")
        text = plain(row.get("content") or "", names)
        message = Message(chat, name, times.read(row.get("date") or ""), text)
        if reason := _why_no_post(message.text):
            yield Drop(reason)
        elif message.text.strip():
            yield message
        else:
            yield media(options, message) if row.get("attachments") else Drop(EMPTY)


def _bare(author: str) -> str:
    """An account's name without the number that old ones have."""
    return author.partition("#")[0]


def _named(stem: str) -> str:
    """The chat in a file's name 'Guild - Category - channel', called as the other exports do."""
    parts = stem.split(" - ")
    if len(parts) != 3:
        return stem
    guild, _, channel = parts
    return channel if guild == DIRECT else f"{guild} - {channel}"


def _why_no_post(text: str) -> str | None:
    """Why a text that the exporter made up for a notice is no post; None where it is one."""
    return CALL if _CALL.fullmatch(text) else SYSTEM if _NOTICE.fullmatch(text) else None


def sniff_text(head: Head) -> float:
    """The rule at the top, then the guild and the channel."""
    start = head.lines[:3]
    if len(start) < 3 or start[0].lstrip("\ufeff").strip() != RULE:
        return 0.0
    return 0.97 if start[1].startswith("Guild: ") and start[2].startswith("Channel: ") else 0.0


def parse_text(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The posts of one channel, in the file's order."""
    stamps = (found[1] for line in lines(source) if (found := _HEADER.fullmatch(line)))
    times = times_of(list(islice(stamps, SAMPLE)), options)
    if times.layout.ambiguous:
        yield Note(times.layout.note)
    rows = lines(source)
    chat = _title(rows) or source.stem
    for header, body in _posts(rows, times):
        message = Message(chat, header[2], times.read(header[1]), "")
        yield _row(message, body, options)


def _title(rows: Iterator[str]) -> str:
    """The chat's name from the top, which is read off."""
    guild = channel = ""
    next(rows, None)
    for line in rows:
        if line.startswith("="):
            break
        guild = line.removeprefix("Guild: ") if line.startswith("Guild: ") else guild
        if line.startswith("Channel: "):
            channel = line.removeprefix("Channel: ").split(" / ")[-1]
    return channel if guild in ("", DIRECT) else f"{guild} - {channel}"


def _posts(rows: Iterator[str], times: TimeReader) -> Iterator[tuple[re.Match[str], list[str]]]:
    """Each header with the lines below it. A header stands below a blank line."""
    header: re.Match[str] | None = None
    body: list[str] = []
    is_after_blank = True
    for line in rows:
        found = _HEADER.fullmatch(line) if is_after_blank else None
        if line == RULE and is_after_blank:
            break
        if found and times.read(found[1]):
            if header:
                yield header, body
            header, body = found, []
        else:
            body.append(line)
        is_after_blank = not line
    if header:
        yield header, body


def _row(message: Message, body: list[str], options: ReadOptions) -> Row:
    blocks = [index for index, line in enumerate(body) if _BLOCK.fullmatch(line)]
    text = "\n".join(body[: blocks[0]] if blocks else body).strip("\n")
    if reason := _why_no_post(text):
        return Drop(reason)
    if text.strip():
        return Message(message.chat, message.sender, message.sent_at, plain(text, {}))
    if blocks and body[blocks[0]] == "{Forwarded Message}":
        return Drop(FORWARDED)
    return media(options, message) if blocks else Drop(EMPTY)


CSV = Format(name="discord-csv", sniff=sniff_csv, parse=parse_csv)
TEXT = Format(name="discord-text", sniff=sniff_text, parse=parse_text)
