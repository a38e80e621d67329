r"""Telegram Desktop's JSON export: `result.json` of one chat or of the whole account.

    {"id": 7, "type": "message", "date": "2024-02-01T09:30:05", "date_unixtime": "1706779805",
     "from": "Alice", "from_id": "user1000", "text": ["look: ", {"type": "link", "text": "x.org"}]}

Also what is not quite JSON in it: control characters as \x1f and unquoted paths of custom emoji.
Left out: service and unsupported rows, media without a caption. Time zone: that of the machine
which exported, found from the two times of each row; old exports have one time and no zone.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from functools import cache

import msgspec

from ingest.detect import Head
from ingest.format import (
    DAMAGED,
    EMPTY,
    MEDIA,
    SYSTEM,
    UNSUPPORTED,
    Batch,
    Drop,
    Format,
    ReadOptions,
    Row,
)
from ingest.json_arrays import ArrayPart, array_parts, single_elements
from ingest.source import Source
from persona.data import Message

EPOCH = datetime(1970, 1, 1)
LARGEST_OFFSET = 15 * 3600

_BAD_ESCAPE = re.compile(rb"(?<!\\)((?:\\\\)*)\\x([0-9A-Fa-f]{2})")
_BARE_PATH = re.compile(rb'("document_id"\s*:\s*)(?!["\d\[{]|null)([^\n]*?)(\s*[,}\n])')
_HEADER = re.compile(
    rb'(?:"name"\s*:\s*(?P<name>null|"(?:[^"\\]|\\.)*")\s*,\s*)?"type"\s*:\s*"(?P<type>\w+)"\s*,'
    rb'\s*"id"\s*:\s*(?P<id>-?\d+)\s*,\s*"messages"\s*:\s*\[$',
    re.DOTALL,
)
_SELF = re.compile(rb'"personal_information"\s*:\s*\{\s*"user_id"\s*:\s*(\d+)')
_NAMELESS = {
    "saved_messages": "Saved Messages",
    "replies": "Replies",
    "verification_codes": "Verification Codes",
}


class _Piece(msgspec.Struct, gc=False):
    text: str = ""


class _Post(msgspec.Struct, gc=False, rename={"sender": "from"}):
    type: str = ""
    date: datetime | None = None
    date_unixtime: str | None = None
    sender: str | None = None
    from_id: str | int | None = None
    text: str | list[str | _Piece] = ""
    photo: str | None = None
    file: str | None = None
    media_type: str | None = None
    sticker_emoji: str | None = None
    poll: object = None
    contact_information: object = None
    location_information: object = None
    game_title: object = None
    invoice_information: object = None
    todo_list: object = None


_POSTS = msgspec.json.Decoder(list[_Post])
_POST = msgspec.json.Decoder(_Post)


def sniff(head: Head) -> float:
    """Its own key names, for one chat and for an account."""
    keys = head.keys
    if {"messages", "messages[].date", "messages[].id", "messages[].type"} <= keys:
        return 0.95 if {"messages[].from", "messages[].actor"} & keys else 0.5
    if {"chats.list", "chats.about"} <= keys or "chats.list[].messages" in keys:
        return 0.95
    return 0.7 if {"personal_information.user_id", "about"} <= keys else 0.0


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of every chat, in the file's order. Batches."""
    owner: str | None = None
    chats: dict[str, str] = {}
    reader = _Chat("", None)
    for part in array_parts(source, "messages"):
        if part.before:
            owner = _owner(part.before) or owner
            reader = _chat(part.before, source, owner=owner, chats=chats)
        batch, drops = reader.read(part, keep_media=options.keep_media)
        yield batch
        yield from (Drop(reason, count) for reason, count in drops.items())


def _owner(before: bytes) -> str | None:
    found = _SELF.search(before)
    return found[1].decode() if found else None


