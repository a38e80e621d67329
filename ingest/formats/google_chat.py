"""Google Chat in Google Takeout: `Google Chat/Groups/<DM or Space id>/messages.json`.

    {"messages": [{"creator": {"name": "Ann", "email": "ann@example.com", "user_type": "Human"},
       "created_date": "Monday, February 10, 2025 at 3:45:22 PM UTC", "text": "hi"}]}

A narrow no-break space stands before PM since 2023. A room's name is in `group_info.json`; a direct
chat has the names of the others; who exported it is in `Users/<id>/user_info.json`. Left out:
deleted messages, those of bots, files and cards without a text.
"""

from collections.abc import Iterator
from itertools import chain, islice

import msgspec

from ingest.detect import Head
from ingest.format import (
    BOT,
    DAMAGED,
    DELETED,
    EMPTY,
    Drop,
    Format,
    Note,
    ReadOptions,
    Row,
    media,
)
from ingest.json_elements import Elements, load
from ingest.source import Source
from ingest.times import TimeReader
from persona.data import Message

NAMELESS = frozenset({"", "Group Chat"})
SAMPLE = 500


class _Person(msgspec.Struct, gc=False):
    name: str | None = None
    email: str | None = None
    user_type: str | None = None


class _Group(msgspec.Struct):
    name: str | None = None
    members: list[_Person] = []


class _User(msgspec.Struct):
    user: _Person


class _Said(msgspec.Struct, gc=False):
    creator: _Person | None = None
    created_date: str | None = None
    text: str | None = None
    message_state: str | None = None
    deletion_metadata: object = None
    attached_files: object = None
    annotations: object = None


_SAID = Elements(_Said)


def sniff(head: Head) -> float:
    """Its own names for the sender and the time."""
    if not head.has("messages[].created_date"):
        return 0.0
    own = {"messages[].creator.name", "messages[].topic_id", "messages[].message_id"}
    return 0.97 if own & head.keys else 0.5


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of one room or direct chat."""
    owner = _owner(source)
    chat = _chat(source, owner)
    rows = (said for _, said in _SAID.under(source, "messages"))
    sample = list(islice(rows, SAMPLE))
    dates = (said.created_date for said in sample if said and said.created_date)
    times = TimeReader(dates, date_order=options.date_order)
    if times.layout.ambiguous:
        yield Note(times.layout.note)
    for said in chain(sample, rows):
        yield Drop(DAMAGED) if said is None else _row(chat, said, owner, times, options)


def _owner(source: Source) -> frozenset[str]:
    """The addresses, or else names, of whoever exported the chat; empty where that is not there."""
    files = [file for file in source.below("../../Users") if file.name == "user_info.json"]
    users = [user.user for file in files if (user := load(file, _User))]
    return frozenset(key for user in users if (key := user.email or user.name))


def _chat(source: Source, owner: frozenset[str]) -> str:
    group = load(source.beside("group_info.json"), _Group) or _Group()
    if group.name and group.name not in NAMELESS:
        return group.name
    others = [person for person in group.members if not _is(person, owner)]
    names = ", ".join(name for person in others if (name := person.name or person.email))
    return names or source.folder or source.stem


def _is(person: _Person, owner: frozenset[str]) -> bool:
    return bool({person.email, person.name} & owner)


def _row(
    chat: str, said: _Said, owner: frozenset[str], times: TimeReader, options: ReadOptions
) -> Row:
    if said.message_state == "DELETED" or said.deletion_metadata is not None:
        return Drop(DELETED)
    person = said.creator or _Person()
    if person.user_type == "Bot":
        return Drop(BOT)
    message = Message(
        chat=chat,
        sender=person.name or person.email or "unknown",
        sent_at=times.read(said.created_date) if said.created_date else None,
        text=said.text or "",
        is_subject=_is(person, owner) if owner else None,
    )
    if message.text.strip():
        return message
    return media(options, message) if said.attached_files or said.annotations else Drop(EMPTY)


FORMAT = Format(
    name="google-chat",
    needs="keys",
    sniff=sniff,
    parse=parse,
    companions=frozenset({"group_info.json", "user_info.json", "archive_browser.html"}),
)
