"""Alpaca instruction rows, as JSON or JSON lines.

    {"instruction": "Translate.", "input": "Guten Tag", "output": "Good day"}
    {"prompt": "Guten Tag", "completion": "Good day"}

The person's text is the instruction, then the input on a line of its own. Left out: the system
prompt. No times, no owner; every row is its own chat.
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


class _Example(msgspec.Struct, gc=False):
    instruction: str | None = None
    prompt: str | None = None
    completion: str | None = None
    input: str | None = None
    output: str | None = None
    response: str | None = None
    system: str | None = None
    history: list[list[str]] | None = None


_DECODER = msgspec.json.Decoder(_Example)


def sniff(head: Head) -> float:
    """An instruction with an output."""
    for at in ("", "[]."):
        if head.has(f"{at}instruction") and head.keys & {f"{at}output", f"{at}response"}:
            return 0.95
        if head.has(f"{at}prompt") and head.keys & {f"{at}completion", f"{at}response"}:
            return 0.5  # in another format both are lists of turns
    return 0.0


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """A person's and an assistant's turn for every row, after those of its history."""
    for number, raw in enumerate(json_rows(source), start=1):
        try:
            example = _DECODER.decode(raw)
        except BROKEN:
            yield Drop(DAMAGED)
            continue
        yield from _rows(f"{source.stem} {number}", example)


def _rows(chat: str, example: _Example) -> Iterator[Row]:
    if example.system:
        yield Drop(TOOL)
    for pair in example.history or []:
        for index, text in enumerate(pair[:2]):
            yield _row(chat, text, "assistant" if index else "person")
    asked = example.instruction or example.prompt
    yield _row(chat, "\n".join(part for part in (asked, example.input) if part), "person")
    yield _row(chat, example.output or example.response or example.completion or "", "assistant")


def _row(chat: str, text: str, role: Literal["person", "assistant"]) -> Row:
    if not text.strip():
        return Drop(EMPTY)
    return Message(chat, "user" if role == "person" else "assistant", None, text, None, role)


FORMAT = Format(name="alpaca", needs="keys", sniff=sniff, parse=parse, verbatim=True)
