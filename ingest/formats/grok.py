"""Grok's data export from xAI: `prod-grok-backend.json`, deep in the zip.

    {"conversations": [{"conversation": {"id": "c1", "title": "Soup"}, "responses": [
       {"response": {"_id": "r1", "sender": "human", "message": "hi",
          "create_time": {"$date": {"$numberLong": "1743281377018"}}}},
       {"response": {"_id": "r2", "parent_response_id": "r1", "sender": "ASSISTANT", ...}}]}]}

The sender is 'human', else some name of the assistant or of its model. Where a response names its
parent, only the branch that ends at the newest one counts. Left out: other branches, thoughts and
tools, pictures that were made, failed answers, files that were sent. Times are UTC.
"""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from ingest.branches import newest_leaf, path_to
from ingest.detect import Head
from ingest.format import DAMAGED, EMPTY, OTHER_BRANCH, Drop, Format, ReadOptions, Row, media
from ingest.json_elements import Elements
from ingest.sides import answered, typed
from ingest.source import Source
from ingest.times import from_epoch, from_iso

PERSON = "human"


class _Long(msgspec.Struct, gc=False):
    number: str | int = msgspec.field(name="$numberLong", default=0)


class _Date(msgspec.Struct, gc=False):
    date: str | _Long | None = msgspec.field(name="$date", default=None)


class _Said(msgspec.Struct, gc=False):
    sender: str
    id: str | None = msgspec.field(name="_id", default=None)
    parent: str | None = msgspec.field(name="parent_response_id", default=None)
    message: str | None = None
    create_time: str | _Date | None = None
    generated_image_urls: list[object] | None = None
    file_attachments: list[object] | None = None


class _Response(msgspec.Struct, gc=False):
    response: _Said


class _About(msgspec.Struct, gc=False):
    id: str | None = None
    title: str | None = None


class _Conversation(msgspec.Struct):
    conversation: _About
    responses: list[_Response]


_CONVERSATIONS = Elements(_Conversation)


def sniff(head: Head) -> float:
    """Conversations beside their responses."""
    return 0.97 if head.has("conversations[].conversation", "conversations[].responses") else 0.0


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The shown branch of every conversation, and what was left out of it."""
    rows = (found for _, found in _CONVERSATIONS.under(source, "conversations"))
    for number, conversation in enumerate(rows, start=1):
        if conversation is None:
            yield Drop(DAMAGED)
            continue
        about = conversation.conversation
        chat = about.id or about.title or f"{source.stem} {number}"
        said = [row.response for row in conversation.responses]
        shown = _shown(said)
        yield from (_row(chat, message, options) for message in shown)
        if len(shown) < len(said):
            yield Drop(OTHER_BRANCH, len(said) - len(shown))


def _shown(said: list[_Said]) -> list[_Said]:
    """The branch that ends at the newest response. One without a parent goes on from the last."""
    nodes: dict[str, _Said] = {}
    parents: dict[str, str | None] = {}
    last = None
    for number, message in enumerate(said):
        name = message.id or f" {number}"
        nodes[name] = message
        parents[name] = message.parent if message.parent in parents else last
        last = name
    leaf = newest_leaf(parents, since=lambda name: _since(nodes[name]))
    return [nodes[name] for name in path_to(leaf, parents)]


def _row(chat: str, said: _Said, options: ReadOptions) -> Row:
    is_person = said.sender.casefold() == PERSON
    text = said.message or ""
    write, sender = (typed, PERSON) if is_person else (answered, "assistant")
    message = write(chat, sender, _time(said), text)
    if text.strip():
        return message
    has_media = said.generated_image_urls or said.file_attachments
    return media(options, message) if has_media else Drop(EMPTY)


def _time(said: _Said) -> datetime | None:
    at = said.create_time.date if isinstance(said.create_time, _Date) else said.create_time
    if isinstance(at, _Long):
        digits = str(at.number)
        return from_epoch(int(digits)) if digits.isdecimal() and len(digits) < 20 else None
    return from_iso(at) if at else None


def _since(said: _Said) -> float:
    at = _time(said)
    return at.timestamp() if at else 0.0


FORMAT = Format(
    name="grok",
    needs="keys",
    sniff=sniff,
    parse=parse,
    verbatim=True,
    companions=frozenset({"prod-mc-auth-mgmt-api.json", "prod-mc-billing.json"}),
)
