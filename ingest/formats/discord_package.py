"""Discord's own data package: `messages/c<ID>/messages.csv`, newer `messages.json`.

    ID,Timestamp,Contents,Attachments
    {"ID": 1, "Timestamp": "2021-07-20 18:13:51", "Contents": "hi", "Attachments": ""}

It holds the owner's own messages and nobody else's, which is said in the summary: there is nothing
in it that was answered. Times are UTC.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from ingest.csv_rows import csv_rows, folded
from ingest.detect import Head, decode
from ingest.format import DAMAGED, EMPTY, Drop, Format, Note, ReadOptions, Row, media
from ingest.json_elements import Elements, load
from ingest.source import Source
from ingest.times import from_iso
from persona.data import Message

ONE_SIDED = "a Discord data package holds its owner's messages only, without what was answered"


class _Channel(msgspec.Struct, gc=False):
    name: str | None = None
    guild: dict[str, Any] | None = None


class _User(msgspec.Struct, gc=False):
    username: str | None = None


_ROWS = Elements(dict[str, Any])


def sniff(head: Head) -> float:
    """Its own four names."""
    if set(head.columns) >= {"ID", "Timestamp", "Contents"}:
        return 0.97
    return 0.97 if head.has("[].ID", "[].Timestamp", "[].Contents") else 0.0


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The owner's messages in one channel."""
    yield Note(ONE_SIDED)
    chat, owner = _chat(source), _owner(source)
    head = decode(source.head())
    is_json = head.lstrip("\ufeff \t\r\n")[:1] == "["
    rows: Iterator[Mapping[str, Any] | None]
    rows = _ROWS.rows(source) if is_json else csv_rows(source, head)
    for raw in rows:
        row = folded(raw) if raw else None
        if not row or not row.get("timestamp"):
            yield Drop(DAMAGED)
            continue
        text = row.get("contents")
        message = Message(chat, owner, _time(str(row["timestamp"])), str(text or ""), True)
        if message.text.strip():
            yield message
        else:
            yield media(options, message) if row.get("attachments") else Drop(EMPTY)


def _time(text: str) -> datetime | None:
    moment = from_iso(text)
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def _chat(source: Source) -> str:
    number = source.folder.lstrip("c")
    index = load(source.beside("../index.json"), dict[str, str | None]) or {}
    channel = load(source.beside("channel.json"), _Channel) or _Channel()
    guild = (channel.guild or {}).get("name")
    named = f"{guild} - {channel.name}" if guild and channel.name else channel.name
    return index.get(number) or named or source.folder or source.stem


def _owner(source: Source) -> str:
    for place in ("../../account/user.json", "../../Account/user.json"):
        user = load(source.beside(place), _User)
        if user and user.username:
            return user.username
    return "me"


FORMAT = Format(
    name="discord-package",
    sniff=sniff,
    parse=parse,
    companions=frozenset({"channel.json", "index.json", "user.json"}),
)
