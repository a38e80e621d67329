"""WeChat as plain text: WeFlow (name in quotation marks) and MemoTrace (WeChatMsg), a file a chat.

    2026-03-13 22:39:28 '我'                         MemoTrace: 2026-03-13 22:39:28 Ann
    hi

Local time. 我 or 你 in a chat of two is the owner. Left out: pictures and all else in brackets
that is no text, calls, forwarded chats, notices, and the quoted message behind an answer.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from ingest.body import Body
from ingest.detect import Head
from ingest.format import (
    CALL,
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
from ingest.formats.wechat_types import without_quote
from ingest.source import Source
from ingest.text import lines
from ingest.times import TimeReader
from persona.data import Message

SAMPLE = 50_000
OWNERS = ("我", "你")
_HEADER = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (.{1,60})")
_QUOTED = re.compile(r"'(.*)'")
_OTHER = re.compile(
    r".*(?:\(\d{4,12}\)|<[^<>\s]+@[^<>\s]+>|[\t|\]:])|\W*(?:[A-Z]{4,}|消息记录)\b.*"
)
"""A header of QQ's export, or a line of a log."""
_CALL = re.compile(r"\[(?:语音|视频)?通话\].*")
_MEDIA = re.compile(
    r"\s*\[(?:图片|语音|语音消息|视频|视频消息|表情包?|动画表情|文件|位置|位置消息|名片|链接|小程序|音乐分享|音乐"
    r"|红包|微信红包|转账|接龙|视频号|其他消息|语音消息 - 转文字失败)(?: [^\]\n]*)?\][\s\S]*"
    r"|(?:[^\n]*/)?(?:images|voices|videos|emojis|files)/[^\n/]+\.\w{2,5}"
)
_NOTICE = re.compile(
    r".{0,60}(?:邀请.{1,80}加入了群聊|加入了群聊|修改群名为.{1,80}|移出了群聊|拍了拍.{0,60}|领取了.{1,40}的红包)[。\"”]?"
    r"|你已添加了.{1,40}现在可以开始聊天了。|以上是打招呼的内容"
)
_TAKEN_BACK = re.compile(r".{0,60}撤回了一条消息.{0,10}")


def sniff(head: Head) -> float:
    """Names in quotation marks over many paragraphs; bare ones over most, and they come again."""
    if not any(map(_HEADER.fullmatch, head.timed)):
        return 0.0
    names = [found[2] for found in _headers(head.lines) if not _OTHER.fullmatch(found[2])]
    paragraphs = sum(1 for _ in _paragraphs(head.lines))
    quoted = sum(1 for name in names if _QUOTED.fullmatch(name))
    if quoted * 3 > paragraphs:
        return 0.95
    is_known = len(set(names)) <= max(2, len(names) // 2)
    return 0.7 if names and is_known and len(names) * 10 > paragraphs * 7 else 0.0


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of one chat, in the file's order."""
    names = Counter(found[2] for found in _headers(islice(lines(source), SAMPLE)))
    is_quoted = sum(names[name] for name in names if _QUOTED.fullmatch(name)) * 2 > names.total()
    people = {_name(name) for name in names}
    owner = next((name for name in OWNERS if name in people and len(people) <= 2), None)
    for entry in _entries(lines(source), is_quoted=is_quoted):
        yield entry if isinstance(entry, Drop) else _row(source.stem, entry, owner, options)


@dataclass(frozen=True, slots=True)
class _Entry:
    stamp: str
    name: str
    body: Body


def _paragraphs(rows: Iterable[str]) -> Iterator[str]:
    is_after_gap = True
    for line in rows:
        if is_after_gap and line.strip():
            yield line
        is_after_gap = not line.strip()


def _headers(rows: Iterable[str]) -> Iterator[re.Match[str]]:
    return (found for line in _paragraphs(rows) if (found := _HEADER.fullmatch(line)))


def _name(shown: str) -> str:
    return found[1] if (found := _QUOTED.fullmatch(shown)) else shown


def _entries(rows: Iterable[str], *, is_quoted: bool) -> Iterator[_Entry | Drop]:
    entry: _Entry | None = None
    is_after_gap = True
    for line in rows:
        found = _HEADER.fullmatch(line) if is_after_gap else None
        if found and (not is_quoted or _QUOTED.fullmatch(found[2])):
            if entry:
                yield entry
            entry = _Entry(found[1], _name(found[2]), Body(""))
        elif entry:
            entry.body.add(line)
        elif line.strip():
            yield Drop(DAMAGED)
        is_after_gap = not line.strip()
    if entry:
        yield entry


def _row(chat: str, entry: _Entry, owner: str | None, options: ReadOptions) -> Row:
    text = without_quote(entry.body.text[1:])  # the line break behind the header
    if reason := _reason(entry.name, entry.body.text.strip()):
        return Drop(reason)
    mine = None if owner is None else entry.name == owner
    message = Message(chat, entry.name or "unknown", _TIMES.read(entry.stamp), text, mine)
    if _MEDIA.fullmatch(text):
        return media(options, Message(chat, message.sender, message.sent_at, "", mine))
    return message if text.strip() else Drop(EMPTY)


def _reason(name: str, text: str) -> str | None:
    """Why this is no message; MemoTrace writes a notice where the name belongs."""
    if _TAKEN_BACK.fullmatch(text or name):
        return DELETED
    if _NOTICE.fullmatch(text or name) or text == "[系统消息]":
        return SYSTEM
    if _CALL.fullmatch(text):
        return CALL
    return FORWARDED if text.startswith("[聊天记录]") else None


_TIMES = TimeReader([], date_order="ymd")

FORMAT = Format(name="wechat-text", needs="times", sniff=sniff, parse=parse)
