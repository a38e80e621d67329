"""ShareGPT conversations, as JSON or JSON lines.

    {"conversations": [{"from": "human", "value": "hi"}, {"from": "gpt", "value": "hey"}]}

Left out: system prompts, function calls and observations. No times, no owner; every conversation
is its own chat.
"""

from collections.abc import Iterator
from typing import Literal

import msgspec

from ingest.detect import Head
from ingest.format import DAMAGED, EMPTY, TOOL, Drop, Format, ReadOptions, Row
from ingest.json_rows import json_rows
from ingest.source import Source
from persona.data import Message

PERSONS = frozenset({"human", "user"})
ASSISTANTS = frozenset({"gpt", "assistant", "chatgpt", "bing", "bard", "model", "claude"})


class _Turn(msgspec.Struct, gc=False, rename={"sender": "from"}):
    value: str | None
    sender: str = ""


class _Conversation(msgspec.Struct, gc=False):
    conversations: list[_Turn]
    id: str | int | None = None


_DECODER = msgspec.json.Decoder(_Conversation)


def sniff(head: Head) -> float:
    """Its two key names inside `conversations`."""
    for at in ("", "[]."):
        if head.has(f"{at}conversations[].from", f"{at}conversations[].value"):
            return 0.97
    return 0.0


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The turns of every conversation."""
    for number, raw in enumerate(json_rows(source), start=1):
        try:
            conversation = _DECODER.decode(raw)
        except msgspec.DecodeError:
            yield Drop(DAMAGED)
            continue
        chat = str(conversation.id or f"{source.stem} {number}")
        yield from (_row(chat, turn) for turn in conversation.conversations)


def _row(chat: str, turn: _Turn) -> Row:
    is_person = turn.sender in PERSONS
    if not is_person and turn.sender not in ASSISTANTS:
        return Drop(TOOL)
    if not turn.value or not turn.value.strip():
        return Drop(EMPTY)
    role: Literal["person", "assistant"] = "person" if is_person else "assistant"
    return Message(chat, turn.sender, None, turn.value, None, role)


FORMAT = Format(name="sharegpt", sniff=sniff, parse=parse, verbatim=True)
