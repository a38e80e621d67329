"""Cursor's own store: `state.vscdb`, an SQLite file in `globalStorage` or `workspaceStorage`.

    cursorDiskKV: composerData:<chat>       {"fullConversationHeadersOnly": [{"bubbleId": "b1"}]}
                  bubbleId:<chat>:<bubble>  {"type": 1, "text": "hi", "createdAt": "2025-10-01T..."}

Type 1 is the person, 2 the assistant. Older versions keep the bubbles inside `composerData`, the
oldest in `ItemTable` under the chat panel's key. Left out: tool calls, thoughts, empty bubbles.
Times are UTC, and missing in the older layouts.
"""

import sqlite3
from collections.abc import Iterator
from datetime import datetime

import msgspec

from ingest.databases import MAGIC, opened
from ingest.detect import Head
from ingest.format import DAMAGED, EMPTY, SYSTEM, TOOL, Drop, Format, ReadOptions, Row
from ingest.json_elements import BROKEN
from ingest.sides import answered, typed
from ingest.source import Source
from ingest.times import from_epoch, from_iso

PANEL = "workbench.panel.aichat.view.aichat.chatdata"
PERSONS = frozenset({1, "user"})
ASSISTANTS = frozenset({2, "ai"})


class _Bubble(msgspec.Struct):
    type: int | str | None = None
    text: str | None = None
    raw_text: str | None = msgspec.field(name="rawText", default=None)
    created_at: str | float | None = msgspec.field(name="createdAt", default=None)
    bubble_id: str | None = msgspec.field(name="bubbleId", default=None)
    tool: object = msgspec.field(name="toolFormerData", default=None)


class _Composer(msgspec.Struct):
    conversation: list[_Bubble] | None = None
    map: dict[str, _Bubble] | None = msgspec.field(name="conversationMap", default=None)
    headers: list[_Bubble] | None = msgspec.field(name="fullConversationHeadersOnly", default=None)


class _Tab(msgspec.Struct):
    bubbles: list[_Bubble] = []
    tab_id: str | None = msgspec.field(name="tabId", default=None)


class _Panel(msgspec.Struct):
    tabs: list[_Tab] = []


_BUBBLE = msgspec.json.Decoder(_Bubble)
_COMPOSER = msgspec.json.Decoder(_Composer)
_PANEL = msgspec.json.Decoder(_Panel)


def sniff(head: Head) -> float:
    """An SQLite file with Cursor's table, or with the one it has in common with VS Code."""
    if not head.data.startswith(MAGIC):
        return 0.0
    return 0.97 if b"cursorDiskKV" in head.data else 0.5 if b"ItemTable" in head.data else 0.0


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of every chat."""
    with opened(source) as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
        if "cursorDiskKV" in tables:
            yield from _composers(database)
        if "ItemTable" in tables:
            for key, raw in database.execute(
                "SELECT key, value FROM ItemTable WHERE key = ?", [PANEL]
            ):
                yield from _tabs(_json(raw), key)


def _composers(database: sqlite3.Connection) -> Iterator[Row]:
    found = database.execute(
        "SELECT key, value FROM cursorDiskKV WHERE key LIKE 'composerData:%' "
        "AND value IS NOT NULL ORDER BY rowid"
    )
    for key, raw in found:
        chat = key.partition(":")[2]
        try:
            composer = _COMPOSER.decode(_json(raw))
        except BROKEN:
            yield Drop(DAMAGED)
            continue
        yield from (_row(chat, bubble) for bubble in composer.conversation or ())
        apart = _bubbles(database, chat) if composer.headers else {}
        apart = (composer.map or {}) | apart
        for header in composer.headers or ():
            bubble = apart.get(header.bubble_id or "")
            yield _row(chat, bubble) if bubble else Drop(EMPTY)


def _bubbles(database: sqlite3.Connection, chat: str) -> dict[str, _Bubble]:
    prefix = f"bubbleId:{chat}:"
    found: dict[str, _Bubble] = {}
    for key, raw in database.execute(
        "SELECT key, value FROM cursorDiskKV WHERE key >= ? AND key < ?",
        [prefix, prefix + "\U0010ffff"],
    ):
        try:
            found[key.removeprefix(prefix)] = _BUBBLE.decode(_json(raw))
        except BROKEN:
            continue  # counted as missing where the chat names it
    return found


def _tabs(raw: bytes, key: str) -> Iterator[Row]:
    try:
        panel = _PANEL.decode(raw)
    except BROKEN:
        yield Drop(DAMAGED)
        return
    for number, tab in enumerate(panel.tabs, start=1):
        yield from (_row(tab.tab_id or f"{key} {number}", bubble) for bubble in tab.bubbles)


def _json(raw: str | bytes | None) -> bytes:
    """A value as JSON; some are written as JSON in a JSON string."""
    data = raw.encode() if isinstance(raw, str) else raw or b""
    if data[:1] == b'"':
        try:
            return msgspec.json.decode(data, type=str).encode()
        except BROKEN:
            return b""
    return data


def _row(chat: str, bubble: _Bubble) -> Row:
    if bubble.type not in PERSONS | ASSISTANTS:
        return Drop(SYSTEM)
    text = bubble.text or bubble.raw_text or ""
    if not text.strip():
        return Drop(TOOL if bubble.tool else EMPTY)
    if bubble.type in PERSONS:
        return typed(chat, "user", _time(bubble), text)
    return answered(chat, "assistant", _time(bubble), text)


def _time(bubble: _Bubble) -> datetime | None:
    at = bubble.created_at
    return from_iso(at) if isinstance(at, str) else from_epoch(at) if at else None


FORMAT = Format(
    name="cursor-database",
    sniff=sniff,
    parse=parse,
    verbatim=True,
    companions=frozenset({"state.vscdb-wal", "state.vscdb-shm", "workspace.json"}),
)
