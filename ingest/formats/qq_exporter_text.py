"""qq-chat-exporter's plain text, of its ordinary and of its streaming way.

    [QQChatExporter V5 / https://github.com/shuakami/qq-chat-exporter]
    聊天名称: Tea Room
    聊天类型: 群聊

    [群主] Ann:
    时间: 2024-01-01 00:03:20
    内容: @Bo look
    资源: 1 个文件
      - image: tea.png
    提及: Bo

    [#1] 2024/1/1 00:03:20 Ann                       streaming: the text on the next lines
    hi

Local time; neither the owner nor the accounts are given, and a title before a name changes, so it
goes. Left out: media, system messages, forwarded chats, the marks of files, mentions and replies.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, pairwise

import msgspec

from ingest.body import Body
from ingest.detect import Head
from ingest.format import EMPTY, FORWARDED, SYSTEM, Drop, Format, ReadOptions, Row, media
from ingest.formats.qq_marks import FORWARD, MEDIA, NOTHING, NOTICE, REPLY
from ingest.formats.qq_text import read_time
from ingest.source import Source
from ingest.text import lines
from persona.data import Message

_WRITER = re.compile(r"\[QQChatExporter V\d+ / |QQ聊天记录导出文件")
_TIME = re.compile(r"时间: (\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?)")
_STREAMED = re.compile(r"\[#\d+\] (\d{4}/\d{1,2}/\d{1,2} \d{1,2}:\d\d:\d\d) (.*)")
_NUMBER = re.compile(r"\[\d+\]")
_TITLE = re.compile(r"^\[[^\]]{1,30}\] (?=\S)")
_FIELDS = re.compile(r"\A\n(?:时间: [^\n]*(?:\n类型: \S+)?(?:\n内容: ?|(?=\n|\Z)))?")
_FOOTER = re.compile(r"\n={40,}+\n\s*+导出完成[\s\S]*\Z")
_MENTIONS = re.compile(r"\n提及: [^\n]*\Z")
_FILES = re.compile(
    r"(?:\A|\n)(?:资源: \d+ 个文件(?:\n  - \w+: [^\n]*)*"
    r"|\[(?:image|video|audio|file): [^\]\n]*\](?: \[(?:image|video|audio|file): [^\]\n]*\])*)\Z"
)


def sniff(head: Head) -> float:
    """Its writer's line or title, and at least one message."""
    if not _WRITER.search(head.text[:500]):
        return 0.0
    has_message = any(_TIME.fullmatch(line) or _STREAMED.fullmatch(line) for line in head.lines)
    return 0.98 if has_message else 0.0


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of one chat, in the file's order."""
    chat, is_group, count = source.stem, False, 0
    for entry in _entries(lines(source)):
        if isinstance(entry, str):
            field, _, value = entry.partition(": ")
            chat = value if field == "聊天名称" else chat
            is_group = is_group or entry == "聊天类型: 群聊"
        else:
            count += 1
            name = _TITLE.sub("", entry.sender) if is_group else entry.sender
            sent_at, text = read_time(entry.stamp), _body(entry, count)
            yield _row(Message(chat, name or "unknown", sent_at, text), options)


@dataclass(frozen=True, slots=True)
class _Entry:
    sender: str
    stamp: str
    body: Body


def _entries(rows: Iterator[str]) -> Iterator[_Entry | str]:
    """The lines of the file's head one by one, then every message with its lines."""
    entry: _Entry | None = None
    is_after_gap = True
    for line, below in pairwise(chain(rows, [""])):
        if started := _started(line, below, is_after_gap=is_after_gap):
            if entry:
                yield entry
            entry = started
        elif entry:
            entry.body.add(line)
        else:
            yield line
        is_after_gap = not line.strip() or _NUMBER.fullmatch(line) is not None
    if entry:
        yield entry


def _started(line: str, below: str, *, is_after_gap: bool) -> _Entry | None:
    """The message whose first line this is: a name above a time, or a streamed header."""
    if is_after_gap and line.endswith(":") and (found := _TIME.fullmatch(below)):
        return _Entry(line[:-1], found[1], Body(""))
    if line.startswith("[#") and (found := _STREAMED.fullmatch(line)):
        return _Entry(found[2], found[1].replace(" 24:", " 0:"), Body(""))
    return None


def _body(entry: _Entry, number: int) -> str:
    """What stands under a header, `number` being the message's place in the file."""
    text = _FIELDS.sub("", entry.body.text, count=1)
    text = _FOOTER.sub("", text.removesuffix(f"\n[{number + 1}]")).rstrip("\n")
    if REPLY.match(text):
        text = text.rpartition("\n回复: ")[0] or text
    return _MENTIONS.sub("", text)


def _row(message: Message, options: ReadOptions) -> Row:
    bare = _FILES.sub("", message.text)
    text = REPLY.sub("", bare)
    typed = text.strip()
    if typed in (NOTICE, FORWARD):
        return Drop(SYSTEM if typed == NOTICE else FORWARDED)
    if MEDIA.fullmatch(typed) or (not typed and bare != message.text):
        return media(options, msgspec.structs.replace(message, text=""))
    if not typed or typed == NOTHING:
        return Drop(EMPTY)
    return msgspec.structs.replace(message, text=text)


FORMAT = Format(name="qq-exporter-text", sniff=sniff, parse=parse)
