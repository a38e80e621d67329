"""Cursor's agent transcripts: `agent-transcripts/<chat>.txt` or `.jsonl` in a project.

    user:
    <user_query>
    why does this fail?
    </user_query>

    {"role": "user", "message": {"content": [{"type": "text", "text": "<user_query>..."}]}}

Left out: tool calls with their indented arguments and results, thinking, the context around a
question. There are no times.
"""

import re
from collections.abc import Iterator, Sequence

import msgspec

from ingest.detect import Head
from ingest.format import DAMAGED, EMPTY, TOOL, Drop, Format, ReadOptions, Row
from ingest.sides import answered, typed
from ingest.source import Source
from ingest.text import byte_lines, lines

ROLES = {"user:": "user", "assistant:": "assistant"}
_ASIDE = re.compile(r"\s*\[(?:Thinking\]|Tool call\] |Tool result\])")
_QUERY = re.compile(r"<user_query>\s*(.*?)\s*</user_query>", re.DOTALL)


class _Block(msgspec.Struct, gc=False):
    type: str = ""
    text: str | None = None


class _Body(msgspec.Struct, gc=False):
    content: str | list[_Block] | None = None


class _Line(msgspec.Struct, gc=False):
    message: _Body
    role: str = ""


_LINE = msgspec.json.Decoder(_Line)


def sniff(head: Head) -> float:
    """Roles on lines of their own, or beside a message without an id."""
    if head.start == "{":
        own = head.has("role", "message.content") and not {"uuid", "sessionId"} & head.keys
        return 0.9 if own else 0.0
    if next((line for line in head.lines if line.strip()), "").strip() not in ROLES:
        return 0.0
    if not ROLES.keys() <= {line.strip() for line in head.lines[:500]}:
        return 0.0
    return 0.95 if "<user_query>" in head.text else 0.6


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of one chat."""
    if source.head(4096).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        yield from _json_lines(source)
        return
    role, said = "", list[str]()
    for line in lines(source):
        if line.strip() in ROLES:
            yield from _message(source.stem, role, said)
            role, said = ROLES[line.strip()], []
        else:
            said.append(line)
    yield from _message(source.stem, role, said)


def _json_lines(source: Source) -> Iterator[Row]:
    for raw in byte_lines(source):
        if not raw.strip():
            continue
        try:
            line = _LINE.decode(raw)
        except msgspec.DecodeError:
            yield Drop(DAMAGED)
            continue
        content = line.message.content or []
        blocks = [_Block("text", content)] if isinstance(content, str) else content
        texts = [block.text for block in blocks if block.type == "text" and block.text]
        if texts and line.role in ("user", "assistant"):
            yield from _message(source.stem, line.role, "\n\n".join(texts).split("\n"))
        else:
            yield Drop(TOOL)


def _message(chat: str, role: str, said: Sequence[str]) -> Iterator[Row]:
    if role == "user":
        whole = "\n".join(said)
        query = _QUERY.search(whole)
        text = query[1] if query else whole.strip()
        yield typed(chat, role, None, text) if text else Drop(EMPTY)
    elif role:
        text = "\n".join(_spoken(said)).strip()
        yield answered(chat, role, None, text) if text else Drop(TOOL)


def _spoken(said: Sequence[str]) -> Iterator[str]:
    """The lines outside of tool calls and thinking, whose bodies are indented."""
    is_aside = False
    for line in said:
        if _ASIDE.match(line):
            is_aside = True
        elif line.strip() and not line.startswith((" ", "\t")):
            is_aside = False
        if not is_aside:
            yield line


FORMAT = Format(name="cursor-transcript", sniff=sniff, parse=parse, verbatim=True)
