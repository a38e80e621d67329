r"""Messenger's and Instagram's JSON: `messages/inbox/<thread>/message_1.json`, or `Name_1.json`.

    {"participants": [{"name": "Ann"}], "title": "Ann", "messages": [
       {"sender_name": "Ann", "timestamp_ms": 1600000000123, "content": "h\u00c3\u00a9"}]}
    {"participants": ["Ann"], "threadName": "Ann_40", "messages": [       (end-to-end encrypted)
       {"senderName": "Ann", "timestamp": 1600000000123, "text": "hi", "type": "text"}]}

Every string is UTF-8 read as Latin-1: mended string by string, where it is. Files and messages are
newest first. The owner's messages are known by the name in the profile, where that lies in the
download too. Left out: calls, unsent messages, notices, reactions, media without a text. UTC.
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
    SYSTEM,
    UNSUPPORTED,
    Drop,
    Format,
    ReadOptions,
    Row,
    media,
)
from ingest.formats.meta_owner import owner_name
from ingest.formats.meta_phrases import NAMELESS, is_attachment, why_no_message
from ingest.json_arrays import array_parts
from ingest.json_elements import Elements, decode_part
from ingest.source import Source
from ingest.times import from_epoch
from persona.data import Message

PART = re.compile(r"_\d+\.(?:json|html?)$", re.IGNORECASE)
_NUMBER = re.compile(r"_\d+$")
SUBSCRIPTIONS = ("Subscribe", "Unsubscribe")


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
    return PART.sub("", source.inner)


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of one thread, oldest first where the export is newest first."""
    chat = None
    owner = mended(owner_name(source) or "")
    for file in reversed(source.files):
        posts, around = _read(file)
        chat = _title(around) or chat or source.folder or source.stem
        known = [post for post in posts if post is not None]
        yield from (Drop(DAMAGED) for _ in range(len(posts) - len(known)))
        if known and (_stamp(known[0]) or 0) >= (_stamp(known[-1]) or 0):
            known.reverse()
        senders = {_sender(post) for post in known}
        mine = owner if owner in senders else None
        yield from (_row(chat, post, mine, options) for post in known)


def _read(file: Source) -> tuple[list[_Post | None], bytes]:
    """The messages of a file, and what stands around them."""
    posts: list[_Post | None] = []
    around = b""
    for part in array_parts(file, "messages"):
        around += part.before
        posts += _POSTS.of(part)
    return posts, around


def _title(raw: bytes) -> str | None:
    """What the thread is called; 'Ann' for 'Ann_40', as threads are numbered where encrypted."""
    numbered = mended(decode_part(raw, "threadName", str) or "")
    for name in (_NUMBER.sub("", numbered), mended(decode_part(raw, "title", str) or "")):
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


def _sender(post: _Post) -> str:
    return mended(post.sender_name or post.sender or "") or "Deleted User"


def _row(chat: str, post: _Post, owner: str | None, options: ReadOptions) -> Row:
    sender = _sender(post)
    text = mended(post.content if post.content is not None else post.text or "")
    if post.is_unsent or post.unsent:
        return Drop(DELETED)
    if post.type == "placeholder":
        return Drop(UNSUPPORTED)
    if post.type == "Call" or post.call_duration is not None:
        return Drop(CALL)
    if reason := SYSTEM if post.type in SUBSCRIPTIONS else why_no_message(sender, text):
        return Drop(reason)
    stamp = _stamp(post)
    mine = sender == owner if owner else None
    message = Message(chat, sender, from_epoch(stamp) if stamp else None, text, mine)
    if text.strip() and not is_attachment(sender, text):
        return message
    has_media = text or any(
        (post.photos, post.videos, post.audio_files, post.files, post.gifs, post.sticker,
         post.share, post.media)
    )  # fmt: skip
    message = Message(chat, sender, message.sent_at, "", mine)
    return media(options, message) if has_media else Drop(EMPTY)


FORMAT = Format(
    name="meta",
    needs="keys",
    sniff=sniff,
    parse=parse,
    unit=unit,
    companions=frozenset({"profile_information.json", "personal_information.json"}),
)
