"""Discord's own data package: `messages/c<ID>/messages.csv`, newer `messages.json`.

    ID,Timestamp,Contents,Attachments
    {"ID": 1, "Timestamp": "2021-07-20 18:13:51", "Contents": "hi", "Attachments": ""}

It holds the owner's own messages and nobody else's, which is said in the summary: there is nothing
in it that was answered. Times are UTC. Whom a text mentions is a number in it; friends have names
in `user.json`.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from ingest.csv_rows import csv_rows, folded
from ingest.detect import Head, decode
from ingest.format import DAMAGED, EMPTY, Drop, Format, Note, ReadOptions, Row, media
from ingest.formats.discord_marks import plain
from ingest.json_elements import Elements, load
from ingest.source import Source
from ingest.times import from_iso
from persona.data import Message

ONE_SIDED = "a Discord data package holds its owner's messages only, without what was answered"


class _Channel(msgspec.Struct, gc=False):
    name: str | None = None
    guild: dict[str, Any] | None = None


class _Account(msgspec.Struct, gc=False):
    id: str | None = None
    username: str | None = None


class _Friend(msgspec.Struct, gc=False):
    user: _Account | None = None


class _User(_Account, gc=False):
    relationships: list[_Friend] | None = None


_ROWS = Elements(dict[str, Any])


def sniff(head: Head) -> float:
    """Its own four names."""
    if set(head.columns) >= {"ID", "Timestamp", "Contents"}:
        return 0.97
    return 0.97 if head.has("[].ID", "[].Timestamp", "[].Contents") else 0.0


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The owner's messages in one channel."""
    yield Note(ONE_SIDED)
    chat, user = _chat(source), _user(source)
    owner, names = user.username or "me", _names(user)
    head = decode(source.head())
    is_json = head.lstrip("\ufeff \t\r\n")[:1] == "["
    rows: Iterator[Mapping[str, Any] | None]
    rows = _ROWS.rows(source) if is_json else csv_rows(source, head)
    for raw in rows:
        row = folded(raw) if raw else None
        if not row or not row.get("timestamp"):
            yield Drop(DAMAGED)
            continue
        text = plain(str(row.get("contents") or ""), names)
        message = Message(chat, owner, _time(str(row["timestamp"])), text, True)
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


def _user(source: Source) -> _User:
    for place in ("../../account/user.json", "../../Account/user.json"):
        user = load(source.beside(place), _User)
        if user and user.username:
            return user
    return _User()


def _names(user: _User) -> dict[str, str]:
    """The owner and the friends, by number."""
    friends = (friend.user for friend in user.relationships or () if friend.user)
    return {str(one.id): one.username for one in (user, *friends) if one.id and one.username}


FORMAT = Format(
    name="discord-package",
    sniff=sniff,
    parse=parse,
    companions=frozenset({"channel.json", "index.json", "user.json"}),
)
