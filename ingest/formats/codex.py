"""Codex's session logs: `~/.codex/sessions/<year>/<month>/<day>/rollout-<time>-<id>.jsonl`.

    {"timestamp": "2025-10-01T10:00:00.000Z", "type": "response_item", "payload": {
      "type": "message", "role": "user", "content": [{"type": "input_text", "text": "hi"}]}}

The oldest files hold the payloads alone, without times. What the person typed behind the context
of an editor ("## My request for Codex:") is what counts. Left out: what the program puts into the
person's mouth (environment, AGENTS.md, notices), tool calls, reasoning, events that repeat a
message, and the history that a forked session copies. Times are UTC.
"""

import re
from collections.abc import Iterator
from datetime import datetime

import msgspec

from ingest.detect import Head
from ingest.format import (
    DAMAGED,
    DUPLICATE,
    HIDDEN,
    MEDIA,
    SYSTEM,
    TOOL,
    UNSUPPORTED,
    Drop,
    Format,
    ReadOptions,
    Row,
)
from ingest.json_elements import BROKEN
from ingest.sides import answered, typed
from ingest.source import Source
from ingest.text import byte_lines
from ingest.times import from_iso

REPEATED = frozenset({"user_message", "agent_message"})
_INJECTED = re.compile(
    r"\s*(?:# AGENTS\.md instructions|<(?:environment_context|user_instructions|INSTRUCTIONS"
    r"|turn_aborted|user_shell_command|subagent_notification|skill|permissions instructions"
    r"|apps_instructions|skills_instructions|plugins_instructions|recommended_plugins"
    r"|collaboration_mode|multi_agent_mode|realtime_conversation|context_window"
    r"|context_window_guidance|system-reminder|user_action|image|/image)\b)"
)
_CONTEXT = re.compile(r"\s*(?:# |## |<in-app-browser-context)")
_REQUEST = re.compile(r"^## My request(?: for Codex)?:[ \t]*\n?", re.MULTILINE)


class _Block(msgspec.Struct, gc=False):
    type: str = ""
    text: str | None = None


class _Item(msgspec.Struct, gc=False):
    type: str | None = None
    role: str | None = None
    content: str | list[_Block] | None = None
    id: str | None = None
    forked_from_id: str | None = None
    turn_id: str | None = None


class _Line(_Item, gc=False):
    timestamp: str | None = None
    payload: _Item | None = None


_LINE = msgspec.json.Decoder(_Line)


def sniff(head: Head) -> float:
    """Payloads with a type, or the bare items of the oldest files behind their first line."""
    if head.has("timestamp", "type", "payload", "payload.id"):
        return 0.97
    if head.has("timestamp", "type", "payload") and {"payload.type", "payload.role"} & head.keys:
        return 0.9
    is_old = head.has("role", "content[].text") and {"record_type", "instructions"} & head.keys
    return 0.9 if is_old else 0.0


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of one session, in the file's order."""
    session = _Session(source.stem)
    for raw in byte_lines(source):
        try:
            line = _LINE.decode(raw)
        except msgspec.ValidationError:
            yield Drop(UNSUPPORTED)
            continue
        except BROKEN:
            if raw.strip():
                yield Drop(DAMAGED)
            continue
        yield session.read(line)


class _Session:
    """The session's name, and whether the history of the one it was forked from is running by."""

    def __init__(self, chat: str) -> None:
        self.chat = chat
        self.is_named = False
        self.forked_at = ""

    def read(self, line: _Line) -> Row:
        item = line.payload or line
        if line.type == "session_meta" or (line.payload is None and line.type is None and line.id):
            self._begin(item)
            return Drop(SYSTEM)
        if line.type == "turn_context" and (item.turn_id or "") >= self.forked_at:
            self.forked_at = ""
        if line.payload is not None and line.type != "response_item":
            return Drop(DUPLICATE if item.type in REPEATED else SYSTEM)
        if item.type not in ("message", None) or item.role not in ("user", "assistant"):
            return Drop(TOOL if item.type or item.role else SYSTEM)
        if self.forked_at:
            return Drop(DUPLICATE)
        return _row(self.chat, item, from_iso(line.timestamp) if line.timestamp else None)

    def _begin(self, item: _Item) -> None:
        if self.is_named or not item.id:
            return  # a fork repeats the first line of the session it comes from
        self.is_named = True
        self.chat = item.id
        self.forked_at = item.id if item.forked_from_id else ""


def _row(chat: str, item: _Item, sent_at: datetime | None) -> Row:
    blocks = item.content or []
    texts = [blocks] if isinstance(blocks, str) else [block.text or "" for block in blocks]
    if item.role == "assistant":
        text = "\n\n".join(filter(None, texts))
        return answered(chat, "assistant", sent_at, text) if text.strip() else Drop(TOOL)
    said = [words for text in texts if (words := _typed(text)).strip()]
    if said:
        return typed(chat, "user", sent_at, "\n\n".join(said))
    is_image = not isinstance(blocks, str) and any(block.type == "input_image" for block in blocks)
    return Drop(MEDIA if is_image else HIDDEN)


def _typed(text: str) -> str:
    """What the person typed of a text; empty where the program wrote it."""
    if _INJECTED.match(text):
        return ""
    requests = list(_REQUEST.finditer(text)) if _CONTEXT.match(text) else []
    return text[requests[-1].end() :].strip() if requests else text


FORMAT = Format(name="codex", sniff=sniff, parse=parse, verbatim=True)
