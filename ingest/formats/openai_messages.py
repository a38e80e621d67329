"""OpenAI-style messages: one conversation per row, or one message per line.

    {"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hey"}]}
    {"role": "user", "content": [{"type": "text", "text": "hi"}]}

Also TRL's conversational prompt and completion, and Google's `contents` with `parts`. Left out:
system, developer, tool and function rows, tool calls, pictures and sound. No owner is marked; times
only where a row has a `timestamp`.
"""

from collections.abc import Iterator
from typing import Literal

import msgspec

from ingest.detect import Head
from ingest.format import DAMAGED, EMPTY, TOOL, Drop, Format, ReadOptions, Row, media
from ingest.json_elements import BROKEN
from ingest.json_rows import json_rows
from ingest.source import Source
from ingest.times import from_epoch, from_iso
from persona.data import Message

PERSONS = frozenset({"user", "human"})
ASSISTANTS = frozenset({"assistant", "ai", "model", "bot"})


class _Block(msgspec.Struct, gc=False):
    type: str = "text"
    text: str | None = None


class _Turn(msgspec.Struct, gc=False):
    role: str | None = None
    content: str | list[str | _Block] | None = None
    parts: list[str | _Block] | None = None
    name: str | None = None
    timestamp: str | float | None = None


class _Line(_Turn, gc=False):
    messages: list[_Turn] | None = None
    contents: list[_Turn] | None = None
    prompt: list[_Turn] | None = None
    completion: list[_Turn] | None = None
    id: str | int | None = None
    conversation: str | int | None = None


_DECODER = msgspec.json.Decoder(_Line)


def sniff(head: Head) -> float:
    """Roles and contents, inside `messages`, `prompt` or at the top."""
    for at in ("", "[]."):
        for key in ("messages[].", "prompt[].", "completion[].", "contents[]."):
            if _has_turns(head, f"{at}{key}"):
                return 0.9
        if _has_turns(head, at):
            return 0.7
    return 0.0


def _has_turns(head: Head, at: str) -> bool:
    return head.has(f"{at}role") and bool({f"{at}content", f"{at}parts"} & head.keys)


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The user's and the assistant's turns."""
    for number, raw in enumerate(json_rows(source), start=1):
        try:
            row = _DECODER.decode(raw)
        except BROKEN:
            yield Drop(DAMAGED)
            continue
        if row.role:
            yield _row(source.stem, row, options)
            continue
        chat = str(row.conversation or row.id or f"{source.stem} {number}")
        turns = row.messages or row.contents or (row.prompt or []) + (row.completion or [])
        yield from (_row(chat, turn, options) for turn in turns) if turns else [Drop(EMPTY)]


def _row(chat: str, turn: _Turn, options: ReadOptions) -> Row:
    if turn.role is None or turn.role not in PERSONS | ASSISTANTS:
        return Drop(TOOL)
    content = turn.content if turn.parts is None else turn.parts
    text = _text(content)
    role: Literal["person", "assistant"] = "person" if turn.role in PERSONS else "assistant"
    stamp = turn.timestamp
    sent_at = from_iso(stamp) if isinstance(stamp, str) else from_epoch(stamp) if stamp else None
    message = Message(chat, turn.name or turn.role, sent_at, text, None, role)
    if text.strip():
        return message
    return media(options, message) if isinstance(content, list) and content else Drop(TOOL)


def _text(content: str | list[str | _Block] | None) -> str:
    if content is None or isinstance(content, str):
        return content or ""
    return "\n\n".join(
        text
        for block in content
        if (text := block if isinstance(block, str) else _block_text(block))
    )


def _block_text(block: _Block) -> str | None:
    return block.text if block.type in {"text", "input_text", "output_text"} else None


FORMAT = Format(name="openai-messages", needs="keys", sniff=sniff, parse=parse, verbatim=True)
