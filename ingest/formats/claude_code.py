"""Claude Code's session logs: `~/.claude/projects/<project>/<session>.jsonl`.

    {"type": "user", "uuid": "...", "sessionId": "...", "timestamp": "2025-01-01T10:00:00.000Z",
     "message": {"role": "user", "content": "why does this fail?"}}

One line is one content block, or a longer version of it: blocks of one `message.id` are joined. The
sessions of a project are read together, because a resumed one copies rows of another. Left out:
tool calls and their results, thinking, sub-agents, what the program puts into the person's mouth
(command output, reminders, summaries), copied rows, and what a rewind took back: of several
questions behind the same row only the last counts, with all that follows it. Times are UTC.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from posixpath import dirname

import msgspec

from ingest.detect import Head
from ingest.format import (
    DAMAGED,
    DUPLICATE,
    HIDDEN,
    OTHER_BRANCH,
    SYSTEM,
    TOOL,
    UNSUPPORTED,
    Drop,
    Format,
    ReadOptions,
    Row,
    media,
)
from ingest.formats.claude_code_words import own_words
from ingest.json_elements import BROKEN
from ingest.sides import answered, typed
from ingest.source import Source
from ingest.text import byte_lines
from persona.data import Message

SYNTHETIC = "<synthetic>"
"""The model of answers that the program writes itself: errors, limits."""


class _Block(msgspec.Struct, gc=False):
    type: str = ""
    text: str | None = None


class _Body(msgspec.Struct, gc=False):
    role: str = ""
    id: str | None = None
    model: str | None = None
    content: str | list[_Block] | None = None


class _Attachment(msgspec.Struct, gc=False):
    type: str = ""
    prompt: str | list[_Block] | None = None


class _Origin(msgspec.Struct, gc=False):
    kind: str | None = None


class _Line(msgspec.Struct, gc=False, rename="camel"):
    type: str = ""
    uuid: str | None = None
    parent_uuid: str | None = None
    session_id: str | None = None
    timestamp: datetime | None = None
    is_sidechain: bool = False
    is_meta: bool = False
    is_compact_summary: bool = False
    origin: _Origin | str | None = None
    message: _Body | None = None
    attachment: _Attachment | None = None


_LINE = msgspec.json.Decoder(_Line)


def sniff(head: Head) -> float:
    """Its own key names, on any of the first lines."""
    own = {"sessionId", "uuid", "parentUuid", "isSidechain", "message.role", "message.content"}
    hits = len(own & head.keys)
    if hits >= 5:
        return 0.98
    is_opening = head.has("type", "leafUuid") or head.has("type", "messageId", "isSnapshotUpdate")
    return 0.6 if hits >= 3 or is_opening else 0.0


def unit(source: Source) -> str:
    """A project: its sessions, with the sub-agents in the folders beside them."""
    return dirname(re.sub(r"(^|/)[^/]+/subagents/.*", r"\1", source.inner))


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of one project's sessions, in the files' order."""
    seen: set[str] = set()
    for file in source.files:
        session = _Session(file.stem, seen, _taken_back(file), options)
        for line in _lines(file):
            if line is None:
                yield Drop(DAMAGED)
            else:
                yield from session.read(line)
        yield from session.flush()


def _lines(source: Source) -> Iterator[_Line | None]:
    for raw in byte_lines(source):
        try:
            yield _LINE.decode(raw)
        except msgspec.ValidationError:
            yield _Line(type=UNSUPPORTED)
        except BROKEN:
            if raw.strip():
                yield None


def _taken_back(source: Source) -> frozenset[str]:
    """The rows of questions that were asked anew: another one stands behind the same row, later."""
    parents: dict[str, str | None] = {}
    asked: dict[str, str] = {}
    undone: set[str] = set()
    for line in _lines(source):
        if line is None or not line.uuid or line.uuid in parents:
            continue
        parents[line.uuid] = line.parent_uuid
        if line.parent_uuid and line.type == "user" and not _left_out(line) and _asked(line):
            earlier = asked.get(line.parent_uuid)
            undone.update([earlier] if earlier else [])
            asked[line.parent_uuid] = line.uuid
    if undone:
        for uuid, parent in parents.items():  # a row stands behind its parent
            if parent in undone:
                undone.add(uuid)
    return frozenset(undone)


