"""DeepSeek's data export: `conversations.json` beside `user.json`.

    [{"id": "c1", "title": "Soup", "inserted_at": "2025-03-30T04:49:36.505000+08:00", "mapping": {
       "root": {"id": "root", "parent": null, "children": ["1"], "message": null},
       "1": {"id": "1", "parent": "root", "children": ["2"], "message": {"files": [],
          "model": "deepseek-chat", "inserted_at": "2025-03-30T04:49:37.018000+08:00",
          "fragments": [{"type": "REQUEST", "content": "hi"}]}}}}]

Who wrote is told by the kind of the fragments. A conversation is a tree; what counts is the branch
that ends at the newest message. Left out: other branches (answers asked for again, edited
questions), thoughts, searches, what attached files hold. Times have the zone they are written in.
"""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from ingest.branches import newest_leaf, path_to
from ingest.detect import Head
from ingest.format import DAMAGED, EMPTY, OTHER_BRANCH, TOOL, Drop, Format, ReadOptions, Row, media
from ingest.json_elements import Elements
from ingest.sides import answered, typed
from ingest.source import Source
from ingest.times import from_epoch, from_iso

ASKED, ANSWERED = "REQUEST", "RESPONSE"


class _Fragment(msgspec.Struct, gc=False):
    type: str = ""
    content: object = None


class _Said(msgspec.Struct, gc=False):
    fragments: list[_Fragment] | None = None
    inserted_at: str | float | None = None
    files: list[object] | None = None


class _Node(msgspec.Struct):
    parent: str | None = None
    message: _Said | None = None


class _Conversation(msgspec.Struct):
    mapping: dict[str, _Node]
    id: str | None = None
    title: str | None = None


_CONVERSATIONS = Elements(_Conversation)


def sniff(head: Head) -> float:
    """A tree like ChatGPT's, but inserted rather than created."""
    return 0.97 if any(head.has(f"{at}mapping", f"{at}inserted_at") for at in ("[].", "")) else 0.0


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The shown branch of every conversation, and what was left out of it."""
    for number, conversation in enumerate(_CONVERSATIONS.rows(source), start=1):
        if conversation is None:
            yield Drop(DAMAGED)
            continue
        chat = conversation.id or conversation.title or f"{source.stem} {number}"
        nodes = conversation.mapping
        said = {name: node.message for name, node in nodes.items() if node.message}
        parents = {name: node.parent for name, node in nodes.items()}
        times = {name: _since(node.message) for name, node in nodes.items()}
        leaf = newest_leaf(parents, since=times.__getitem__)
        shown = [said[name] for name in path_to(leaf, parents) if name in said]
        yield from (_row(chat, message, options) for message in shown)
        if len(shown) < len(said):
            yield Drop(OTHER_BRANCH, len(said) - len(shown))


def _row(chat: str, said: _Said, options: ReadOptions) -> Row:
    kinds = {fragment.type for fragment in said.fragments or ()}
    is_asked = ASKED in kinds
    words = [
        fragment.content
        for fragment in said.fragments or ()
        if fragment.type in (ASKED, ANSWERED) and isinstance(fragment.content, str)
    ]
    text = "\n\n".join(filter(None, words))
    write, sender = (typed, "user") if is_asked else (answered, "assistant")
    message = write(chat, sender, _time(said), text)
    if text.strip():
        return message
    if said.files:
        return media(options, message)
    return Drop(TOOL if kinds - {ASKED, ANSWERED} else EMPTY)


def _time(said: _Said) -> datetime | None:
    at = said.inserted_at
    return from_iso(at) if isinstance(at, str) else from_epoch(at) if at else None


def _since(said: _Said | None) -> float:
    at = _time(said) if said else None
    return at.timestamp() if at else 0.0


FORMAT = Format(
    name="deepseek",
    needs="keys",
    sniff=sniff,
    parse=parse,
    verbatim=True,
    companions=frozenset({"user.json"}),
)
