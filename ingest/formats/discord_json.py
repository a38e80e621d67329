"""DiscordChatExporter's JSON: one channel a file, or several parts of one.

    {"guild": {...}, "channel": {"id": "1", "name": "general"}, "messages": [
      {"type": "Default", "timestamp": "2021-07-20T18:13:51.12+00:00", "content": "hi",
       "author": {"id": "7", "name": "ann", "discriminator": "0000", "nickname": "Ann"}}]}

The sender is the account's name, which is the same in every server; so is who is mentioned where
the exporter left that as a number. Left out: joins, pins, calls, forwarded posts, posts of bots and
webhooks, posts without a text. The owner is not marked.
"""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from ingest.detect import Head
from ingest.format import (
    BOT,
    DAMAGED,
    EMPTY,
    FORWARDED,
    SYSTEM,
    Drop,
    Format,
    ReadOptions,
    Row,
    media,
)
from ingest.formats.discord_marks import plain
from ingest.json_elements import Elements, decode_part
from ingest.source import Source
from persona.data import Message

WRITTEN = frozenset(
    {"Default", "Reply", "ThreadStarterMessage", "ChatInputCommand", "ContextMenuCommand"}
    | {"0", "19", "20", "21", "23"}
)
DIRECT = "Direct Messages"


class _Author(msgspec.Struct, gc=False, rename="camel"):
    name: str | None = None
    discriminator: str | None = None
    nickname: str | None = None
    id: str | None = None
    is_bot: bool | None = None


class _Post(msgspec.Struct, gc=False, rename="camel"):
    type: str | int | None = "Default"
    timestamp: datetime | None = None
    content: str | None = None
    author: _Author | None = None
    attachments: list[msgspec.Raw] | None = None
    embeds: list[msgspec.Raw] | None = None
    stickers: list[msgspec.Raw] | None = None
    forwarded_message: object = None
    mentions: list[_Author] | None = None


class _Place(msgspec.Struct, gc=False):
    name: str | None = None
    category: str | None = None
    id: str | None = None


_POSTS = Elements(_Post)


def sniff(head: Head) -> float:
    """A guild and a channel, then messages with an author."""
    if not head.has("guild.id", "channel.id"):
        return 0.0
    return 0.97 if head.has("messages[].author.name") else 0.8


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The posts of one channel, in the file's order."""
    chat, known = source.stem, b""
    for before, post in _POSTS.under(source, "messages"):
        if before is not known:
            chat, known = _chat(before) or chat, before
        yield Drop(DAMAGED) if post is None else _row(chat, post, options)


def _chat(before: bytes) -> str | None:
    channel = decode_part(before, "channel", _Place)
    guild = decode_part(before, "guild", _Place)
    if channel is None or not (channel.name or channel.id):
        return None
    name = channel.name or channel.id or ""
    return f"{guild.name} - {name}" if guild and guild.name not in (None, DIRECT) else name


def _row(chat: str, post: _Post, options: ReadOptions) -> Row:
    if str(post.type) not in WRITTEN:
        return Drop(SYSTEM)
    if post.author and post.author.is_bot:
        return Drop(BOT)
    text = plain(post.content or "", _names(post))
    message = Message(chat, sender(post.author), post.timestamp, text)
    if message.text.strip():
        return message
    if post.forwarded_message:
        return Drop(FORWARDED)
    has_media = post.attachments or post.embeds or post.stickers
    return media(options, message) if has_media else Drop(EMPTY)


def _names(post: _Post) -> dict[str, str]:
    """Who is mentioned, by number, called as where they speak."""
    known = (one for one in post.mentions or () if one.id and one.name)
    return {str(one.id): str(one.name) for one in known}


def sender(author: _Author | None) -> str:
    """The account's name; with its number where it is an old one."""
    if author is None or not (author.name or author.id):
        return "Deleted User"
    number = author.discriminator or "0000"
    name = author.name or author.nickname or author.id or ""
    return name if number in ("0000", "0") else f"{name}#{number}"


FORMAT = Format(name="discord-json", needs="keys", sniff=sniff, parse=parse)
