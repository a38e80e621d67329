"""Gemini CLI's session logs: `~/.gemini/tmp/<project>/chats/session-<time>-<id>.json` or `.jsonl`.

    {"sessionId": "...", "projectHash": "...", "messages": [
       {"id": "1", "timestamp": "2025-10-01T10:00:00.000Z", "type": "user", "content": "hi"},
       {"id": "2", "timestamp": "2025-10-01T10:00:05.000Z", "type": "gemini", "content": "hello"}]}

As JSON lines each message stands on its own line, and a later one of the same id replaces it.
Left out: notices of the program, tool calls, thoughts, sub-agents, what was taken back by a rewind,
the text of files that the person refers to with an @. Times are UTC.
"""

from collections.abc import Iterator
from posixpath import splitext

import msgspec

from ingest.detect import Head
from ingest.format import (
    DAMAGED,
    EMPTY,
    HIDDEN,
    OTHER_BRANCH,
    SYSTEM,
    TOOL,
    Drop,
    Format,
    ReadOptions,
    Row,
)
from ingest.json_elements import Elements
from ingest.sides import answered, typed
from ingest.source import Source
from ingest.times import from_iso

REFERRED = "\n--- Content from referenced files ---"


class _Part(msgspec.Struct, gc=False):
    text: str | None = None


class _Said(msgspec.Struct, gc=False, rename="camel"):
    id: str | None = None
    type: str | None = None
    content: str | _Part | list[str | _Part] | None = None
    display_content: str | _Part | list[str | _Part] | None = None
    timestamp: str | None = None
    tool_calls: list[object] | None = None


class _Change(msgspec.Struct, gc=False):
    messages: list[_Said] | None = None


class _Line(_Said, gc=False, rename="camel"):
    session_id: str | None = None
    kind: str | None = None
    messages: list[_Said] | None = None
    change: _Change | None = msgspec.field(name="$set", default=None)
    rewind_to: str | None = msgspec.field(name="$rewindTo", default=None)


_LINES = Elements(_Line)


def sniff(head: Head) -> float:
    """A session of a project, with messages of a type."""
    if head.has("sessionId", "projectHash"):
        return 0.97
    return 0.9 if head.has("sessionId", "messages[].type", "messages[].content") else 0.0


def unit(source: Source) -> str:
    """A session, which is written as `.json` and goes on as `.jsonl` once it is resumed."""
    return splitext(source.inner)[0]


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of one session."""
    session = _Session(source.stem)
    for file in source.files:
        for line in _LINES.rows(file):
            if line is None:
                yield Drop(DAMAGED)
            else:
                session.read(line)
    if session.undone:
        yield Drop(OTHER_BRANCH, session.undone)
    if session.is_subagent:
        yield Drop(HIDDEN, len(session.said))
        return
    yield from (_row(session.chat, message) for message in session.said.values())


class _Session:
    """The messages of a session by their ids, as its log changes them."""

    def __init__(self, chat: str) -> None:
        self.chat = chat
        self.said: dict[str, _Said] = {}
        self.is_subagent = False
        self.undone = 0

    def read(self, line: _Line) -> None:
        self.chat = line.session_id or self.chat
        self.is_subagent = self.is_subagent or line.kind == "subagent"
        if line.rewind_to is not None:
            self._rewind(line.rewind_to)
        for message in line.messages or (line.change and line.change.messages) or ():
            self._add(message)
        if line.type:
            self._add(line)

    def _add(self, message: _Said) -> None:
        self.said[message.id or f" {len(self.said)}"] = message

    def _rewind(self, to: str) -> None:
        """Takes back that message and all behind it; everything where it is not known."""
        ids = list(self.said)
        start = ids.index(to) if to in self.said else 0
        for undone in ids[start:]:
            del self.said[undone]
        self.undone += len(ids) - start


def _row(chat: str, said: _Said) -> Row:
    if said.type not in ("user", "gemini"):
        return Drop(SYSTEM)
    shown = said.display_content if said.display_content is not None else said.content
    text = _text(shown)
    if not text.strip():
        return Drop(TOOL if said.tool_calls else EMPTY)
    write = typed if said.type == "user" else answered
    return write(chat, said.type, from_iso(said.timestamp or ""), text)


def _text(content: str | _Part | list[str | _Part] | None) -> str:
    parts = content if isinstance(content, list) else [content] if content else []
    texts: list[str] = []
    for part in parts:
        text = part if isinstance(part, str) else part.text or ""
        if text.startswith(REFERRED):
            break
        texts.append(text)
    return "".join(texts).partition(REFERRED)[0]


FORMAT = Format(name="gemini-cli", needs="keys", sniff=sniff, parse=parse, verbatim=True, unit=unit)
