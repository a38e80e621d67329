"""What stands after a WhatsApp header: a message, or something the app wrote in its place.

The app's own marks decide first (U+200E, angle brackets, an author-less line), its phrases last and
only for whole bodies. A text that is a message is given back as it was typed.
"""

import re

from ingest.format import CALL, DELETED, EMPTY, MEDIA, POLL, SYSTEM, Drop
from ingest.formats import whatsapp_phrases as phrases
from ingest.source import Source

MARK = "\u200e"
_EDGES = "\u200e\u200f \u202f\u00a0"

_DELETED = phrases.phrases(phrases.DELETED)
_MEDIA = phrases.phrases(phrases.MEDIA_OMITTED)
_KINDS = frozenset(phrase.casefold() for phrase in phrases.phrases(phrases.OMITTED_KINDS))
_CALLS = phrases.phrases(phrases.CALLS)
_ALSO_TYPED = frozenset({"Voice call", "Video call", "Videollamada"})
_WAITING = phrases.phrases(phrases.WAITING)
_ATTACHED = "|".join(map(re.escape, sorted(phrases.phrases(phrases.FILE_ATTACHED))))
_NOTICES = sorted(phrases.phrases(phrases.NOTICES))

ATTACHMENT = re.compile(
    rf"\u200e?<[^<>\n:]{{1,24}}: ?[^<>\n]{{1,160}}\.\w{{2,5}}>"
    rf"|\u200e?[^\n<>/]{{1,160}}\.\w{{2,5}} \((?:{_ATTACHED})\)"
    r"|\u200e?(?:IMG|VID|AUD|PTT|STK|DOC)-\d{8}-WA\d{4}\.\w{3,4} \([^()\n]{2,40}\)"
)
ATTACHED_TEXT = re.compile(rf"\.\w{{2,5}} \((?:{_ATTACHED})\)")
ATTACHED = re.compile(ATTACHED_TEXT.pattern.encode())
"""Tells whether a stretch of a file may hold an attachment that no mark announces."""

EDITED = re.compile(
    rf"\s*\u200e?<(?:{'|'.join(map(re.escape, phrases.phrases(phrases.EDITED)))})>$"
)
BRACKETED = re.compile(r"<[^<>\n:=/]{2,60}>")
LOCATION = re.compile(r"\u200e[^\n:]{2,30}: https://(?:maps\.google|maps\.app|foursquare)\S*")

PLAIN_SPECIALS = frozenset(
    variant
    for phrase in {"", *_DELETED, *_MEDIA, *_KINDS, *_CALLS, *_WAITING}
    for variant in (phrase, f"{phrase}.", f"<{phrase}>")
)
"""Whole bodies without a mark that may not be messages; a quick first look."""


def classify(body: str) -> str | Drop:
    """The text of a body, or why it is not a message. Media: an empty text means media alone."""
    text = EDITED.sub("", body)
    bare = text.strip(_EDGES + "\n").removeprefix("<").removesuffix(">").removesuffix(".")
    if bare in _DELETED:
        return Drop(DELETED)
    if not bare:
        return Drop(EMPTY)
    if bare in _WAITING or bare + "." in _WAITING:
        return Drop("not received yet" if len(bare) > 4 else EMPTY)
    if bare in _CALLS and bare not in _ALSO_TYPED:
        return Drop(CALL)
    if _is_placeholder(text.strip("\n"), bare):
        return Drop(MEDIA)
    if ATTACHMENT.search(text):
        caption = ATTACHMENT.sub("", text).strip(_EDGES + "\n")
        return caption or Drop(MEDIA)
    if text.startswith(MARK):
        return _marked(text, bare)
    return text


def _is_placeholder(text: str, bare: str) -> bool:
    if bare in _MEDIA or LOCATION.fullmatch(text.strip(" \n")):
        return True
    unmarked = text.strip(_EDGES)
    kind = bare.casefold().split(" • ")[0]
    if kind in _KINDS:
        # "image omitted" typed by a person has no mark; the app's own has, in every recent export.
        return text.startswith(MARK) or unmarked[:1] == "<"
    return bool(BRACKETED.fullmatch(unmarked)) and (" " in bare or not bare.isascii())


def _marked(text: str, bare: str) -> str | Drop:
    """What begins with the app's own mark and is no medium: a call, a poll, else a notice."""
    first = bare.split("\n", 1)[0]
    if first in _CALLS or any(first.startswith(call + ",") for call in _CALLS):
        return Drop(CALL)
    if MARK in text[1:] and text.count("\n") >= 2:
        return Drop(POLL)
    return Drop(SYSTEM)


def is_notice_about(name: str, body: str) -> bool:
    """Whether a body is the app telling what its author did: 'NAME: NAME created group'."""
    rest = body.removeprefix(name)
    return rest != body and any(rest.strip(" \u202f").startswith(notice) for notice in _NOTICES)


def chat_title(source: Source, *, default: str) -> str:
    """The chat's name from the file's or the archive's, in the eight languages they are in."""
    for name in (source.stem, source.container.title, source.folder):
        plain = re.sub(r"( \(\d+\)|-\d+|\.txt)+$", "", name.strip(MARK + "\u202a\u202c "))
        for pattern in phrases.TITLES:
            if found := re.fullmatch(pattern, plain):
                return found["t"].strip()
    return default
