"""The tags of a backup of text messages, one by one, whatever lies between them.

XML parsers give up the whole file at a smiley that is written as two halves (`&#55357;&#56898;`) or
at one damaged message, and can be made to unfold or fetch what a file tells them to. Here only the
five named characters of XML and numbers become characters, and damage ends with its tag.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.source import Source
from ingest.text import utf8_blocks
from persona.errors import DataError

LONGEST_TAG = 1 << 20
LONGEST_PART = 64 << 20
"""Bytes of one tag, at most; of a part more, as a picture is one attribute."""

_OPENING = re.compile(rb"</?(?:sms|mms|part|addr)(?=[\s/>])")
_TAG = re.compile(rb"<(/?)(sms|mms|part|addr)((?:[^\"'<>]++|\"[^\"]*\"|'[^']*')*+)>")
_ATTRIBUTE = re.compile(rb"(?<![\w:.-])([\w:.-]{1,80}+)\s*+=\s*(?:\"([^\"]*)\"|'([^']*)')")
_REFERENCE = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Tag:
    """An opening (or empty) tag with its attributes, or a closing one."""

    name: str
    is_closing: bool
    attributes: dict[bytes, bytes]

    def get(self, key: str) -> str:
        """An attribute; empty where it is missing or 'null', as Android writes it."""
        value = self.attributes.get(key.encode(), b"")
        return "" if value == b"null" else unescape(value.decode("utf-8", "replace"))


def tags(source: Source) -> Iterator[Tag | None]:
    """The tags of messages; None for each that is damaged.

    Raises DataError for a file that declares entities, which no backup does.
    """
    blocks = utf8_blocks(source)
    data, place = next(blocks, b""), 0
    if _DECLARES.search(data.partition(b"<sms")[0]):
        raise DataError(f"{source.path}: declares XML entities, as no backup does; not read")
    while True:
        opening = _OPENING.search(data, place)
        if opening is None:
            more = next(blocks, None)
            if more is None:
                return
            data, place = data[max(place, len(data) - 8) :] + more, 0
            continue
        tag = _TAG.match(data, opening.start())
        longest = LONGEST_PART if opening[0] == b"<part" else LONGEST_TAG
        if tag is None and len(data) - opening.start() < longest:
            more = _twice(blocks, len(data))
            if more:
                data, place = data[opening.start() :] + more, 0
                continue
        if tag is None:
            yield None
        else:
            yield Tag(tag[2].decode(), bool(tag[1]), _attributes(tag[3]))
        place = tag.end() if tag else opening.end()


def _twice(blocks: Iterator[bytes], size: int) -> bytes:
    """As much again as is held, so that a long tag is not looked through time and again."""
    more: list[bytes] = []
    while size > 0 and (block := next(blocks, None)) is not None:
        more.append(block)
        size -= len(block)
    return b"".join(more)


def _attributes(raw: bytes) -> dict[bytes, bytes]:
    return {key: double or single for key, double, single in _ATTRIBUTE.findall(raw)}


def unescape(text: str) -> str:
    """`text` with its references as characters, the two halves of a smiley as one."""
    if "&" not in text:
        return text
    plain = _REFERENCE.sub(_character, text)
    if _SURROGATE.search(plain):
        return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return plain


def _character(found: re.Match[str]) -> str:
    if found[3]:
        return _NAMED[found[3]]
    number = int(found[1]) if found[1] else int(found[2], 16)
    return chr(number) if 0 < number < 0x110000 else "\ufffd"
