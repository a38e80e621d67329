"""The rows of a Telegram chat as records: decoded, mended where they are not quite JSON, dated.

A row has dozens of keys. Comparing them with the names of fields is what takes time, so only the
common ones are decoded at first, and all about media where it matters.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from operator import sub

import msgspec
from msgspec import UNSET, UnsetType

from ingest.json_arrays import single_elements
from ingest.json_elements import BROKEN
from ingest.times import from_epoch

EPOCH = datetime(1970, 1, 1)
LARGEST_OFFSET = 15 * 3600

_BAD_ESCAPE = re.compile(rb"(?<!\\)((?:\\\\)*)\\x([0-9A-Fa-f]{2})")
_BARE_PATH = re.compile(rb'("document_id"\s*:\s*)(?!["\d\[{]|null)([^\n]*?)(\s*[,}\n])')


class Piece(msgspec.Struct, gc=False):
    """A part of a text with its own look: a link, a mention, bold."""

    text: str = ""


class Post(msgspec.Struct, gc=False, rename={"sender": "from"}):
    """What many rows have."""

    type: str = ""
    date: datetime | None = None
    date_unixtime: int | None = None
    sender: str | None = None
    from_id: str | int | None = None
    forwarded_from: str | UnsetType | None = UNSET
    forwarded_from_id: str | int | None = None
    via_bot: str | None = None
    text: str | list[str | Piece] = ""
    photo: object = None
    file: object = None

    @property
    def is_by_another(self) -> bool:
        """Whether the sender passes on what somebody else wrote; null stands for a lost account."""
        if self.forwarded_from is UNSET:
            return False
        if self.forwarded_from_id is not None:
            return self.forwarded_from_id != self.from_id
        return self.forwarded_from is None or self.forwarded_from != self.sender

    @property
    def needs_more(self) -> bool:
        """Whether what little is decoded does not tell why it has no text."""
        return not (self.text or self.photo or self.file) and self.type == "message"


class MediaPost(Post, gc=False):
    """A row with everything that may be in it besides text."""

    media_type: str | None = None
    sticker_emoji: str | None = None
    poll: object = None
    contact_information: object = None
    location_information: object = None
    game_title: object = None
    invoice_information: object = None
    todo_list: object = None


def placeholder(post: Post) -> str:
    """What stands for a row without text: '<photo>', '<sticker 🙂>'; empty if nothing does."""
    if isinstance(post, MediaPost) and post.media_type:
        return f"<{post.media_type} {post.sticker_emoji or ''}".rstrip() + ">"
    kinds = (kind for kind in post.__struct_fields__ if kind not in _NO_MEDIA)
    return next((f"<{kind}>" for kind in kinds if getattr(post, kind) is not None), "")


_NO_MEDIA = (*Post.__struct_fields__[:-2], "media_type", "sticker_emoji")

# Not strict: `date_unixtime` is a number in quotation marks.
_POSTS = msgspec.json.Decoder(list[Post], strict=False)
_MEDIA_POSTS = msgspec.json.Decoder(list[MediaPost], strict=False)
_MEDIA_POST = msgspec.json.Decoder(MediaPost, strict=False)


def read_posts(elements: bytes, *, with_media: bool) -> tuple[Sequence[Post], int]:
    """The rows of a part of the array, and how many are damaged.

    with_media: all of them as `MediaPost`.
    """
    array = b"[%b]" % elements
    try:
        posts = [] if with_media else _POSTS.decode(array)
        silent = [post for post in posts if not post.text]
        if with_media or any(post.needs_more for post in silent):
            return _MEDIA_POSTS.decode(array), 0
        return posts, 0
    except BROKEN:
        return _one_by_one(repaired(elements))


def _one_by_one(elements: bytes) -> tuple[list[Post], int]:
    posts: list[Post] = []
    damaged = 0
    for element in single_elements(elements):
        try:
            posts.append(_MEDIA_POST.decode(element))
        except BROKEN:
            damaged += 1
    return posts, damaged


def repaired(raw: bytes) -> bytes:
    """The two ways in which Telegram writes invalid JSON, mended; U+FFFD for what is no UTF-8."""
    sound = raw.decode("utf-8", "replace").encode()
    if b"\\x" in sound:
        sound = _BAD_ESCAPE.sub(rb"\1\\u00\2", sound)
    return _BARE_PATH.sub(rb'\1"\2"\3', sound)


def joined(pieces: str | list[str | Piece]) -> str:
    """A text that is in pieces, each with its own look, as one."""
    return "".join([piece if isinstance(piece, str) else piece.text for piece in pieces])


def post_times(posts: Sequence[Post]) -> list[datetime | None]:
    """The time of each post; all at once where they share one zone, as most parts do."""
    try:
        since = [post.date - EPOCH for post in posts]  # type: ignore[operator]
        seconds = [post.date_unixtime for post in posts]
        offsets = set(map(sub, map(timedelta.total_seconds, since), seconds))
    except TypeError:  # a time is missing, or names its zone
        return list(map(_time, posts))
    zone = _zone(round(offsets.pop())) if len(offsets) == 1 else None
    if zone is None:
        return list(map(_time, posts))
    return list(map(EPOCH.replace(tzinfo=zone).__add__, since))


def _time(post: Post) -> datetime | None:
    """The local time with its offset where the row has both times."""
    local, seconds = post.date, post.date_unixtime
    if seconds is None:
        return local
    utc = from_epoch(seconds)
    if utc is None or local is None or local.tzinfo:
        return utc or local
    zone = _zone(round((local - utc.replace(tzinfo=None)).total_seconds()))
    return local.replace(tzinfo=zone) if zone else utc


@cache
def _zone(offset: int) -> timezone | None:
    """The zone `offset` seconds east of UTC; None if there is no such zone."""
    if abs(offset) > LARGEST_OFFSET or offset % 900:
        return None
    return timezone(timedelta(seconds=offset)) if offset else UTC