def _chat(before: bytes, source: Source, *, owner: str | None, chats: dict[str, str]) -> "_Chat":
    """Who talks where, from what stands in front of the messages. Adds to `chats`: name to id."""
    header = _HEADER.search(before[-65536:])
    if header is None:
        return _Chat(source.stem, owner)
    kind, number = header["type"].decode(), header["id"].decode()
    name = _string(header["name"]) or _NAMELESS.get(kind) or f"Deleted Account {number}"
    if chats.setdefault(name, number) != number:
        name = f"{name} ({number})"
    return _Chat(name, number if kind == "saved_messages" else owner)


def _string(raw: bytes | None) -> str | None:
    if raw is None:
        return None
    try:
        return msgspec.json.decode(repaired(raw), type=str | None)
    except msgspec.DecodeError:
        return raw.decode("utf-8", "replace").strip('"')


class _Chat:
    """One chat's rows to messages."""

    def __init__(self, name: str, owner: str | None) -> None:
        self.name = name
        self.owners = {owner, f"user{owner}", int(owner)} if owner else set()

    def read(self, part: ArrayPart, *, keep_media: bool) -> tuple[Batch, Counter[str]]:
        """The messages of a part, and what was left out."""
        drops: Counter[str] = Counter()
        posts = _posts(part, drops)
        batch: Batch = []
        name, owners = self.name, self.owners
        for post in posts:
            if post.type != "message":
                drops[SYSTEM if post.type == "service" else UNSUPPORTED] += 1
                continue
            text = post.text if type(post.text) is str else _joined(post.text)
            if not text:
                text = _placeholder(post)
                if not keep_media or not text:
                    drops[MEDIA if text else EMPTY] += 1
                    continue
            sender = post.sender or str(post.from_id or "Deleted Account")
            mine = post.from_id in owners if owners else None
            batch.append(Message(name, sender, _time(post), text, mine))
        return batch, drops


def _posts(part: ArrayPart, drops: Counter[str]) -> list[_Post]:
    """The rows of a part, all at once; one by one and mended where that fails."""
    if not part.elements.strip():
        return []
    try:
        return _POSTS.decode(b"[" + part.elements + b"]")
    except msgspec.DecodeError:
        pass
    posts = []
    for element in single_elements(repaired(part.elements)):
        try:
            posts.append(_POST.decode(element))
        except msgspec.DecodeError:
            drops[DAMAGED] += 1
    return posts


def repaired(raw: bytes) -> bytes:
    """The two ways in which Telegram writes invalid JSON, mended."""
    return _BARE_PATH.sub(rb'\1"\2"\3', _BAD_ESCAPE.sub(rb"\1\\u00\2", raw))


def _joined(pieces: "str | list[str | _Piece]") -> str:
    return "".join(piece if isinstance(piece, str) else piece.text for piece in pieces)


def _placeholder(post: _Post) -> str:
    """What stands for a message without text: '<photo>', '<sticker 🙂>'; empty if it is none."""
    if post.media_type:
        return f"<{post.media_type} {post.sticker_emoji or ''}".rstrip() + ">"
    for kind in ("photo", "file", "poll", "contact_information", "location_information",
                 "game_title", "invoice_information", "todo_list"):  # fmt: skip
        if getattr(post, kind) is not None:
            return f"<{kind}>"
    return ""


def _time(post: _Post) -> datetime | None:
    """The local time with its offset where the row has both times."""
    local, seconds = post.date, post.date_unixtime
    if seconds is None or not seconds.isascii() or not seconds.isdigit() or len(seconds) > 11:
        return local
    if local is None or local.tzinfo:
        return datetime.fromtimestamp(int(seconds), tz=UTC)
    delta = local - EPOCH
    offset = delta.days * 86400 + delta.seconds - int(seconds)
    zone = _zone(offset)
    return local.replace(tzinfo=zone) if zone else datetime.fromtimestamp(int(seconds), tz=UTC)


@cache
def _zone(offset: int) -> timezone | None:
    """The zone `offset` seconds east of UTC; None if there is no such zone."""
    if abs(offset) > LARGEST_OFFSET or offset % 900:
        return None
    return timezone(timedelta(seconds=offset)) if offset else UTC


FORMAT = Format(name="telegram", sniff=sniff, parse=parse)
