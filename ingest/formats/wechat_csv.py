"""WeChat as a table: WeClone, PyWxDump, WeFlow and MemoTrace (WeChatMsg), one file a chat.

    id,MsgSvrID,type_name,is_sender,talker,room_name,msg,src,CreateTime
    1,7437267147299592543,文本,0,wxid_ann,wxid_ann,hi,,2024/10/4 11:42
    localId,TalkerId,Type,SubType,IsSender,CreateTime,Status,StrContent,StrTime,Remark,NickName,...

A chat exported in pieces (`ann_0_5000.csv`) is one chat. Left out: notices, calls, messages taken
back, forwarded chats, pictures and other media. Times are local, or UTC where they are numbers.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import chain, islice
from posixpath import dirname, join

import msgspec

from ingest.csv_rows import csv_rows
from ingest.detect import Head, decode
from ingest.format import DAMAGED, EMPTY, MEDIA, Drop, Format, ReadOptions, Row, media
from ingest.formats.wechat_types import reason_to_drop, without_quote
from ingest.source import Source
from ingest.times import TimeReader, from_epoch
from persona.data import Message

ME = "我"
"""The owner, where a table puts the partner's name in the owner's rows as well."""

SAMPLE = 20_000
WECLONE = {"type_name", "is_sender", "talker", "createtime"}
MEMOTRACE = {"talkerid", "type", "issender", "createtime", "strcontent", "nickname"}
CHINESE = {"类型", "发送人", "时间", "内容"}
_PIECE = re.compile(r"_\d+_\d+$")

Cells = Mapping[str, str | None]


class _Body(msgspec.Struct):
    msg: str = ""


def sniff(head: Head) -> float:
    """The column names of one of these writers."""
    names = {name.strip("\ufeff ").casefold() for name in head.columns}
    known = (WECLONE, MEMOTRACE, CHINESE)
    return 0.97 if any(names.issuperset(columns) for columns in known) else 0.0


def unit(source: Source) -> str:
    """The pieces of one chat, which lie in one folder."""
    return join(dirname(source.inner), _PIECE.sub("", source.stem))


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of one chat, piece by piece."""
    sample = [row for file in source.files for row in islice(_rows(file), SAMPLE) if row]
    others = {_name(row) for row in sample if _mine(row) is False}
    rooms = {row.get("room_name") or "" for row in sample}
    tells_chat = len(rooms) == 1 or all(room.endswith("@chatroom") for room in rooms)
    talkers = {row.get("talkerid") for row in sample}
    stem = _PIECE.sub("", source.stem)
    for row in chain.from_iterable(map(_rows, source.files)):
        if row is None:
            yield Drop(DAMAGED)
            continue
        chat = f"{stem} {row.get('talkerid')}" if len(talkers) > 1 else stem
        yield _row(row, (tells_chat and row.get("room_name")) or chat, others, options)


def _rows(file: Source) -> Iterator[Cells | None]:
    return csv_rows(file, decode(file.head()))


def _row(row: Cells, chat: str, others: set[str], options: ReadOptions) -> Row:
    reason = reason_to_drop(row.get("type_name") or row.get("type") or row.get("类型") or "")
    if reason and reason != MEDIA:
        return Drop(reason)
    mine, name, text = _mine(row), _name(row), "" if reason else _text(row)
    sender = ME if mine and (not name or name in others) else name
    message = Message(chat, sender or "unknown", _time(row), text, mine)
    if reason:
        return media(options, message)
    return message if text.strip() else Drop(EMPTY)


def _mine(row: Cells) -> bool | None:
    mark = row.get("is_sender") or row.get("issender")
    return {"1": True, "0": False}.get((mark or "").strip())


def _name(row: Cells) -> str:
    names = ("talker", "remark", "nickname", "sender", "发送人")
    return next((name for key in names if (name := (row.get(key) or "").strip())), "")


def _text(row: Cells) -> str:
    for key in ("msg", "strcontent", "内容"):
        if row.get(key):
            return without_quote(row[key] or "")
    try:
        return msgspec.json.decode(row.get("content") or "", type=_Body).msg
    except msgspec.DecodeError:
        return row.get("content") or ""


def _time(row: Cells) -> datetime | None:
    stamp = (row.get("createtime") or row.get("时间") or "").strip()
    if stamp.isascii() and stamp.isdigit() and len(stamp) >= 9:
        return from_epoch(int(stamp))
    return _TIMES.read(stamp)


_TIMES = TimeReader([], date_order="ymd")

FORMAT = Format(name="wechat-csv", sniff=sniff, parse=parse, unit=unit)
