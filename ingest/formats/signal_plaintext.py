"""Signal's own plaintext export: `main.jsonl`, one backup frame per line.

    {"recipient": {"id": "2", "contact": {"profileGivenName": "Ann"}}}
    {"chatItem": {"chatId": "1", "authorId": "2", "dateSent": "1706776200000", "incoming": {},
                  "standardMessage": {"text": {"body": "hi"}}}}

Outgoing messages are the owner's. Left out: updates, calls, stickers, polls, deleted messages,
media without a text. Times are UTC.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from ingest.detect import Head
from ingest.format import (
    CALL,
    DAMAGED,
    DELETED,
    EMPTY,
    MEDIA,
    POLL,
    REACTION,
    SYSTEM,
    Drop,
    Format,
    ReadOptions,
    Row,
    media,
)
from ingest.formats.signal_mentions import with_mentions
from ingest.json_elements import Elements
from ingest.source import Source
from ingest.times import from_epoch
from persona.data import Message

Id = str | int


class _Range(msgspec.Struct, gc=False, rename="camel"):
    start: int | str = 0
    mention_aci: str | None = None


class _Text(msgspec.Struct, gc=False, rename="camel"):
    body: str | None = None
    body_ranges: list[_Range] | None = None


class _Standard(msgspec.Struct, gc=False, rename="camel"):
    text: _Text | None = None
    attachments: object = None


class _StoryReply(msgspec.Struct, gc=False, rename="camel"):
    text_reply: _Standard | None = None


class _Item(msgspec.Struct, gc=False, rename="camel"):
    chat_id: Id = ""
    author_id: Id = ""
    date_sent: str | int | None = None
    outgoing: object = None
    directionless: object = None
    standard_message: _Standard | None = None
    direct_story_reply_message: _StoryReply | None = None
    update_message: dict[str, Any] | None = None
    poll: object = None
    remote_deleted_message: object = None
    sticker_message: object = None
    view_once_message: object = None
    contact_message: object = None
    payment_notification: object = None
    gift_badge: object = None


class _Recipient(msgspec.Struct, gc=False):
    id: Id = ""
    contact: dict[str, Any] | None = None
    group: dict[str, Any] | None = None
    self: object = None
    release_notes: object = msgspec.field(name="releaseNotes", default=None)


class _Chat(msgspec.Struct, gc=False, rename="camel"):
    id: Id = ""
    recipient_id: Id = ""


class _Frame(msgspec.Struct, gc=False, rename="camel"):
    account: dict[str, Any] | None = None
    recipient: _Recipient | None = None
    chat: _Chat | None = None
    chat_item: _Item | None = None


_FRAMES = Elements(_Frame)


def sniff(head: Head) -> float:
    """Frames that hold chat items, or recipients and an account."""
    if head.has("chatItem.chatId"):
        return 0.98
    return 0.9 if head.has("recipient.id") and {"account", "chat.recipientId"} & head.keys else 0.0


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of all chats, in the file's order."""
    people = _People()
    for frame in _FRAMES.rows(source):
        if frame is None:
            yield Drop(DAMAGED)
        elif frame.chat_item:
            yield _row(frame.chat_item, people, options)
        else:
            people.take(frame)


class _People:
    """Who is who, from the frames in front of the messages."""

    def __init__(self) -> None:
        self.owner = "Me"
        self.names: dict[str, str] = {}
        self.by_account: dict[str, str] = {}
        self.chats: dict[str, str] = {}

    def take(self, frame: _Frame) -> None:
        """Takes the account, a person or group, or a chat."""
        if frame.account:
            self.owner = _joined(frame.account, "givenName", "familyName") or self.owner
        elif frame.recipient:
            recipient = frame.recipient
            name = self.owner if recipient.self is not None else _name(recipient)
            self.names[str(recipient.id)] = name or f"Recipient {recipient.id}"
            self.by_account[str((recipient.contact or {}).get("aci"))] = name
        elif frame.chat:
            self.chats[str(frame.chat.id)] = self.names.get(str(frame.chat.recipient_id), "")

    def sender(self, item: _Item) -> str:
        """Who wrote an item."""
        if item.outgoing is not None:
            return self.owner
        return self.names.get(str(item.author_id)) or f"Recipient {item.author_id}"

    def text(self, text: _Text) -> str:
        """A body with the names of those it mentions."""
        ranges = sorted(text.body_ranges or (), key=lambda one: int(one.start))
        mentioned = [one.mention_aci for one in ranges if one.mention_aci]
        return with_mentions(text.body or "", map(self.by_account.get, mentioned))


def _joined(record: dict[str, Any], *keys: str) -> str:
    return " ".join(str(record[key]) for key in keys if record.get(key))


def _name(recipient: _Recipient) -> str:
    contact = recipient.contact or {}
    if recipient.release_notes is not None:
        return "Signal"
    nickname = contact.get("nickname")
    if isinstance(nickname, dict) and (name := _joined(nickname, "given", "family")):
        return name
    title = ((recipient.group or {}).get("snapshot") or {}).get("title")
    if isinstance(title, dict) and title.get("title"):
        return str(title["title"])
    return (
        _joined(contact, "systemGivenName", "systemFamilyName")
        or _joined(contact, "profileGivenName", "profileFamilyName")
        or str(contact.get("username") or contact.get("e164") or "")
    )


def _row(item: _Item, people: _People, options: ReadOptions) -> Row:
    reply = item.direct_story_reply_message
    written = item.standard_message or (reply.text_reply if reply else None)
    if item.remote_deleted_message is not None or written is None:
        return Drop(_why_no_message(item))
    try:
        sent_at = from_epoch(float(item.date_sent)) if item.date_sent else None
    except ValueError:
        return Drop(DAMAGED)
    chat = people.chats.get(str(item.chat_id)) or f"Chat {item.chat_id}"
    text = people.text(written.text) if written.text else ""
    message = Message(chat, people.sender(item), sent_at, text, item.outgoing is not None)
    if text.strip():
        return message
    return media(options, message) if written.attachments else Drop(EMPTY)


def _why_no_message(item: _Item) -> str:
    if item.remote_deleted_message is not None:
        return DELETED
    if item.update_message is not None:
        is_call = any(key.endswith("Call") for key in item.update_message)
        return CALL if is_call else SYSTEM
    if item.poll is not None:
        return POLL
    if item.direct_story_reply_message is not None:
        return REACTION
    sent = (item.sticker_message, item.view_once_message, item.contact_message,
            item.payment_notification, item.gift_badge)  # fmt: skip
    return MEDIA if any(one is not None for one in sent) else SYSTEM


FORMAT = Format(
    name="signal-plaintext",
    needs="keys",
    sniff=sniff,
    parse=parse,
    companions=frozenset({"metadata.json"}),
)
