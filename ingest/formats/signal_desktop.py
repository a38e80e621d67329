"""Signal Desktop's own rows, as sigtop exports them with `-f json`: one file a chat.

    [{"id": "...", "type": "incoming", "conversationId": "...", "sent_at": 1706776205123,
      "sourceServiceId": "...", "body": "hi", "attachments": [], "hasAttachments": 0}]

The rows hold no names: the other side of a talk of two is called like the file, in a group people
are told apart by their numbers. Outgoing ones are the owner's. Since Signal Desktop 7.42 the rows
lack their texts, which the summary says. Left out: calls and other notices, deleted messages,
stickers, attachments without a text. UTC.
"""

from collections.abc import Iterator

import msgspec

from ingest.detect import Head
from ingest.format import (
    CALL,
    DAMAGED,
    DELETED,
    EMPTY,
    SYSTEM,
    Drop,
    Format,
    Note,
    ReadOptions,
    Row,
    media,
)
from ingest.formats.signal_mentions import with_mentions
from ingest.formats.signal_sigtop import OWNER, TYPES, plain_name
from ingest.json_elements import Elements
from ingest.source import Source
from ingest.times import from_epoch
from persona.data import Message

NO_TEXT = "rows without a text, as Signal Desktop 7.42 and newer keep them; export as text instead"


class _Range(msgspec.Struct, gc=False, rename="camel"):
    start: int = 0
    replacement_text: str | None = None
    mention_aci: str | None = None
    mention_uuid: str | None = None

    @property
    def is_mention(self) -> bool:
        return bool(self.replacement_text or self.mention_aci or self.mention_uuid)


class _Message(msgspec.Struct, gc=False, rename="camel"):
    type: str | None = None
    body: str | msgspec.UnsetType | None = msgspec.UNSET
    sent_at: float | None = msgspec.field(name="sent_at", default=None)
    timestamp: float | None = None
    source: str | None = None
    source_service_id: str | None = None
    source_uuid: str | None = None
    deleted_for_everyone: bool | None = None
    is_erased: bool | int | None = None
    attachments: object = None
    sticker: object = None
    body_ranges: list[_Range] | None = None


_MESSAGES = Elements(_Message)


def sniff(head: Head) -> float:
    """Rows with the database's own names."""
    if not head.has("[].conversationId", "[].type"):
        return 0.0
    return 0.97 if {"[].sent_at", "[].received_at", "[].sourceDevice"} & head.keys else 0.5


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of one chat, in the file's order."""
    chat = plain_name(source.stem)
    is_group = source.stem.endswith(" (group)")
    for message in _MESSAGES.rows(source):
        if message is None:
            yield Drop(DAMAGED)
            continue
        if message.type in TYPES and message.body is msgspec.UNSET and not message.attachments:
            yield Note(NO_TEXT)
        yield _row(chat, message, options, is_group=is_group)


def _row(chat: str, row: _Message, options: ReadOptions, *, is_group: bool) -> Row:
    if row.type not in TYPES:
        return Drop(CALL if row.type == "call-history" else SYSTEM)
    if row.deleted_for_everyone or row.is_erased:
        return Drop(DELETED)
    mine = row.type == "outgoing"
    known = row.source or row.source_service_id or row.source_uuid
    sender = OWNER if mine else (known or "Unknown") if is_group else chat
    stamp = row.sent_at or row.timestamp
    message = Message(chat, sender, from_epoch(stamp) if stamp else None, _text(row), mine)
    if message.text.strip():
        return message
    return media(options, message) if row.attachments or row.sticker else Drop(EMPTY)


def _text(row: _Message) -> str:
    """The body with the names of those it mentions, where the row has them."""
    mentions = sorted(row.body_ranges or (), key=lambda one: one.start)
    names = [one.replacement_text for one in mentions if one.is_mention]
    return with_mentions(row.body if isinstance(row.body, str) else "", names)


FORMAT = Format(name="signal-desktop", needs="keys", sniff=sniff, parse=parse)
