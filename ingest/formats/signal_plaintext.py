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
    DAMAGED,
    DELETED,
    EMPTY,
    MEDIA,
    SYSTEM,
    Drop,
    Format,
    ReadOptions,
    Row,
    media,
)
from ingest.json_elements import Elements
from ingest.source import Source
from ingest.times import from_epoch
from persona.data import Message

Id = str | int


class _Text(msgspec.Struct, gc=False):
    body: str | None = None


class _Standard(msgspec.Struct, gc=False, rename="camel"):
    text: _Text | None = None
    attachments: object = None
    long_text: object = None


class _Item(msgspec.Struct, gc=False, rename="camel"):
    chat_id: Id = ""
    author_id: Id = ""
    date_sent: str | int | None = None
    outgoing: object = None
    directionless: object = None
    standard_message: _Standard | None = None
    direct_story_reply_message: object = None
    sticker_message: object = None
    view_once_message: object = None
    remote_deleted_message: object = None


class _Recipient(msgspec.Struct, gc=False):
    id: Id = ""
    contact: dict[str, Any] | None = None
    group: dict[str, Any] | None = None
    self: object = None


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
    names: dict[str, str] = {}
    chats: dict[str, str] = {}
    owner = "Me"
    for frame in _FRAMES.rows(source):
        if frame is None:
            yield Drop(DAMAGED)
        elif frame.account:
            owner = _joined(frame.account, "givenName", "familyName") or owner
        elif frame.recipient:
            recipient = frame.recipient
            name = owner if recipient.self is not None else _name(recipient)
            names[str(recipient.id)] = name or f"Recipient {recipient.id}"
        elif frame.chat:
            chats[str(frame.chat.id)] = names.get(str(frame.chat.recipient_id), "")
        elif frame.chat_item:
            item = frame.chat_item
            chat = chats.get(str(item.chat_id)) or f"Chat {item.chat_id}"
            sender = names.get(str(item.author_id)) or f"Recipient {item.author_id}"
            yield _row(item, chat, owner if item.outgoing is not None else sender, options)


def _joined(record: dict[str, Any], *keys: str) -> str:
    return " ".join(str(record[key]) for key in keys if record.get(key))


def _name(recipient: _Recipient) -> str:
    contact = recipient.contact or {}
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


def _row(item: _Item, chat: str, sender: str, options: ReadOptions) -> Row:
    if item.remote_deleted_message is not None:
        return Drop(DELETED)
    standard = item.standard_message
    if standard is None:
        is_medium = item.sticker_message is not None or item.view_once_message is not None
        return Drop(MEDIA if is_medium else SYSTEM)
    text = (standard.text.body if standard.text else None) or ""
    try:
        sent_at = from_epoch(float(item.date_sent)) if item.date_sent else None
    except ValueError:
        return Drop(DAMAGED)
    message = Message(chat, sender, sent_at, text, item.outgoing is not None)
    if text.strip():
        return message
    return media(options, message) if standard.attachments else Drop(EMPTY)


FORMAT = Format(
    name="signal-plaintext",
    sniff=sniff,
    parse=parse,
    companions=frozenset({"metadata.json"}),
)
