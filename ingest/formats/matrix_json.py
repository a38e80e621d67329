"""Element's export of a Matrix room as JSON.

    {"room_name": "Reef", "exported_by": "Ann", "messages": [{"type": "m.room.message",
       "sender": "@bo:example.org", "origin_server_ts": 1706776200123, "event_id": "$1",
       "content": {"msgtype": "m.text", "body": "hi"}}]}

An edit replaces the text of its message; the quotation in front of a reply goes. Names are those
that people had when they joined, where the export holds that. Left out: redacted and undecrypted
messages, reactions, calls, polls, what bots say (`m.notice`), everything about the room, files
without a caption. UTC.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from ingest.detect import Head
from ingest.format import (
    BOT,
    CALL,
    DAMAGED,
    DELETED,
    DUPLICATE,
    EMPTY,
    POLL,
    REACTION,
    SYSTEM,
    Drop,
    Format,
    ReadOptions,
    Row,
    media,
)
from ingest.json_elements import Elements, decode_part
from ingest.source import Source
from ingest.times import from_epoch
from persona.data import Message

UNDECRYPTED = "not decrypted"
WRITTEN = frozenset({"m.text", "m.emote"})
AUTOMATED = "m.notice"  # how the protocol marks what a program says (client-server API)
_QUOTED = re.compile(r"(?:>[^\n]*\n)+\n?")


class _Content(msgspec.Struct, gc=False):
    msgtype: str | None = None
    body: str | None = None
    filename: str | None = None
    displayname: str | None = None
    relates_to: "_Relation | None" = msgspec.field(name="m.relates_to", default=None)
    new_content: "_Content | None" = msgspec.field(name="m.new_content", default=None)


class _Relation(msgspec.Struct, gc=False):
    rel_type: str | None = None
    event_id: str | None = None
    reply: object = msgspec.field(name="m.in_reply_to", default=None)


class _Unsigned(msgspec.Struct, gc=False):
    redacted_because: object = None


class _Event(msgspec.Struct, gc=False):
    type: str = ""
    sender: str | None = None
    user_id: str | None = None
    state_key: str | None = None
    event_id: str | None = None
    origin_server_ts: float | None = None
    content: _Content | None = None
    unsigned: _Unsigned | None = None


_EVENTS = Elements(_Event)


@dataclass
class _Room:
    """What is known of a room before its messages are read: names, edits, who exported it."""

    chat: str
    exporter: str
    names: dict[str, str] = field(default_factory=dict)
    edits: dict[str, _Content] = field(default_factory=dict)
    messages: set[str] = field(default_factory=set)


def sniff(head: Head) -> float:
    """The export's own keys in front of events of Matrix."""
    own = {"room_name", "exported_by", "messages"} & head.keys
    if len(own) == 3:
        return 0.97
    return 0.9 if head.has("messages[].origin_server_ts", "messages[].type") else 0.0


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of one room."""
    room = _survey(source)
    for _, event in _EVENTS.under(source, "messages"):
        yield Drop(DAMAGED) if event is None else _row(room, event, options)


def _survey(source: Source) -> _Room:
    head = source.head()
    room = _Room(
        chat=decode_part(head, "room_name", str) or source.stem,
        exporter=decode_part(head, "exported_by", str) or "",
    )
    for _, event in _EVENTS.under(source, "messages"):
        content = event.content if event else None
        if event is None or content is None:
            continue
        if event.type == "m.room.member" and content.displayname:
            room.names.setdefault(event.state_key or event.sender or "", content.displayname)
        elif event.event_id:
            room.messages.add(event.event_id)
        edited = _edits(content)
        if edited and content.new_content:
            room.edits[edited] = content.new_content
    return room


def _edits(content: _Content) -> str | None:
    """The message whose text this replaces."""
    relation = content.relates_to
    return relation.event_id if relation and relation.rel_type == "m.replace" else None


def _row(room: _Room, event: _Event, options: ReadOptions) -> Row:
    reason = _reason(room, event)
    if reason:
        return Drop(reason)
    content = event.content or _Content()
    now = room.edits.get(event.event_id or "") or content.new_content or content
    identity = event.sender or event.user_id or "unknown"
    message = Message(
        chat=room.chat,
        sender=room.names.get(identity, identity),
        sent_at=from_epoch(event.origin_server_ts) if event.origin_server_ts else None,
        text=_text(now, is_reply=bool(content.relates_to and content.relates_to.reply)),
        is_subject=_is_owner(room, identity),
    )
    if message.text.strip():
        return message
    return Drop(EMPTY) if now.msgtype in WRITTEN else media(options, message)


def _is_owner(room: _Room, identity: str) -> bool | None:
    """Whether a sender exported the room; None where nothing in the export tells."""
    known = {room.names.get(identity, ""), identity}
    if not room.exporter or room.exporter not in {*room.names, *room.names.values()} | known:
        return None
    return room.exporter in known


def _reason(room: _Room, event: _Event) -> str | None:
    kind, content = event.type, event.content or _Content()
    if kind == "m.room.encrypted" or content.msgtype == "m.bad.encrypted":
        return UNDECRYPTED
    if kind == "m.reaction":
        return REACTION
    if kind.startswith("m.call."):
        return CALL
    if "poll.start" in kind:
        return POLL
    if kind not in ("m.room.message", "m.sticker"):
        return SYSTEM
    is_redacted = event.unsigned is not None and event.unsigned.redacted_because is not None
    if is_redacted or (content.msgtype is None and content.body is None):
        return DELETED
    if _edits(content) in room.messages:
        return DUPLICATE
    return BOT if content.msgtype == AUTOMATED else None


def _text(content: _Content, *, is_reply: bool) -> str:
    body = content.body or ""
    if content.msgtype not in WRITTEN:  # a file: its body is a caption only beside another name
        return body if content.filename and content.filename != body else ""
    return _QUOTED.sub("", body, count=1) if is_reply and body.startswith(">") else body


FORMAT = Format(name="matrix-json", needs="keys", sniff=sniff, parse=parse)
