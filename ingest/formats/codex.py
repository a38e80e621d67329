"""Codex's session logs: `~/.codex/sessions/<year>/<month>/<day>/rollout-<time>-<id>.jsonl`.

    {"timestamp": "2025-10-01T10:00:00.000Z", "type": "response_item", "payload": {
      "type": "message", "role": "user", "content": [{"type": "input_text", "text": "hi"}]}}

The oldest files hold the payloads alone, without times. What the person typed behind the context
of an editor ("## My request for Codex:") is what counts. Left out: what the program puts into the
person's mouth (environment, AGENTS.md, notices), tool calls, reasoning, events that repeat a
message, the history that a forked session copies, what was rolled back. Times are UTC.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

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
from ingest.json_elements import BROKEN
from ingest.sides import answered, typed
from ingest.source import Source
from ingest.text import byte_lines
from ingest.times import from_iso
from persona.data import Message

EVENTS = {"user_message": "user", "agent_message": "assistant"}
ROLLED_BACK = "thread_rolled_back"
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
    message: str | None = None
    num_turns: int = 0


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
    session = _Session(source.stem, options)
    for raw in byte_lines(source):
        try:
            session.read(_LINE.decode(raw))
        except msgspec.ValidationError:
            yield Drop(UNSUPPORTED)
        except BROKEN:
            if raw.strip():
                yield Drop(DAMAGED)
    yield from session.rows()


class _Session:
    """What a session holds so far. forked_at: set while the history it was forked from runs by."""

    def __init__(self, chat: str, options: ReadOptions) -> None:
        self.chat = chat
        self.options = options
        self.is_named = False
        self.forked_at = ""
        self.said: list[Message] = []
        self.events: list[Message] = []
        self.left_out: Counter[str] = Counter()

    def rows(self) -> Iterator[Row]:
        """The messages; out of the events where the session has been kept as these alone."""
        yield from self.said or self.events
        if self.said and self.events:
            yield Drop(DUPLICATE, len(self.events))
        yield from (Drop(reason, count) for reason, count in self.left_out.items())

    def read(self, line: _Line) -> None:
        item = line.payload or line
        if line.type == "session_meta" or (line.payload is None and line.type is None and line.id):
            self._begin(item)
            self.left_out[SYSTEM] += 1
            return
        if line.type == "turn_context" and (item.turn_id or "") >= self.forked_at:
            self.forked_at = ""
        at = from_iso(line.timestamp) if line.timestamp else None
        if line.payload is not None and line.type != "response_item":
            self._event(item, at)
        elif item.type not in ("message", None) or item.role not in ("user", "assistant"):
            self.left_out[TOOL if item.type or item.role else SYSTEM] += 1
        elif self.forked_at:
            self.left_out[DUPLICATE] += 1
        else:
            self._keep(self.said, _row(self.chat, item, at, self.options))

    def _event(self, item: _Item, at: datetime | None) -> None:
        role = EVENTS.get(item.type or "")
        if item.type == ROLLED_BACK:
            gone = _roll_back(self.said, item.num_turns)
            self.left_out[OTHER_BRANCH] += max(gone, _roll_back(self.events, item.num_turns))
        if role is None:
            self.left_out[SYSTEM] += 1
        elif self.forked_at:
            self.left_out[DUPLICATE] += 1
        else:
            text = [_Block("text", item.message)]
            self._keep(
                self.events, _row(self.chat, _Item(role=role, content=text), at, self.options)
            )

    def _keep(self, rows: list[Message], row: Message | Drop) -> None:
        if isinstance(row, Message):
            rows.append(row)
        else:
            self.left_out[row.reason] += 1

    def _begin(self, item: _Item) -> None:
        if self.is_named or not item.id:
            return  # a fork repeats the first line of the session it comes from
        self.is_named = True
        self.chat = item.id
        self.forked_at = item.id if item.forked_from_id else ""


def _roll_back(said: list[Message], turns: int) -> int:
    """Takes back the last questions with all that follows them; how many messages that were."""
    asked = [place for place, message in enumerate(said) if message.is_subject]
    start = asked[-turns] if 0 < turns <= len(asked) else 0 if turns else len(said)
    gone = len(said) - start
    del said[start:]
    return gone


def _row(chat: str, item: _Item, sent_at: datetime | None, options: ReadOptions) -> Message | Drop:
    blocks = item.content or []
    texts = [blocks] if isinstance(blocks, str) else [block.text or "" for block in blocks]
    if item.role == "assistant":
        text = "\n\n".join(filter(None, texts))
        return answered(chat, "assistant", sent_at, text) if text.strip() else Drop(TOOL)
    said = [words for text in texts if (words := _typed(text)).strip()]
    if said:
        return typed(chat, "user", sent_at, "\n\n".join(said))
    is_image = not isinstance(blocks, str) and any(block.type == "input_image" for block in blocks)
    return media(options, typed(chat, "user", sent_at, "")) if is_image else Drop(HIDDEN)


def _typed(text: str) -> str:
    """What the person typed of a text; empty where the program wrote it."""
    if _INJECTED.match(text):
        return ""
    requests = list(_REQUEST.finditer(text)) if _CONTEXT.match(text) else []
    return text[requests[-1].end() :].strip() if requests else text


FORMAT = Format(name="codex", needs="keys", sniff=sniff, parse=parse, verbatim=True)
