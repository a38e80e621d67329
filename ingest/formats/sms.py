"""SMS Backup & Restore's XML, as Silence and others write it too: text and multimedia messages.

    <smses count="2"><sms address="+1 555 0100" date="1706776200123" type="1" body="hi &#128578;"
      contact_name="Ann" /><mms msg_box="1" address="+15550100~+15550101" date="..."> <parts>
      <part ct="text/plain" text="hi" /></parts><addrs><addr address="+15550100" type="137" />

Chats and senders have the contact's name, else the number without blanks and dashes. The owner is
'Me'. Left out: drafts, pictures and other media. Times are UTC.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ingest.detect import Head
from ingest.format import DAMAGED, EMPTY, Drop, Format, ReadOptions, Row, media
from ingest.formats.sms_tags import Tag, tags
from ingest.source import Source
from ingest.times import from_epoch
from persona.data import Message

OWNER = "Me"
DRAFT = "draft"
RECEIVED, IS_DRAFT = "1", "3"
"""Among the boxes that messages lie in; the rest hold what the owner sent or tried to send."""

FROM = "137"
SAME_DIGITS = 9
"""Numbers that end in so many same digits are one, with and without their country's code."""

_UNKNOWN = frozenset({"", "(unknown)", "unknown", "null"})
_ROOT = re.compile(r"<smses[\s>]")
_MESSAGE = re.compile(r"<sms\s[^<]*\bbody\s*=")


def sniff(head: Head) -> float:
    """Its root, or its messages."""
    if "<sms" not in head.text:
        return 0.0
    if _ROOT.search(head.text):
        return 0.98
    return 0.9 if _MESSAGE.search(head.text) else 0.0


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """Every message of every chat, in the file's order."""
    names = _names(source)
    for letter in _letters(source):
        yield Drop(DAMAGED) if letter is None else _row(letter, names, options)


@dataclass(slots=True)
class _Letter:
    """A message: its own tag, and for multimedia what stands inside it."""

    tag: Tag
    parts: list[Tag] = field(default_factory=list)
    sender: str = ""


def _letters(source: Source) -> Iterator[_Letter | None]:
    letter: _Letter | None = None
    for tag in tags(source):
        if tag is None:
            yield None
        elif tag.name == "sms" and not tag.is_closing:
            yield _Letter(tag)
        elif tag.name == "mms":
            if letter:
                yield letter
            letter = None if tag.is_closing else _Letter(tag)
        elif letter and tag.name == "part" and not tag.is_closing:
            letter.parts.append(tag)
        elif letter and tag.get("type") == FROM:
            letter.sender = tag.get("address")
    if letter:
        yield None  # the file ends inside of it


def _names(source: Source) -> dict[str, str]:
    """What each number is called: its contact, else the number as it is first written."""
    contacts: dict[str, str] = {}
    numbers: dict[str, str] = {}
    for tag in tags(source):
        address = tag.get("address") if tag and tag.name in ("sms", "mms") else ""
        if tag is None or not address or "~" in address:
            continue
        contact = tag.get("contact_name").strip()
        if contact.casefold() not in _UNKNOWN:
            contacts.setdefault(_key(address), contact)
        numbers.setdefault(_key(address), number(address))
    return numbers | contacts


def number(address: str) -> str:
    """A telephone number without blanks, dashes and brackets; another address as it is."""
    bare = re.sub(r"[\s().\-/\u200e\u202a\u202c\u00a0]", "", address)
    return bare if re.fullmatch(r"\+?\d+", bare) else address.strip()


def _key(address: str) -> str:
    bare = number(address)
    return bare[-SAME_DIGITS:] if bare.lstrip("+").isdigit() else bare.casefold()


def _row(letter: _Letter, names: Mapping[str, str], options: ReadOptions) -> Row:
    tag = letter.tag
    box = tag.get("type") if tag.name == "sms" else tag.get("msg_box")
    if box == IS_DRAFT:
        return Drop(DRAFT)
    mine = box != RECEIVED
    address = tag.get("address")
    sender = OWNER if mine else _name(letter.sender or address.split("~")[0], names)
    text = tag.get("body") if tag.name == "sms" else _text(letter)
    stamp = tag.get("date")
    sent_at = from_epoch(float(stamp)) if stamp.isdecimal() else None
    message = Message(_chat(tag, names), sender, sent_at, text, mine)
    if text.strip():
        return message
    return media(options, message) if _has_media(letter) else Drop(EMPTY)


def _name(address: str, names: Mapping[str, str]) -> str:
    return names.get(_key(address)) or number(address) or "unknown"


def _chat(tag: Tag, names: Mapping[str, str]) -> str:
    """The people of a chat; a group by the names of all, in the order of the names."""
    people = {_name(part, names) for part in tag.get("address").split("~") if part}
    return ", ".join(sorted(people)) or "unknown"


def _text(letter: _Letter) -> str:
    texts = [part.get("text") for part in letter.parts if part.get("ct") == "text/plain"]
    return "\n".join(text for text in texts if text)


def _has_media(letter: _Letter) -> bool:
    kinds = {part.get("ct") for part in letter.parts}
    return bool(kinds - {"text/plain", "application/smil", ""})


FORMAT = Format(name="sms", sniff=sniff, parse=parse)
