r"""Messenger's and Instagram's JSON: `messages/inbox/<thread>/message_1.json`, or `Name_1.json`.

    {"participants": [{"name": "Ann"}], "title": "Ann", "messages": [
       {"sender_name": "Ann", "timestamp_ms": 1600000000123, "content": "h\u00c3\u00a9"}]}
    {"participants": ["Ann"], "threadName": "Ann_1", "messages": [        (end-to-end encrypted)
       {"senderName": "Ann", "timestamp": 1600000000123, "text": "hi", "type": "text"}]}

Every string is UTF-8 read as Latin-1: mended string by string, where it is. Files and messages are
newest first. Left out: calls, unsent messages, notices, reactions, media without a text. UTC.
"""

import re
from collections.abc import Iterator

import msgspec

from ingest.detect import Head
from ingest.format import (
    CALL,
    DAMAGED,
    DELETED,
    EMPTY,
    REACTION,
    SYSTEM,
    Drop,
    Format,
    ReadOptions,
    Row,
    media,
)
from ingest.json_elements import Elements, decode_part
from ingest.json_rows import LARGEST_OBJECT
from ingest.source import Source
from ingest.times import from_epoch
from persona.data import Message

_PART = re.compile(r"_\d+\.json$", re.IGNORECASE)
_REACTION = re.compile(r"(?:.* )?[Ll]iked a message\s*|Reacted .{1,12} to your message\s*")
_ATTACHMENT = re.compile(
    r"(?:You|.{1,80}) sent (?:an attachment|a photo|a video|a live location)\."
)
_NOTICES = re.compile(
    r"(?:named the group|changed the (?:group photo|theme|chat theme|quick reaction)"
    r"|set (?:the nickname for"
    r"|(?:his|her|their|your|the) (?:own )?(?:nickname|quick reaction|emoji))"
    r"|(?:added|removed) .+ (?:to|from) the group|created (?:the|this) group|left the group"
    r"|joined the (?:group|video|call|audio)|turned (?:on|off) |pinned a message"
    r"|started a (?:video chat|call|video call)|missed (?:a|your) (?:video |audio )?(?:chat|call)"
    r"|called you|missed your call|waved at|created a poll|voted for|is waving at you)"
)
_WHOLE_NOTICES = re.compile(
    r"(?:You are now connected on Messenger|Say hi to your new .+|The video chat ended"
    r"|You can now message and call each other.*|This poll is no longer available)\.?"
)
NAMELESS = frozenset({"", "Facebook user", "Facebook User", "Instagram user", "Instagram User"})


class _Post(msgspec.Struct, gc=False):
    sender_name: str | None = None
    timestamp_ms: float | None = None
    content: str | None = None
    type: str | None = None
    is_unsent: bool | None = None
    call_duration: float | None = None
    photos: object = None
    videos: object = None
    audio_files: object = None
    files: object = None
    gifs: object = None
    sticker: object = None
    share: object = None
    sender: str | None = msgspec.field(name="senderName", default=None)
    text: str | None = None
    timestamp: float | None = None
    unsent: bool | None = msgspec.field(name="isUnsent", default=None)
    media: object = None


_POSTS = Elements(_Post)


def sniff(head: Head) -> float:
    """Its own key names, in either layout."""
    if head.has("messages[].sender_name", "messages[].timestamp_ms"):
        return 0.97
    if head.has("participants", "threadName"):
        return 0.97
    return 0.97 if head.has("messages[].senderName", "messages[].timestamp") else 0.0


def unit(source: Source) -> str:
    """The files of one thread: `message_1.json` to `message_12.json`."""
    return _PART.sub("", source.inner)


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of one thread, oldest first where the export is newest first."""
    chat = None
    for file in reversed(source.files):
        raw = file.read(LARGEST_OBJECT)
        chat = _title(raw) or chat or source.folder or source.stem
        posts = [post for _, post in _POSTS.under(file, "messages")]
        known = [post for post in posts if post is not None]
        yield from (Drop(DAMAGED) for _ in range(len(posts) - len(known)))
        if known and (_stamp(known[0]) or 0) >= (_stamp(known[-1]) or 0):
            known.reverse()
        yield from (_row(chat, post, options) for post in known)


def _title(raw: bytes) -> str | None:
    for key in ("threadName", "title"):
        name = mended(decode_part(raw, key, str) or "")
        if name not in NAMELESS:
            return name
    return None


def mended(text: str) -> str:
    """`text` as it was written, where it is UTF-8 read as Latin-1; else as it is."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _stamp(post: _Post) -> float | None:
    return post.timestamp_ms if post.timestamp_ms is not None else post.timestamp


def _row(chat: str, post: _Post, options: ReadOptions) -> Row:
    sender = mended(post.sender_name or post.sender or "") or "Deleted User"
    text = mended(post.content if post.content is not None else post.text or "")
    if post.is_unsent or post.unsent:
        return Drop(DELETED)
    if post.type == "Call" or post.call_duration is not None:
        return Drop(CALL)
    if post.type in ("Subscribe", "Unsubscribe") or _is_notice(sender, text):
        return Drop(SYSTEM)
    if _REACTION.fullmatch(text):
        return Drop(REACTION)
    stamp = _stamp(post)
    message = Message(chat, sender, from_epoch(stamp) if stamp else None, text)
    if text.strip() and not _ATTACHMENT.fullmatch(text):
        return message
    has_media = text or any(
        (post.photos, post.videos, post.audio_files, post.files, post.gifs, post.sticker,
         post.share, post.media)
    )  # fmt: skip
    message = Message(chat, sender, message.sent_at, "")
    return media(options, message) if has_media else Drop(EMPTY)


def _is_notice(sender: str, text: str) -> bool:
    """Whether a text is the app telling what its sender did: 'Ann named the group Soup.'"""
    for name in (sender, "You"):
        if text.startswith(name + " ") and _NOTICES.match(text, len(name) + 1):
            return True
    return bool(_WHOLE_NOTICES.fullmatch(text))


FORMAT = Format(name="meta", sniff=sniff, parse=parse, unit=unit)
