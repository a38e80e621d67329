"""QQ through qq-chat-exporter: one JSON file, or `manifest.json` and `chunks/c000001.jsonl`.

    {"metadata": {"name": "QQChatExporter"}, "chatInfo": {"name": "Tea", "selfUin": "1"},
     "messages": [{"id": "7", "timestamp": 1700000000000, "sender": {"uin": "2", "name": "Ann"},
                   "content": {"text": "hi"}, "recalled": false, "system": false}]}

The account that `chatInfo` names is the owner. An account keeps the name it was first seen with.
Left out: notices, messages taken back, forwarded chats, pictures and other media, the mark before
a reply. Times are UTC.
"""

from collections.abc import Iterator
from datetime import datetime
from posixpath import dirname

import msgspec

from ingest.detect import Head
from ingest.format import (
    DAMAGED,
    DELETED,
    EMPTY,
    FORWARDED,
    SYSTEM,
    Drop,
    Format,
    ReadOptions,
    Row,
    media,
)
from ingest.formats.qq_accounts import Accounts
from ingest.formats.qq_marks import FORWARD, MEDIA, REPLY
from ingest.json_elements import Elements, decode_part, load
from ingest.source import Source
from ingest.times import from_epoch, from_iso
from persona.data import Message

MANIFEST = "manifest.json"


class _Chat(msgspec.Struct, rename="camel"):
    name: str | None = None
    self_uid: str | None = None
    self_uin: str | int | None = None


class _Manifest(msgspec.Struct, rename="camel"):
    chat_info: _Chat = msgspec.field(default_factory=_Chat)


class _Sender(msgspec.Struct, gc=False, rename="camel"):
    uid: str | None = None
    uin: str | int | None = None
    name: str | None = None
    nickname: str | None = None
    group_card: str | None = None


class _Content(msgspec.Struct, gc=False):
    text: str | None = None
    resources: list[msgspec.Raw] | None = None
    reply: object = None


class _Post(msgspec.Struct, gc=False, rename="camel"):
    timestamp: float | str | None = None
    sender: _Sender | None = None
    content: _Content | None = None
    type: str | int | None = None
    recalled: bool | None = None
    is_recalled: bool | None = None
    system: bool | None = None
    is_system_message: bool | None = None


_POSTS = Elements(_Post)


def sniff(head: Head) -> float:
    """A chat with its writer's name and version, or lines with a sender's numbers."""
    if head.has("chatInfo.name") or head.has("chatInfo.type", "metadata.version"):
        return 0.97
    return 0.9 if head.has("sender.uid", "content.text", "timestamp") else 0.0


def unit(source: Source) -> str:
    """The manifest and the chunks of one chat; a single file by itself."""
    if source.name == MANIFEST:
        return dirname(source.inner) + "/"
    if source.name.endswith(".jsonl"):
        return dirname(dirname(source.inner)) + "/"
    return source.inner


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of one chat, chunk by chunk."""
    accounts = Accounts()
    chunks = [file for file in source.files if file.name.endswith(".jsonl")]
    for file in chunks or source.files:
        for chat, post in _chunk(file) if chunks else _whole(file):
            title = chat.name or file.stem
            yield Drop(DAMAGED) if post is None else _row(title, chat, post, accounts, options)


def _whole(file: Source) -> Iterator[tuple[_Chat, _Post | None]]:
    chat, known = _Chat(), b""
    for before, post in _POSTS.under(file, "messages"):
        if before is not known:
            chat, known = decode_part(before, "chatInfo", _Chat) or chat, before
        yield chat, post


def _chunk(file: Source) -> Iterator[tuple[_Chat, _Post | None]]:
    manifest = load(file.beside(f"../{MANIFEST}"), _Manifest)
    chat = manifest.chat_info if manifest else _Chat()
    return ((chat, post) for post in _POSTS.rows(file))


def _row(chat: str, info: _Chat, post: _Post, accounts: Accounts, options: ReadOptions) -> Row:
    if post.recalled or post.is_recalled:
        return Drop(DELETED)
    if post.system or post.is_system_message or post.type == "system":
        return Drop(SYSTEM)
    content = post.content or _Content()
    text = REPLY.sub("", content.text or "")
    if post.type in ("forward", "type_11") or text.strip() == FORWARD:
        return Drop(FORWARDED)
    sender = post.sender or _Sender()
    account = str(sender.uin or sender.uid or "")
    shown = sender.name or sender.group_card or sender.nickname or account
    name = accounts.name(account, shown) or "unknown"
    message = Message(chat, name, _time(post.timestamp), text, _is_owner(info, sender))
    if MEDIA.fullmatch(text) or (not text.strip() and content.resources):
        return media(options, msgspec.structs.replace(message, text=""))
    return message if text.strip() else Drop(EMPTY)


def _is_owner(info: _Chat, sender: _Sender) -> bool | None:
    """Whether the account that exported wrote this; None where the export does not name it."""
    if info.self_uin and sender.uin:
        return str(info.self_uin) == str(sender.uin)
    return info.self_uid == sender.uid if info.self_uid and sender.uid else None


def _time(stamp: float | str | None) -> datetime | None:
    if isinstance(stamp, str):
        return from_epoch(float(stamp)) if stamp.isdecimal() else from_iso(stamp)
    return from_epoch(stamp) if stamp else None


FORMAT = Format(
    name="qq-json",
    needs="keys",
    sniff=sniff,
    parse=parse,
    unit=unit,
    companions=frozenset({"avatars.json"}),
)
