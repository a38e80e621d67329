r"""Telegram Desktop's JSON export: `result.json` of one chat or of the whole account.

    {"id": 7, "type": "message", "date": "2024-02-01T09:30:05", "date_unixtime": "1706779805",
     "from": "Alice", "from_id": "user1000", "text": ["look: ", {"type": "link", "text": "x.org"}]}

Also what is not quite JSON in it: control characters as \x1f and unquoted paths of custom emoji.
Left out: service and unsupported rows, media without a caption, what others wrote and the sender
only passed on, what a bot said in a chat with it or made for the sender (`via_bot`). Time zone:
that of the machine which exported, found from the two times of each row; old exports have one time
and no zone.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import repeat

import msgspec
from msgspec import UNSET

from ingest.detect import Head
from ingest.format import (
    BOT,
    DAMAGED,
    EMPTY,
    FORWARDED,
    MEDIA,
    SYSTEM,
    UNSUPPORTED,
    Batch,
    Drop,
    Format,
    ReadOptions,
    Row,
)
from ingest.formats.telegram_posts import (
    Post,
    joined,
    placeholder,
    post_times,
    read_posts,
    repaired,
)
from ingest.json_arrays import ArrayPart, array_parts
from ingest.json_elements import BROKEN
from ingest.source import Source
from persona.data import Message

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
    bot = number if kind == "bot_chat" else None
    return _Chat(name, number if kind == "saved_messages" else owner, bot=bot)


def _string(raw: bytes | None) -> str | None:
    if raw is None:
        return None
    try:
        return msgspec.json.decode(repaired(raw), type=str | None)
    except BROKEN:
        return raw.decode("utf-8", "replace").strip('"')


def _ids(number: str | None) -> set[str | int | None]:
    """How the versions of the program write that an account sent something."""
    return {number, f"user{number}", int(number)} if number else set()


class _Chat:
    """One chat's rows to messages."""

    def __init__(self, name: str, owner: str | None, *, bot: str | None = None) -> None:
        self.name = name
        self.owners = _ids(owner)
        self.bots = _ids(bot)

    def read(self, part: ArrayPart, *, keep_media: bool) -> tuple[Batch, Counter[str]]:
        """The messages of a part, and what was left out."""
        if not part.elements or part.elements.isspace():
            return [], Counter()
        posts, damaged = read_posts(part.elements, with_media=keep_media)
        kept = [post for post in posts if post.type == "message"]
        drops = Counter({DAMAGED: damaged}) if damaged else Counter[str]()
        if len(kept) < len(posts):
            types = (post.type for post in posts if post.type != "message")
            drops.update(SYSTEM if kind == "service" else UNSUPPORTED for kind in types)
        if [post.forwarded_from for post in kept].count(UNSET) < len(kept):
            own = [post for post in kept if not post.is_by_another]
            drops += Counter({FORWARDED: len(kept) - len(own)})  # nothing where that is 0
            kept = own
        if self.bots or any(post.via_bot for post in kept):
            own = [post for post in kept if not post.via_bot and post.from_id not in self.bots]
            drops += Counter({BOT: len(kept) - len(own)})
            kept = own
        texts = [post.text if type(post.text) is str else joined(post.text) for post in kept]
        batch = self._messages(kept, texts)
        return (batch if all(texts) else _with_media(kept, batch, drops, keep=keep_media)), drops

    def _messages(self, posts: list[Post], texts: list[str]) -> Batch:
        """Rows as messages, column by column; those without text too."""
        senders = [post.sender or str(post.from_id or "Deleted Account") for post in posts]
        mine: Iterable[bool | None] = repeat(None)
        if self.owners:
            mine = [post.from_id in self.owners for post in posts]
        return list(map(Message, repeat(self.name), senders, post_times(posts), texts, mine))


def _with_media(posts: list[Post], batch: Batch, drops: Counter[str], *, keep: bool) -> Batch:
    """The batch without its empty messages, or with what stands for the media in them."""
    kept = []
    for post, message in zip(posts, batch, strict=True):
        if message.text:
            kept.append(message)
            continue
        instead = placeholder(post)
        if keep and instead:
            kept.append(msgspec.structs.replace(message, text=instead))
        else:
            drops[MEDIA if instead else EMPTY] += 1
    return kept


FORMAT = Format(name="telegram", needs="keys", sniff=sniff, parse=parse)
