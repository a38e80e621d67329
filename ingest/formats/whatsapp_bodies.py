"""What stands after a WhatsApp header: a message, or something the app wrote in its place.

The app's own marks decide first (U+200E, angle brackets, an author-less line), its phrases last and
only for whole bodies. A text that is a message is given back as it was typed.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ingest.format import CALL, DELETED, EMPTY, MEDIA, POLL, SYSTEM, Drop
from ingest.formats.whatsapp_phrases import TITLES, Kind, phrases
from ingest.source import Source

MARK = "\u200e"
NOT_RECEIVED = "not received yet"
_EDGES = "\u200e\u200f \u202f\u00a0\n"
_STOPS = ".。"
_LEAST_REPEATS = 3
_LONGEST = 20_000
"""Characters of what the app writes, with a caption, at most."""


def _any(kind: Kind) -> str:
    return "|".join(map(re.escape, sorted(phrases(kind), key=len, reverse=True)))


def _folded(kind: Kind) -> frozenset[str]:
    return frozenset(phrase.casefold() for phrase in phrases(kind))


_MEDIA = _folded("media_omitted")
_KINDS = _folded("kind_omitted")
_KINDS_AS_WRITTEN, _LIVE = phrases("kind_omitted"), phrases("live_location")
_DELETED, _CALLS, _WAITING = phrases("deleted"), phrases("call"), phrases("waiting")
_HELD = phrases("held_call")  # also typed by people: the app's only with its mark
_CALL_STARTS = (*_CALLS, *_HELD)
_NOTICES, _ENCRYPTED = tuple(phrases("notice")), tuple(phrases("encrypted"))

_FILE = r"[^\n<>/]{1,160}\.\w{2,5}(?: • [^\n<>]{1,30})?"
_FILE_ATTACHED = _any("file_attached")
ATTACHMENT = re.compile(
    rf"{MARK}?{_FILE} ?{MARK}? ?\((?:{_FILE_ATTACHED})\)"
    rf"|{MARK}?(?:IMG|VID|AUD|PTT|STK|DOC)-\d{{8}}-WA\d{{4}}\.\w{{3,4}} \([^()\n]{{2,40}}\)"
    rf"|(?:{MARK}?{_FILE} ?)?{MARK}?<(?:{_any('attached')}): ?[^<>\n]{{1,160}}>"
    rf"|(?:{MARK}?{_FILE} ?)?{MARK}<[^<>\n:]{{1,24}}: ?[^<>\n]{{1,160}}\.\w{{2,5}}>"
)
_KIND_AT_END = re.compile(
    rf"(?s)(.*{MARK}|{MARK}?{_FILE} {MARK}?)<?(?:{_any('kind_omitted')})[.。]?>?", re.IGNORECASE
)
_EDITED = re.compile(rf"{MARK}?<(?:{_any('edited')})[.。]?>$", re.IGNORECASE)
_FIRST_LINE = re.compile(rf"{MARK}?<([^<>\n]{{3,60}})>(?:\n(.*))?", re.DOTALL)
_LOCATION = re.compile(
    rf"{MARK}[^\n]{{2,160}}: https://(?:maps\.google|maps\.app|foursquare)\S*"
    rf"|{MARK}?[^\n:]{{2,30}}: https://maps\.google\.com/\?q=-?[\d.]+,-?[\d.]+"
    rf"|{MARK}?[^\n]{{2,160}}(?::|\n[^\n]+)\s+https://foursquare\.com/v/\w+"
    rf"|{MARK}?(?:{_any('live_location')})"
)
_OPTIONS = re.compile(rf"(?m)^{MARK}?[^\n:]{{3,14}}: .*\({MARK}?\d+ [^()\n]+\)$")

UNMARKED = re.compile(
    rf"\.\w{{2,5}} \((?:{_FILE_ATTACHED})\)|-WA\d{{4}}\.\w{{3,4}} \("
    r"|//maps\.google\.com/\?q=|//foursquare\.com/v/"
)
_ATTACHED_BYTES = re.compile(rf"\((?:{_FILE_ATTACHED})\)".encode())
_PLACES_BYTES = (b"//maps.google.com/?q=", b"//foursquare.com/v/")

OPENINGS = ("<", "POLL:\n", "This message was deleted by admin ")
ENDINGS = (">", "\n")
"""A body that begins or ends so may be no plain message; nor may one of these:"""
WHOLE = frozenset(
    variant
    for phrase in {"", "null", *_DELETED, *_CALLS, *_WAITING, *_KINDS_AS_WRITTEN, *_LIVE}
    for variant in (phrase, phrase + ".", phrase + "。", phrase + " ")
)


def may_hold_unmarked(chunk: bytes) -> bool:
    """Whether a stretch of a file may hold files or places that no mark announces."""
    return any(place in chunk for place in _PLACES_BYTES) or _holds_attachment(chunk)


def _holds_attachment(chunk: bytes) -> bool:
    """Looks around each bracket: ten times as fast as a search for all the phrases at once."""
    bracket = chunk.find(b"(")
    while bracket >= 0:
        if b"-WA" in chunk[bracket - 16 : bracket] or _ATTACHED_BYTES.match(chunk, bracket):
            return True
        bracket = chunk.find(b"(", bracket + 1)
    return False


@dataclass(frozen=True, slots=True)
class Bodies:
    """Tells messages from what the app wrote, for one file.

    from_ios: a mark before a body is the app's own there. learned: bodies in angle brackets that
    this file has so often that they stand for media, in whatever language.
    """

    from_ios: bool
    learned: frozenset[str] = frozenset()

    def classify(self, body: str) -> str | Drop:
        """The text of a body, or why it is no message. The caption of a medium is a text."""
        if len(body) > _LONGEST:
            return body
        text = _without_edited(body)
        bare = text.strip(_EDGES).removeprefix("<").removesuffix(">").rstrip(_STOPS)
        if not bare or bare == "null":
            return Drop(EMPTY)
        if bare in _DELETED or bare.startswith("This message was deleted by admin "):
            return Drop(DELETED)
        if bare in _WAITING:
            return Drop(NOT_RECEIVED)
        if _is_poll(text):
            return Drop(POLL)
        if bare in _CALLS or (bare in _HELD and text.startswith(MARK)):
            return Drop(CALL)
        caption = self._caption(text)
        if caption is not None:
            return caption or Drop(MEDIA)
        if self.from_ios and text.startswith(MARK):
            return Drop(CALL if bare.startswith(_CALL_STARTS) else SYSTEM)
        return text

    def _caption(self, text: str) -> str | None:
        """What was typed to a medium, empty if nothing; None if the text is about no medium."""
        if _LOCATION.fullmatch(text.strip(" \n")):
            return ""
        if self.from_ios and text.strip(_EDGES).rstrip(_STOPS) in _KINDS_AS_WRITTEN:
            return ""  # without its mark, as in a file that was copied by hand
        if (first := _FIRST_LINE.fullmatch(text)) and self._is_placeholder(first[1]):
            rest = (first[2] or "").strip("\n")
            return "" if re.fullmatch(_FILE, rest) else rest
        if found := _KIND_AT_END.fullmatch(text.strip("\n")):
            before = found[1].strip(_EDGES)
            return "" if re.fullmatch(rf"{_FILE}|.* • .*", before) else before
        if ATTACHMENT.search(text):
            return ATTACHMENT.sub("", text).strip(_EDGES)
        return None

    def _is_placeholder(self, words: str) -> bool:
        folded = words.strip(_EDGES).rstrip(_STOPS).casefold()
        return folded in _MEDIA or folded in _KINDS or words in self.learned


def _without_edited(body: str) -> str:
    found = _EDITED.search(body, max(len(body) - 100, 0)) if body.endswith(">") else None
    return body[: found.start()].rstrip() if found else body


def _is_poll(text: str) -> bool:
    """'POLL:', the question, and options with their votes, in any language."""
    first, _, rest = text.removeprefix(MARK).partition("\n")
    return first.endswith(":") and len(first) < 15 and bool(_OPTIONS.search(rest))


def learn_placeholders(bodies: Iterable[str]) -> frozenset[str]:
    """Which words in angle brackets stand for media: those that many bodies consist of."""
    found = (_FIRST_LINE.fullmatch(body.rstrip("\n")) for body in bodies if body.startswith("<"))
    words = Counter(first[1] for first in found if first)
    return frozenset(word for word, count in words.items() if count >= _LEAST_REPEATS)


def is_opening_notice(name: str, body: str) -> bool:
    """Whether a first body is the app's: about encryption, or 'NAME: NAME created group'."""
    rest = body.removeprefix(name)
    about_author = rest != body and rest.strip(" \u202f").startswith(_NOTICES)
    return about_author or body.startswith(_ENCRYPTED)


def chat_title(source: Source, *, default: str) -> str:
    """The chat's name from the file's or the archive's, in the languages they are named in."""
    for name in (source.stem, source.container.title, source.folder):
        plain = re.sub(r"( \(\d+\)|-\d+|\.txt)+$", "", name.strip(MARK + "\u202a\u202c "))
        spaced = plain.replace("_", " ").strip()
        for pattern in TITLES:
            if found := re.fullmatch(pattern, plain) or re.fullmatch(pattern, spaced):
                return found["t"].strip()
    return default
