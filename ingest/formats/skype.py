"""Skype's and personal Teams' data export: `messages.json`, mostly inside a `.tar`.

    {"userId": "8:live:ann", "exportDate": "...", "conversations": [{"id": "8:live:bo",
       "displayName": "Bo", "MessageList": [{"id": "1", "displayName": "Bo", "from": "8:live:bo",
          "originalarrivaltime": "2024-02-01T09:30:00.123Z", "messagetype": "RichText",
          "content": "hi <ss type=\\"smile\\">:)</ss>"}]}]}

Newest first. Rich text is marked up: quotations and the marks of edits go, what the marks enclose
stays. Left out: calls, people who come and go, polls, files, deleted messages, those of bots. UTC.
"""

import html
from collections.abc import Iterator, Mapping

import msgspec

from ingest.detect import Head
from ingest.format import (
    BOT,
    CALL,
    DAMAGED,
    DELETED,
    EMPTY,
    POLL,
    SYSTEM,
    Drop,
    Format,
    ReadOptions,
    Row,
    media,
)
from ingest.html_text import words
from ingest.json_elements import Elements, decode_part
from ingest.source import Source
from ingest.times import from_iso
from persona.data import Message

UNDECRYPTED = "not decrypted"
WRITTEN = frozenset({"Text", "RichText", "RichText/Html", "RichText/Sms"})
ASIDE = frozenset({"quote", "legacyquote", "blockquote", "e_m", "uriobject", "attachment", "c_i"})
_BOT = "28:"  # before an account: 8 is a person, 28 an agent or bot (skpy, terminology)
_MARKS = ("<", "&")


class _Properties(msgspec.Struct, gc=False):
    deletetime: object = None
    isdeleted: object = None


class _Said(msgspec.Struct, gc=False, rename={"sender": "from", "name": "displayName"}):
    sender: str | None = None
    name: str | None = None
    originalarrivaltime: str | None = None
    messagetype: str = ""
    content: str | None = None
    properties: _Properties | None = None


_SAID = Elements(_Said)


def sniff(head: Head) -> float:
    """Its own name for a conversation's messages."""
    lists = {"conversations[].MessageList", "conversations[].MessageList[].messagetype"}
    if not lists & head.keys:
        return 0.6 if head.has("userId", "exportDate", "conversations[].id") else 0.0
    return 0.97


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of every conversation, each oldest first."""
    owner = _bare(decode_part(source.head(), "userId", str) or "")
    names = _names(source)
    before, chat, held = b"", "", list[_Said]()
    for header, said in _SAID.under(source, "MessageList"):
        if header is not before:
            yield from (_row(chat, message, owner, names, options) for message in reversed(held))
            before, held = header, []
            chat = _title(header, names)
        if said is None:
            yield Drop(DAMAGED)
        else:
            held.append(said)
    yield from (_row(chat, message, owner, names, options) for message in reversed(held))


def _names(source: Source) -> dict[str, str]:
    """What people are called: in their messages, else by the title of the chat with them."""
    names: dict[str, str] = {}
    titles: dict[str, str] = {}
    before = b""
    for header, said in _SAID.under(source, "MessageList"):
        if header is not before:
            before = header
            other = _bare(_id(header))
            titles.setdefault(other, decode_part(header, "displayName", str) or "")
        if said and said.sender and said.name:
            names[_bare(said.sender)] = said.name
    return {key: name for key, name in (titles | names).items() if key and name}


def _id(header: bytes) -> str:
    """The id of the conversation that a header begins, behind the end of the one before."""
    start = header.find(b'"displayName"')
    place = header.rfind(b'"id"', 0, start if start > 0 else len(header))
    return decode_part(header[max(place, 0) :], "id", str) or ""


def _title(header: bytes, names: Mapping[str, str]) -> str:
    title = decode_part(header, "displayName", str) or decode_part(header, "topic", str)
    key = _bare(_id(header))
    return title or names.get(key) or key or "unknown"


def _bare(identity: str) -> str:
    """'live:bo' for '8:live:bo' and for an address that ends so."""
    last = identity.rpartition("/")[2]
    kind, found, rest = last.partition(":")
    return rest if found and kind.isdecimal() and rest else last


def _row(chat: str, said: _Said, owner: str, names: Mapping[str, str], options: ReadOptions) -> Row:
    reason = _reason(said)
    if reason:
        return Drop(reason)
    sender = _bare(said.sender or "")
    is_written = said.messagetype in WRITTEN
    message = Message(
        chat=chat,
        sender=said.name or names.get(sender) or sender or "unknown",
        sent_at=from_iso(said.originalarrivaltime or ""),
        text=_text(said) if is_written else "",
        is_subject=sender == owner if owner and sender else None,
    )
    if message.text.strip():
        return message
    return Drop(EMPTY) if is_written else media(options, message)


def _reason(said: _Said) -> str | None:
    """Why something is no message, before its text is looked at."""
    about = said.properties or _Properties()
    if about.deletetime or about.isdeleted:
        return DELETED
    if (said.sender or "").rpartition("/")[2].startswith(_BOT):
        return BOT
    kind = said.messagetype
    if kind == "Poll":
        return POLL
    if kind == "Event/Call":
        return CALL
    if kind == "EndToEndEncryption/EncryptedText":
        return UNDECRYPTED
    is_rich = kind.startswith("RichText") and kind != "RichText/ScheduledCallInvite"
    return None if is_rich or kind == "Text" else SYSTEM


def _text(said: _Said) -> str:
    content = said.content or ""
    if said.messagetype == "Text":
        return content
    if not any(mark in content for mark in _MARKS):
        return content
    if "<" not in content:
        return html.unescape(content)
    return words(content, without=ASIDE, is_laid_out="<p" not in content)


FORMAT = Format(
    name="skype",
    needs="keys",
    sniff=sniff,
    parse=parse,
    companions=frozenset({"endpoints.json", "media.json"}),
)
