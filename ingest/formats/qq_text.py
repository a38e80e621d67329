"""QQ's own text export, of one chat or of all.

    消息记录（此消息记录为文本格式，不支持重新导入）
    ================================================================
    消息对象:Tea Room
    ================================================================

    2019-07-16 18:15:05 【管理员】Ann(23333233)          or 8:43:38 PM, or Bo<bo@example.org>
    hi

Local time; the owner is not marked. An account keeps the name it was first seen with. Left out:
system messages, messages taken back, pictures and other media without a text.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from ingest.body import Body
from ingest.detect import Head
from ingest.format import DAMAGED, DELETED, EMPTY, SYSTEM, Drop, Format, ReadOptions, Row, media
from ingest.formats.qq_accounts import Accounts
from ingest.source import Source
from ingest.text import lines
from ingest.times import TimeReader
from persona.data import Message

SAMPLE = 50_000
SYSTEM_ACCOUNTS = frozenset({"10000", "1000000"})
TITLE = "消息记录（此消息记录为文本格式"
_HEADER = re.compile(
    r"(?P<time>\d{4}[-/]\d{1,2}[-/]\d{1,2} (?:[上下]午 ?)?\d{1,2}:\d{1,2}:\d{1,2}(?: [AP]M)?) "
    r"(?P<name>.{0,100}?)\s{0,9}"
    r"(?:\((?P<number>\d{4,12})\)|<(?P<mail>[^<>\s@]{1,80}@[^<>\s]{1,80})>)?\s{0,9}"
)
_RULE = re.compile(r"={20,}")
_OBJECT = re.compile(r"消息对象[:：]\s*(.*)")
_MEDIA = re.compile(
    r"(?:\s*\[(?:图片|表情|动画表情|语音|视频|短视频|文件|位置|地理位置|链接|卡片消息|分享|音乐|小程序"
    r"|红包|QQ红包|转账|礼物|闪照|窗口抖动|转发|聊天记录)\])+\s*"
)
_TAKEN_BACK = re.compile(r".{0,60}撤回了一条消息(?:，.{0,40}| 重新编辑)?")


def sniff(head: Head) -> float:
    """Its title, or headers with a number or an address on many lines."""
    has_title = TITLE in head.text[:200]
    headers = [found for line in head.timed if (found := _HEADER.fullmatch(line))]
    if has_title:
        return 0.99 if headers else 0.6
    accounts = sum(1 for found in headers if found["number"] or found["mail"])
    return 0.9 if accounts * 12 > len(head.lines) else 0.0


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of every chat in the file, in its order."""
    shape = _shape(islice(lines(source), SAMPLE))
    accounts = Accounts()
    chat = source.stem
    for entry in _entries(lines(source), shape):
        if isinstance(entry, str):
            chat = entry or source.stem
        elif isinstance(entry, Drop):
            yield entry
        else:
            yield _row(chat, entry, accounts, options)


@dataclass(frozen=True, slots=True)
class _Shape:
    """What all headers of a file have: an account, an empty line above."""

    has_account: bool
    is_below_blank: bool


@dataclass(frozen=True, slots=True)
class _Entry:
    header: re.Match[str]
    body: Body


def _shape(rows: Iterable[str]) -> _Shape:
    total = accounts = below = 0
    is_after_blank = True
    for line in rows:
        if found := _HEADER.fullmatch(line):
            total += 1
            accounts += bool(found["number"] or found["mail"])
            below += is_after_blank
        is_after_blank = not line.strip()
    return _Shape(accounts * 2 > total, below * 10 > total * 9)


def _entries(rows: Iterator[str], shape: _Shape) -> Iterator[_Entry | str | Drop]:
    """Every message with its lines, and the name of every chat before its messages."""
    entry: _Entry | None = None
    is_after_blank = is_after_rule = True
    for line in rows:
        if line.startswith("=") and _RULE.fullmatch(line):
            if entry:
                yield entry
            entry, is_after_rule = None, True
        elif entry is None and (found := _OBJECT.fullmatch(line)):
            yield found[1].strip()
        elif header := _header(line, shape, is_after_blank=is_after_blank or is_after_rule):
            if entry:
                yield entry
            entry, is_after_rule = _Entry(header, Body("")), False
        elif entry:
            entry.body.add(line)
        elif line.strip() and not line.startswith(("消息", "\ufeff消息")):
            yield Drop(DAMAGED)
        is_after_blank = not line.strip()
    if entry:
        yield entry


def _header(line: str, shape: _Shape, *, is_after_blank: bool) -> re.Match[str] | None:
    found = _HEADER.fullmatch(line) if line[:1].isdigit() else None
    if found is None or (shape.is_below_blank and not is_after_blank):
        return None
    return found if found["number"] or found["mail"] or not shape.has_account else None


def _row(chat: str, entry: _Entry, accounts: Accounts, options: ReadOptions) -> Row:
    number = entry.header["number"] or entry.header["mail"] or ""
    text = entry.body.text[1:]  # the line break behind the header
    if number in SYSTEM_ACCOUNTS or entry.header["name"] == "系统消息":
        return Drop(DELETED if _TAKEN_BACK.fullmatch(text) else SYSTEM)
    sender = accounts.name(number, entry.header["name"]) or "unknown"
    message = Message(chat, sender, read_time(entry.header["time"]), text)
    if _TAKEN_BACK.fullmatch(text):
        return Drop(DELETED)
    if _MEDIA.fullmatch(text):
        return media(options, Message(chat, sender, message.sent_at, ""))
    return message if text.strip() else Drop(EMPTY)


def read_time(stamp: str) -> datetime | None:
    """A time as QQ writes it: year first, hours of one or two digits, of 12 or of 24."""
    day, _, clock = stamp.partition(" ")
    padded = re.sub(r"\b\d\b", lambda found: "0" + found[0], clock)
    return _TIMES.read(f"{day} {padded}")


_TIMES = TimeReader([], date_order="ymd")

FORMAT = Format(name="qq-text", sniff=sniff, parse=parse)
