"""Any table of messages with the usual column names: CSV, TSV, JSON lines, a JSON array.

    speaker,text,time,conversation
    {"sender": "Alice", "text": "hi", "sent_at": "2024-02-01T09:30:00+01:00", "chat": "us"}

The names are in SENDERS, TEXTS, TIMES and CHATS, whatever their case. What `persona parse`
prints is read back as it was. Left out: rows without a text or a sender.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain, islice
from typing import Any, cast

import msgspec

from ingest.csv_rows import csv_rows, folded
from ingest.detect import Head, decode
from ingest.format import DAMAGED, EMPTY, Drop, Format, Note, ReadOptions, Row
from ingest.json_elements import BROKEN
from ingest.json_rows import json_rows
from ingest.source import Source
from ingest.times import TimeReader, from_epoch
from persona.data import Message
from persona.errors import DataError

SENDERS = (
    "speaker", "sender", "author", "from", "name", "user", "username", "nickname", "from_user",
    "from_name", "sender_name", "author_name", "user_name", "absender", "von", "autor", "benutzer",
    "remitente", "usuario", "nombre", "de", "expéditeur", "auteur", "utilisateur", "nom",
)  # fmt: skip
TEXTS = (
    "text", "content", "message", "body", "message_text", "nachricht", "inhalt", "mensaje", "texto",
    "contenido", "texte", "contenu",
)  # fmt: skip
TIMES = (
    "t", "time", "date", "timestamp", "sent_at", "created_at", "datetime", "created", "sent",
    "date_time", "datum", "zeit", "zeitpunkt", "zeitstempel", "fecha", "fecha y hora", "horodatage",
)  # fmt: skip
DAYS, CLOCKS = ("date", "datum", "fecha", "jour"), ("time", "zeit", "uhrzeit", "hora", "heure")
"""Where the date and the time of day have a column each."""
CHATS = (
    "conversation", "chat", "channel", "thread", "room", "conversation_id", "chat_id", "chat_name",
    "unterhaltung", "gespräch", "gruppe", "kanal", "conversación", "grupo", "canal", "groupe",
)  # fmt: skip
OTHER_COLUMNS = "a table whose columns"

_CLOCK = re.compile(r"\d{1,2}[:.]\d\d(?![\d.])")
SAMPLE_ROWS = 5000
LONGEST_NAME = 24

Fields = Mapping[str, Any]


def sniff(head: Head) -> float:
    """A column for the sender and one for the text; a time makes it surer."""
    names = {name.strip().casefold() for name in head.columns}
    for at in ("", "[].", "messages[].", "[].messages[]."):
        names |= {key.removeprefix(at).casefold() for key in head.keys if key.startswith(at)}
    if not names.intersection(SENDERS) or not names.intersection(TEXTS):
        return 0.0
    return 0.5 if names.intersection(TIMES) else 0.4


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of every row, in the file's order."""
    head = decode(source.head())
    is_json = head.lstrip("\ufeff \t\r\n")[:1] in ("{", "[")
    if not is_json and (fault := unknown_columns(Head(source, source.head()).columns)):
        raise DataError(fault)
    rows = _json(source) if is_json else csv_rows(source, head)
    sample = list(islice(rows, SAMPLE_ROWS))
    stamps = (_stamp(row) for row in sample if row is not None)
    times = TimeReader((s for s in stamps if isinstance(s, str)), date_order=options.date_order)
    if times.layout.ambiguous:
        yield Note(times.layout.note)
    for row in chain(sample, rows):
        yield Drop(DAMAGED) if row is None else _message(row, times, chat=source.stem)


def unknown_columns(columns: Sequence[str]) -> str | None:
    """What is to be done about a table whose columns have other names; None for one that is read.

    A first row that seems to be a message is not quoted.
    """
    names = [name.strip() for name in columns]
    known = {name.casefold() for name in names}
    wanted = (("text", TEXTS), ("sender", SENDERS))
    missing = [what for what, ours in wanted if known.isdisjoint(ours)]
    if not missing:
        return None
    is_header = all(len(name) <= LONGEST_NAME and name.isprintable() for name in names)
    is_header = is_header and not any(any(map(str.isdigit, name)) for name in names)
    shown = f" ({', '.join(names)})" if names and is_header else ""
    return (
        f"{OTHER_COLUMNS}{shown} have no known name for {' and '.join(missing)}; "
        "name them time, sender and text in its first line"
    )


def _json(source: Source) -> Iterator[Fields | None]:
    """The objects of a JSON file; None for a damaged one."""
    for raw in json_rows(source):
        try:
            row = msgspec.json.decode(raw)
        except BROKEN:
            yield None
            continue
        inner = row.get("messages") if isinstance(row, dict) else None
        if isinstance(inner, list):
            chat = {"chat": _first(folded(row), (*CHATS, "title", "name"))}
            yield from (chat | folded(item) if isinstance(item, dict) else None for item in inner)
        else:
            yield folded(row) if isinstance(row, dict) else None


def _first(row: Fields, names: tuple[str, ...]) -> Any:
    return next((row[name] for name in names if row.get(name) not in (None, "")), None)


def _name(value: object) -> str | None:
    """What somebody or a chat is called, in a cell or in a record of its own; None for a list."""
    if isinstance(value, dict):
        value = _first(folded(value), ("name", "username", "title", "id"))
    return None if value is None or isinstance(value, (dict, list)) else str(value)


def _message(row: Fields, times: TimeReader, *, chat: str) -> Row:
    sender, text = _name(_first(row, SENDERS)), _first(row, TEXTS)
    if isinstance(text, (int, float)) and not isinstance(text, bool):
        text = str(text)
    if not isinstance(text, str) or not text.strip():
        return Drop(EMPTY)
    if sender is None:
        return Drop("no sender")
    role, mine = row.get("role"), row.get("is_subject")
    return Message(
        chat=_name(_first(row, CHATS)) or chat,
        sender=sender,
        sent_at=_time(_stamp(row), times),
        text=text,
        is_subject=mine if isinstance(mine, bool) else None,
        role=cast("Any", role) if role in ("person", "assistant") else None,
    )


def _stamp(row: Fields) -> object:
    """When a message was sent, as written; out of two columns where the time of day has its own."""
    day, clock = _first(row, DAYS), _first(row, CLOCKS)
    if isinstance(day, str) and isinstance(clock, str) and _CLOCK.match(clock.strip()):
        return f"{day.strip()} {clock.strip()}"
    return _first(row, (*TIMES, *DAYS))


def _time(value: object, times: TimeReader) -> datetime | None:
    if isinstance(value, str):
        number = value.strip()
        if not number.replace(".", "", 1).isdigit() or not number.isascii() or len(number) < 9:
            return times.read(value)
        return from_epoch(float(number))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return from_epoch(value)
    return None


FORMAT = Format(name="table", sniff=sniff, parse=parse)
