"""ShareGPT conversations, as JSON or JSON lines.

    {"conversations": [{"from": "human", "value": "hi"}, {"from": "gpt", "value": "hey"}]}

`role` and `content` are taken for `from` and `value`. Left out: system prompts, function calls and
observations. No times, no owner; every conversation
is its own chat.
"""

from collections.abc import Iterator
from typing import Literal

import msgspec

from ingest.detect import Head
from ingest.format import DAMAGED, EMPTY, TOOL, Drop, Format, ReadOptions, Row
from ingest.json_elements import BROKEN
from ingest.json_rows import json_rows
from ingest.source import Source
from persona.data import Message

PERSONS = frozenset({"human", "user"})
ASSISTANTS = frozenset({"gpt", "assistant", "chatgpt", "bing", "bard", "model", "claude"})


class _Turn(msgspec.Struct, gc=False, rename={"sender": "from"}):
    value: str | None = None
    sender: str | None = None
    content: str | None = None
    role: str | None = None


class _Conversation(msgspec.Struct, gc=False):
    conversations: list[_Turn]
    system: str | None = None
    id: str | int | None = None


_DECODER = msgspec.json.Decoder(_Conversation)


def sniff(head: Head) -> float:
    """Its two key names inside `conversations`."""
    for at in ("", "[]."):
        for keys in (("from", "value"), ("role", "content")):
            if head.has(*(f"{at}conversations[].{key}" for key in keys)):
                return 0.97
    return 0.0


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The turns of every conversation."""
    for number, raw in enumerate(json_rows(source), start=1):
        try:
            conversation = _DECODER.decode(raw)
        except BROKEN:
            yield Drop(DAMAGED)
            continue
        chat = str(conversation.id or f"{source.stem} {number}")
        if conversation.system:
            yield Drop(TOOL)
        yield from (_row(chat, turn) for turn in conversation.conversations)


def _row(chat: str, turn: _Turn) -> Row:
    sender, text = turn.sender or turn.role or "", turn.value or turn.content or ""
    is_person = sender in PERSONS
    if not is_person and sender not in ASSISTANTS:
        return Drop(TOOL)
    if not text.strip():
        return Drop(EMPTY)
    role: Literal["person", "assistant"] = "person" if is_person else "assistant"
    return Message(chat, sender, None, text, None, role)


FORMAT = Format(name="sharegpt", needs="keys", sniff=sniff, parse=parse, verbatim=True)
