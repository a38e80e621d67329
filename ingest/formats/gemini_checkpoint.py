"""Chats saved in Gemini CLI: `checkpoint-TAG.json` of /chat save, and /chat share's JSON.

    {"history": [{"role": "user", "parts": [{"text": "<session_context>..."}]},
                 {"role": "user", "parts": [{"text": "hi"}]},
                 {"role": "model", "parts": [{"text": "hello"}]}], "authType": "oauth-personal"}

Older ones and shared ones are the list alone. There are no times. Left out: what the program says
in the person's name (the context in front and the model's thanks for it, what is open in the
editor, "Please continue.", summaries of what was compressed), tool calls and their results,
thoughts, the text of files that the person refers to with an @.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote

import msgspec

from ingest.detect import Head
from ingest.format import DAMAGED, EMPTY, HIDDEN, TOOL, Drop, Format, ReadOptions, Row, media
from ingest.formats.gemini_cli import REFERRED
from ingest.json_elements import Elements
from ingest.sides import answered, typed
from ingest.source import Source

_NAME = re.compile(r"(?:checkpoint|gemini-conversation)-.+\.json")
_OWN = re.compile(rb"This is the Gemini CLI\.|setting up the context for our chat")
_INJECTED = re.compile(
    r"\s*(?:<(?:session_context|state_snapshot)>|This is the Gemini CLI\.|Okay, just setting up the"
    r" context for our chat|Here is (?:a summary of changes in )?the user's editor context"
    r"|(?:System: )?Please continue\.\Z)"
)
_THANKS = re.compile(r"Got it\. Thanks for the (?:additional )?context!")


class _Part(msgspec.Struct, gc=False, rename="camel"):
    text: str | None = None
    thought: object = None
    function_call: object = None
    function_response: object = None
    inline_data: object = None
    file_data: object = None


class _Content(msgspec.Struct, gc=False):
    role: str | None = None
    parts: list[_Part] | None = None


class _Line(_Content, gc=False):
    history: list[_Content] | None = None


_LINES = Elements(_Line)


def sniff(head: Head) -> float:
    """A history of contents; the list alone by its name or by how it begins."""
    if head.has("history[].role", "history[].parts"):
        return 0.97
    is_list = head.has("[].role", "[].parts")
    return (
        0.95 if is_list and (_NAME.fullmatch(head.source.name) or _OWN.search(head.data)) else 0.0
    )


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of one chat, called by its tag."""
    chat = unquote(source.stem.removeprefix("checkpoint-"))
    is_injected = False
    for content in _contents(source):
        if content is None:
            yield Drop(DAMAGED)
            continue
        text = _text(content)
        is_thanks = is_injected and content.role == "model" and bool(_THANKS.match(text))
        is_injected = content.role == "user" and bool(_INJECTED.match(text))
        yield Drop(HIDDEN) if is_injected or is_thanks else _row(chat, content, text, options)


def _contents(source: Source) -> Iterator[_Content | None]:
    for line in _LINES.rows(source):
        if line is None or line.history is None:
            yield line
        else:
            yield from line.history


def _row(chat: str, content: _Content, text: str, options: ReadOptions) -> Row:
    parts = content.parts or ()
    write, sender = (typed, "user") if content.role == "user" else (answered, "gemini")
    message = write(chat, sender, None, text)
    if text.strip():
        return message
    if any(part.inline_data or part.file_data for part in parts):
        return media(options, message)
    is_tool = any(part.function_call or part.function_response or part.thought for part in parts)
    return Drop(TOOL if is_tool else EMPTY)


def _text(content: _Content) -> str:
    texts: list[str] = []
    for part in content.parts or ():
        if part.text and part.text.startswith(REFERRED):
            break
        texts.append(part.text if part.text and not part.thought else "")
    return "".join(texts).partition(REFERRED)[0]


FORMAT = Format(name="gemini-checkpoint", needs="keys", sniff=sniff, parse=parse, verbatim=True)
