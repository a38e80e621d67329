"""ChatGPT's data export: `conversations.json`, in newer ones `conversations-000.json` and so on.

    [{"title": "Soup", "conversation_id": "c1", "current_node": "n2", "mapping": {
       "n1": {"id": "n1", "parent": null, "children": ["n2"], "message": {
          "author": {"role": "user"}, "create_time": 1700000000.5, "recipient": "all",
          "content": {"content_type": "text", "parts": ["hi"]}}}}}]

A conversation is a tree; what was shown is the branch that ends at `current_node`, or at the newest
leaf where that is missing; without parents every message counts, in the file's order. Left out:
other branches (answers asked for again, edited questions), system, tool and hidden rows, thoughts,
pictures and sound without a transcript. Times are UTC.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from ingest.branches import newest_leaf, path_to
from ingest.detect import Head
from ingest.format import (
    DAMAGED,
    EMPTY,
    HIDDEN,
    OTHER_BRANCH,
    TOOL,
    Drop,
    Format,
    ReadOptions,
    Row,
    media,
)
from ingest.json_elements import Elements
from ingest.json_rows import json_rows
from ingest.sides import answered, typed
from ingest.source import Source
from ingest.times import from_epoch, from_iso

SHOWN = frozenset({"text", "multimodal_text"})
SPOKEN = "audio_transcription"
_NODE = re.compile(r"(?:\[\]\.)?mapping\.[^.\[\]]+\.message(?:\.author)?")


class _Part(msgspec.Struct, gc=False):
    content_type: str = ""
    text: str | None = None


class _Content(msgspec.Struct, gc=False):
    content_type: str = "text"
    parts: list[str | _Part | None] | None = None


class _Author(msgspec.Struct, gc=False):
    role: str = ""


class _Metadata(msgspec.Struct, gc=False):
    is_visually_hidden_from_conversation: bool | None = None
    is_user_system_message: bool | None = None


class _Said(msgspec.Struct, gc=False):
    author: _Author
    content: _Content | None = None
    create_time: float | str | None = None
    recipient: str | None = None
    channel: str | None = None
    weight: float | None = None
    metadata: _Metadata | None = None


class _Node(msgspec.Struct):
    parent: str | None = None
    message: _Said | None = None


class _Conversation(msgspec.Struct):
    mapping: dict[str, _Node]
    title: str | None = None
    id: str | None = None
    conversation_id: str | None = None
    current_node: str | None = None


_CONVERSATIONS = Elements(_Conversation)


def sniff(head: Head) -> float:
    """Conversations with a `mapping` of nodes that hold messages."""
    if head.keys & {"[].inserted_at", "inserted_at"}:
        return 0.0  # DeepSeek's
    if head.has("conversations[].mapping"):
        return 0.97  # too deep for its nodes to be seen
    return 0.97 if any(_NODE.fullmatch(key) for key in head.keys) else 0.0


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The shown branch of every conversation, and what was left out of it."""
    number = 0
    for conversation in _conversations(source):
        number += 1
        if conversation is None:
            yield Drop(DAMAGED)
            continue
        chat = conversation.conversation_id or conversation.id or conversation.title
        branch = _shown(conversation)
        for node in branch.values():
            if node.message is not None:
                yield _row(chat or f"{source.stem} {number}", node.message, options)
        rest = (node for name, node in conversation.mapping.items() if name not in branch)
        hidden = sum(1 for node in rest if node.message and _reason(node.message) is None)
        if hidden:
            yield Drop(OTHER_BRANCH, hidden)


def _conversations(source: Source) -> Iterator[_Conversation | None]:
    start = source.head(4096).lstrip(b"\xef\xbb\xbf \t\r\n")
    if re.match(rb'\{\s*"conversations"\s*:\s*\[', start):
        return (found for _, found in _CONVERSATIONS.under(source, "conversations"))
    return (_CONVERSATIONS.decode(raw) for raw in json_rows(source))


def _shown(conversation: _Conversation) -> dict[str, _Node]:
    """The nodes from the root to the current one, by their names."""
    nodes = conversation.mapping
    if not any(node.parent in nodes for node in nodes.values()):
        return dict(sorted(nodes.items(), key=_since)) if _all_dated(nodes) else nodes
    at = conversation.current_node
    parents = {name: node.parent for name, node in nodes.items()}
    if at not in nodes:
        at = newest_leaf(parents, since=lambda name: _since((name, nodes[name])))
    return {name: nodes[name] for name in path_to(at, parents)}


def _all_dated(nodes: Mapping[str, _Node]) -> bool:
    return all(node.message is None or _time(node.message) for node in nodes.values())


def _since(item: tuple[str, _Node]) -> float:
    at = _time(item[1].message) if item[1].message else None
    return at.timestamp() if at else 0.0


def _reason(said: _Said) -> str | None:
    """Why a row was not shown to the person as a message; None if it was."""
    about = said.metadata or _Metadata()
    if said.author.role not in ("user", "assistant"):
        return TOOL
    if about.is_visually_hidden_from_conversation or about.is_user_system_message:
        return HIDDEN
    if said.weight == 0 or said.channel == "analysis":
        return HIDDEN
    if said.recipient not in (None, "", "all"):
        return TOOL
    kind = said.content.content_type if said.content else "text"
    return None if kind in SHOWN else HIDDEN


def _row(chat: str, said: _Said, options: ReadOptions) -> Row:
    reason = _reason(said)
    if reason:
        return Drop(reason)
    parts = (said.content.parts if said.content else None) or []
    text = "\n".join(words for part in parts if (words := _words(part)))
    write = typed if said.author.role == "user" else answered
    message = write(chat, said.author.role, _time(said), text)
    if text.strip():
        return message
    has_media = any(isinstance(part, _Part) for part in parts)
    return media(options, message) if has_media else Drop(EMPTY)


def _words(part: str | _Part | None) -> str:
    if isinstance(part, _Part):
        return (part.text or "") if part.content_type in (SPOKEN, "text", "") else ""
    return part or ""


def _time(said: _Said) -> datetime | None:
    at = said.create_time
    return from_iso(at) if isinstance(at, str) else from_epoch(at) if at else None


FORMAT = Format(
    name="chatgpt",
    needs="keys", sniff=sniff,
    parse=parse,
    verbatim=True,
    companions=frozenset(
        {"user.json", "user_settings.json", "message_feedback.json", "model_comparisons.json",
         "shared_conversations.json", "group_chats.json", "shopping.json", "sora.json",
         "chat.html", "conversation_asset_file_names.json", "export_manifest.json", "ads.json",
         "library_files.json"}
    ),
)  # fmt: skip
