"""WeChat as JSON: WeFlow and echotrace, one chat a file.

    {"weflow": {...}, "session": {"wxid": "wxid_ann", "displayName": "Ann", "type": "私聊"},
     "messages": [{"localId": 1, "createTime": 1700000000, "type": "文本消息", "content": "hi",
       "isSend": 0, "senderUsername": "wxid_ann", "senderDisplayName": "Ann"}], "avatars": {...}}

Avatars in the session may push the messages far down. Left out: notices, calls, forwarded chats,
pictures and other media. The owner's messages have `isSend` 1. Times are UTC.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from ingest.detect import Head
from ingest.format import DAMAGED, EMPTY, MEDIA, SYSTEM, Drop, Format, ReadOptions, Row, media
from ingest.formats.wechat_types import reason_to_drop, without_quote
from ingest.json_elements import Elements, decode_part
from ingest.source import Source
from ingest.times import from_epoch, from_iso
from persona.data import Message


class _Session(msgspec.Struct, rename="camel"):
    wxid: str | None = None
    nickname: str | None = None
    remark: str | None = None
    display_name: str | None = None


class _Sender(msgspec.Struct, rename="camel"):
    sender_id: int | str = msgspec.field(name="senderID", default="")
    display_name: str | None = None


class _Post(msgspec.Struct, gc=False, rename="camel"):
    create_time: float | str | None = None
    formatted_time: str | None = None
    type: str | int | None = None
    content: str | None = None
    is_send: int | bool | None = None
    sender_username: str | None = None
    sender_display_name: str | None = None
    sender_id: int | str | None = msgspec.field(name="senderID", default=None)


_POSTS = Elements(_Post)


def sniff(head: Head) -> float:
    """A session with a WeChat id; then messages with its own key names."""
    if not head.has("session.wxid"):
        return 0.0
    named = {"messages[].isSend", "messages[].localId", "weflow.version"} & head.keys
    return 0.97 if named else 0.85


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of one chat, in the file's order."""
    chat, known = source.stem, b""
    names: dict[str, str] = {}
    for before, post in _POSTS.under(source, "messages"):
        if before is not known:
            known = before
            at = decode_part(before, "session", _Session) or _Session()
            chat = at.display_name or at.remark or at.nickname or at.wxid or chat
            senders = decode_part(before, "senders", list[_Sender]) or []
            names = {str(who.sender_id): who.display_name or "" for who in senders}
        yield Drop(DAMAGED) if post is None else _row(chat, post, names, options)


def _row(chat: str, post: _Post, names: Mapping[str, str], options: ReadOptions) -> Row:
    reason = reason_to_drop(str(post.type or ""))
    if (post.sender_username or "").endswith("@chatroom"):
        reason = SYSTEM
    if reason and reason != MEDIA:
        return Drop(reason)
    sender = post.sender_display_name or names.get(str(post.sender_id)) or post.sender_username
    mine = None if post.is_send is None else bool(post.is_send)
    text = "" if reason else without_quote(post.content or "")
    message = Message(chat, sender or "unknown", _time(post), text, mine)
    if reason:
        return media(options, message)
    return message if text.strip() else Drop(EMPTY)


def _time(post: _Post) -> datetime | None:
    stamp = post.create_time
    if isinstance(stamp, str):
        return from_epoch(float(stamp)) if stamp.isdigit() else from_iso(stamp)
    if stamp:
        return from_epoch(stamp)
    return from_iso(post.formatted_time or "")


FORMAT = Format(name="wechat-json", needs="keys", sniff=sniff, parse=parse)
