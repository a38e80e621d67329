"""Google Hangouts in Google Takeout: `Hangouts.json`, in both of its layouts.

    {"conversations": [{"conversation": {"conversation": {"name": "us", "participant_data": [
        {"id": {"gaia_id": "1"}, "fallback_name": "Ann"}]}}, "events": [
        {"sender_id": {"gaia_id": "1"}, "timestamp": "1400000000000000",
         "chat_message": {"message_content": {"segment": [{"type": "TEXT", "text": "hi"}]}}}]}]}
    {"conversation_state": [{"conversation_state": {"conversation": ..., "event": [...]}}]}   (old)

Times count microseconds. Left out: calls, people who come and go, pictures without a text.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from ingest.detect import Head
from ingest.format import CALL, DAMAGED, EMPTY, SYSTEM, Drop, Format, ReadOptions, Row, media
from ingest.json_elements import Elements, decode_part
from ingest.source import Source
from ingest.times import from_epoch
from persona.data import Message


class _Id(msgspec.Struct, gc=False):
    gaia_id: str | None = None
    chat_id: str | None = None


class _Participant(msgspec.Struct, gc=False):
    id: _Id
    fallback_name: str | None = None


class _State(msgspec.Struct, gc=False):
    user_id: _Id | None = None


class _Segment(msgspec.Struct, gc=False):
    type: str = "TEXT"
    text: str | None = None


class _Content(msgspec.Struct, gc=False):
    segment: list[_Segment] = []
    attachment: list[object] = []


class _ChatMessage(msgspec.Struct, gc=False):
    message_content: _Content | None = None


class _Event(msgspec.Struct, gc=False):
    sender_id: _Id | None = None
    timestamp: str | float | None = None
    self_event_state: _State | None = None
    chat_message: _ChatMessage | None = None
    conversation_id: _Id | None = None
    hangout_event: object = None


_EVENTS = Elements(_Event)


def sniff(head: Head) -> float:
    """Conversations with participants and their data, or with events."""
    if head.has("conversation_state"):
        return 0.97
    nested = ("conversations[].conversation.conversation", "conversations[].events")
    return 0.97 if set(nested) & head.keys else 0.0


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of every conversation, in the file's order."""
    key = "event" if b'"conversation_state"' in source.head() else "events"
    before, chat, names = b"", "", dict[str, str]()
    for header, event in _EVENTS.under(source, key):
        if header is not before or not chat:
            before = header
            names = _names(header)
            chat = _title(header) or ", ".join(names.values()) or source.stem
        yield Drop(DAMAGED) if event is None else _row(chat, event, names, options)


def _title(header: bytes) -> str:
    return decode_part(header, "name", str) or ""


def _names(header: bytes) -> dict[str, str]:
    people = decode_part(header, "participant_data", list[_Participant]) or []
    return {
        key: person.fallback_name
        for person in people
        if (key := _key(person.id)) and person.fallback_name
    }


def _key(person: _Id | None) -> str:
    return (person.gaia_id or person.chat_id or "") if person else ""


def _row(chat: str, event: _Event, names: Mapping[str, str], options: ReadOptions) -> Row:
    content = event.chat_message.message_content if event.chat_message else None
    if event.chat_message is None:
        return Drop(CALL if event.hangout_event is not None else SYSTEM)
    content = content or _Content()
    sender = _key(event.sender_id)
    owner = _key(event.self_event_state.user_id) if event.self_event_state else ""
    message = Message(
        chat=chat,
        sender=names.get(sender) or sender or "unknown",
        sent_at=_time(event.timestamp),
        text="".join(map(_text, content.segment)),
        is_subject=sender == owner if owner else None,
    )
    if message.text.strip():
        return message
    return media(options, message) if content.attachment else Drop(EMPTY)


def _time(stamp: str | float | None) -> datetime | None:
    try:
        return from_epoch(float(stamp)) if stamp else None
    except ValueError:
        return None


def _text(segment: _Segment) -> str:
    return "\n" if segment.type == "LINE_BREAK" else segment.text or ""


FORMAT = Format(name="hangouts", needs="keys", sniff=sniff, parse=parse)
