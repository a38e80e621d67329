"""Claude.ai's data export: `conversations.json`.

    [{"uuid": "...", "name": "Soup", "chat_messages": [{"uuid": "m1", "sender": "human",
       "text": "hi", "content": [{"type": "text", "text": "hi"}],
       "created_at": "2025-01-01T10:00:00.000000Z", "attachments": [], "files": []}]}]

The words are in `content` or in `text`, and not always in both. Where a message names its parent,
only the branch that ends at the newest message counts. Left out: thinking, tool calls and their
results, what attached files hold. Times are UTC.
"""

import re
from collections.abc import Iterator, Sequence

import msgspec

from ingest.branches import path_to
from ingest.detect import Head
from ingest.format import DAMAGED, EMPTY, OTHER_BRANCH, TOOL, Drop, Format, ReadOptions, Row, media
from ingest.json_elements import Elements
from ingest.sides import answered, typed
from ingest.source import Source
from ingest.times import from_iso

_PLACEHOLDER = re.compile(
    r"(?:```\n)?This block is not supported on your current device yet\.(?:\n```)?"
)


class _Block(msgspec.Struct, gc=False):
    type: str = ""
    text: str | None = None


class _Said(msgspec.Struct, gc=False):
    sender: str
    uuid: str | None = None
    parent: str | None = msgspec.field(name="parent_message_uuid", default=None)
    text: str | None = None
    content: list[_Block] | None = None
    created_at: str | None = None
    attachments: list[object] | None = None
    files: list[object] | None = None


class _Conversation(msgspec.Struct):
    chat_messages: list[_Said]
    uuid: str | None = None
    name: str | None = None
    leaf: str | None = msgspec.field(name="current_leaf_message_uuid", default=None)


_CONVERSATIONS = Elements(_Conversation)


def sniff(head: Head) -> float:
    """Conversations with `chat_messages`."""
    for at in ("[].", ""):
        if head.has(f"{at}chat_messages"):
            return 0.97 if head.has(f"{at}chat_messages[].sender") else 0.7
    return 0.0


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of every conversation."""
    for number, conversation in enumerate(_CONVERSATIONS.rows(source), start=1):
        if conversation is None:
            yield Drop(DAMAGED)
            continue
        chat = conversation.uuid or conversation.name or f"{source.stem} {number}"
        shown = _shown(conversation)
        yield from (_row(chat, said, options) for said in shown)
        if len(shown) < len(conversation.chat_messages):
            yield Drop(OTHER_BRANCH, len(conversation.chat_messages) - len(shown))


def _shown(conversation: _Conversation) -> Sequence[_Said]:
    """The branch from the first message to the leaf; every message where there is no tree."""
    everything = conversation.chat_messages
    known = {said.uuid: said for said in everything if said.uuid}
    parents = [said.parent for said in everything if said.parent in known]
    if len(parents) == len(set(parents)) or len(known) < len(everything):
        return everything
    newest = max(everything, key=lambda said: said.created_at or "").uuid
    at = conversation.leaf if conversation.leaf in known else newest
    return [
        known[name] for name in path_to(at, {name: said.parent for name, said in known.items()})
    ]


def _row(chat: str, said: _Said, options: ReadOptions) -> Row:
    if said.sender not in ("human", "assistant"):
        return Drop(TOOL)
    blocks = said.content or []
    words = [block.text for block in blocks if block.type == "text" and block.text]
    text = _shown_words("\n\n".join(words) or said.text or "")
    write = typed if said.sender == "human" else answered
    message = write(chat, said.sender, from_iso(said.created_at or ""), text)
    if text.strip():
        return message
    if said.attachments or said.files:
        return media(options, message)
    return Drop(TOOL if blocks else EMPTY)


def _shown_words(text: str) -> str:
    """`text` without what stands in the place of tool calls and artifacts."""
    pieces = _PLACEHOLDER.split(text)
    if len(pieces) == 1:
        return text
    return "\n\n".join(piece.strip("\n") for piece in pieces if piece.strip())


FORMAT = Format(
    name="claude-ai",
    needs="keys",
    sniff=sniff,
    parse=parse,
    verbatim=True,
    companions=frozenset({"users.json", "projects.json", "memories.json"}),
)