class _Session:
    """What was seen of a project, and the assistant's message that is still being joined."""

    def __init__(
        self, chat: str, seen: set[str], taken_back: frozenset[str], options: ReadOptions
    ) -> None:
        self.chat = chat
        self.options = options
        self.seen = seen
        self.taken_back = taken_back
        self.pending: _Line | None = None
        self.blocks: list[str] = []

    def read(self, line: _Line) -> Iterator[Row]:
        reason = _left_out(line) or self._repeated(line)
        if reason:
            yield Drop(reason)
        elif line.type == "assistant":
            yield from self._assistant(line)
        else:
            yield from self._person(line)

    def _repeated(self, line: _Line) -> str | None:
        if not line.uuid:
            return None
        if line.uuid in self.seen:
            return DUPLICATE
        self.seen.add(line.uuid)
        return OTHER_BRANCH if line.uuid in self.taken_back else None

    def _person(self, line: _Line) -> Iterator[Row]:
        if _has(line, "tool_result"):
            yield Drop(TOOL)
            return
        text = _asked(line)
        said = typed(line.session_id or self.chat, "user", line.timestamp, text)
        row = said if text else media(self.options, said) if _has(line, "image") else Drop(HIDDEN)
        if isinstance(row, Message):
            yield from self.flush()
        yield row

    def _assistant(self, line: _Line) -> Iterator[Row]:
        body = line.message or _Body()
        texts = [text for text in _texts(body.content) if text.strip()]
        if not texts:
            yield Drop(TOOL)
            return
        before = self.pending.message if self.pending else None
        if before is None or body.id is None or body.id != before.id:
            yield from self.flush()
            self.pending = line
        for text in texts:
            if self.blocks and text.startswith(self.blocks[-1]):
                self.blocks[-1] = text  # the same block, written on
            elif not any(block.startswith(text) for block in self.blocks):
                self.blocks.append(text)

    def flush(self) -> Iterator[Row]:
        """The assistant's message that was still being joined."""
        if self.pending is not None:
            chat = self.pending.session_id or self.chat
            text = "\n\n".join(self.blocks).strip()
            yield answered(chat, "assistant", self.pending.timestamp, text)
        self.pending, self.blocks = None, []


def _left_out(line: _Line) -> str | None:
    """Why a line is no message, before its text is looked at."""
    if line.type == UNSUPPORTED:
        return UNSUPPORTED
    is_queued = line.attachment is not None and line.attachment.type == "queued_command"
    if line.type not in ("user", "assistant") and not (line.type == "attachment" and is_queued):
        return SYSTEM
    origin = line.origin.kind if isinstance(line.origin, _Origin) else line.origin
    by_program = origin not in (None, "human")
    by_program |= line.message is not None and line.message.model == SYNTHETIC
    is_aside = line.is_sidechain or line.is_meta or line.is_compact_summary or by_program
    return HIDDEN if is_aside else None


def _texts(content: str | list[_Block] | None) -> list[str]:
    if isinstance(content, str):
        return [content]
    return [block.text for block in content or () if block.type == "text" and block.text]


def _has(line: _Line, kind: str) -> bool:
    content = line.message.content if line.message else None
    return isinstance(content, list) and any(block.type == kind for block in content)


def _asked(line: _Line) -> str:
    """What the person typed; empty if nothing."""
    if _has(line, "tool_result"):
        return ""
    content = line.attachment.prompt if line.attachment else None
    return own_words(_texts(line.message.content if line.message else content))


FORMAT = Format(
    name="claude-code", needs="keys", sniff=sniff, parse=parse, verbatim=True, unit=unit
)
