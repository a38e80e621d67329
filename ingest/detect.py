"""What a file is, by its content: every format looks at the same head and says how sure it is.

The extension decides nothing by itself, and neither does the first line: text formats vote over
all lines of the head, JSON formats look for the keys they need.
"""

import csv
import io
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ingest.format import Evidence, Format
from ingest.legacy import legacy_encoding
from ingest.source import HEAD_BYTES, Source

JSON_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[{}\[\],]|"', re.DOTALL)
MAX_TOKENS = 40_000
MAX_LINES = 2000
_ASCII = bytes(range(128))
_CLOCKS = bytes.maketrans(b"123456789.", b"000000000:")
EXCEL_MARK = re.compile(r'"?sep=.?"?', re.IGNORECASE)

MEDIA_MAGIC = re.compile(
    rb"\xff\xd8\xff|\x89PNG|GIF8|RIFF....(?:WEBP|WAVE|AVI)|....ftyp|OggS|ID3|\xff[\xfb\xf3\xf1\xf9]"
    rb"|%PDF|\x1aE\xdf\xa3|fLaC|#!AMR|\x00\x00\x01\x00|BM.{8}6\x00|caff|wOF[F2]|FWS",
    re.DOTALL,
)


@dataclass(frozen=True)
class Head:
    """The beginning of a file, and what can be seen in it. Made once, shared by all formats."""

    source: Source
    data: bytes

    @cached_property
    def text(self) -> str:
        """The head as text: UTF-8 or UTF-16 with or without a mark, else as `legacy.py` thinks."""
        return decode(self.data)

    @cached_property
    def lines(self) -> list[str]:
        """Its first lines, without the last one where that may be cut off."""
        text = self.text.replace("\r\n", "\n")
        lines = text.split("\n", MAX_LINES)  # splitlines parts at \x1d as well
        is_whole = len(lines) <= MAX_LINES and lines[-1] and len(self.data) < HEAD_BYTES
        return lines if is_whole or len(lines) == 1 else lines[:-1]

    @cached_property
    def timed(self) -> list[str]:
        """The lines that may hold a time of day ('9:05', '9.05'): a chat's begin with one.

        Few lines of other files do, so that only these need be compared with anything.
        """
        encoded = self.text.encode()
        if has_other_digits(encoded):
            return self.lines
        return [self.lines[at] for at in clock_lines(encoded) if at < len(self.lines)]

    @cached_property
    def start(self) -> str:
        """The first character that is not blank: '{' or '[' for JSON."""
        return self.text.lstrip("\ufeff \t\r\n")[:1]

    @property
    def is_cut_off(self) -> bool:
        """Whether it is the whole of a JSON file, without its end."""
        is_whole = len(self.data) < HEAD_BYTES
        return is_whole and bool(self.keys) and self.text.rstrip()[-1:] not in ("}", "]")

    @cached_property
    def keys(self) -> frozenset[str]:
        """Where which keys stand in JSON or JSON lines: 'messages[].date', '[].sender'."""
        return json_keys(self.data) if self.start in ("{", "[") else frozenset()

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The first row read as CSV (comma, semicolon or tab), as it is written."""
        first = "" if self.start in ("{", "[") else header_line(self.text)
        delimiter = max(",;\t", key=first.count)
        if delimiter not in first:
            return ()
        try:
            return tuple(next(csv.reader(io.StringIO(first), delimiter=delimiter), ()))
        except csv.Error:  # a database or something else that is no text
            return ()

    @cached_property
    def shows(self) -> frozenset[Evidence]:
        """What of the evidence is there that formats need."""
        is_page = "class=" in self.text or "<style" in self.text
        found: dict[Evidence, bool] = {
            "keys": bool(self.keys),
            "times": bool(self.timed),
            "tags": is_page,
        }
        return frozenset(kind for kind, is_there in found.items() if is_there)

    def has(self, *keys: str) -> bool:
        """Whether all of these keys stand where they are named."""
        return self.keys.issuperset(keys)


def clock_lines(text: bytes) -> Iterator[int]:
    """The numbers, from 0, of the lines in which two digits are parted by ':' or '.'."""
    shapes = text.translate(_CLOCKS)
    number = start = 0
    while (at := shapes.find(b"0:0", start)) >= 0:
        number += shapes.count(b"\n", start, at)
        yield number
        start = shapes.find(b"\n", at)
        if start < 0:
            return


def has_other_digits(text: bytes) -> bool:
    """Whether there are digits other than 0 to 9 in a UTF-8 text."""
    foreign = b"" if text.isascii() else text.translate(None, _ASCII)
    return any(map(str.isdecimal, set(foreign.decode())))


def header_line(text: str) -> str:
    """The line that names the columns of a table; Excel puts 'sep=;' in front of it."""
    first, _, rest = text.lstrip("\ufeff").partition("\n")
    if EXCEL_MARK.fullmatch(first.strip()):
        first = rest.partition("\n")[0]
    return first.rstrip("\r")


def decode(data: bytes) -> str:
    """`data` as text, in the encoding it is most likely in; a cut last character is left out."""
    encoding = text_encoding(data)
    return data.decode(encoding, errors="ignore" if encoding.startswith("utf") else "replace")


def text_encoding(data: bytes) -> str:
    """The codec of a text's head: utf-8-sig, utf-16 (with its order) or one from before those."""
    if data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return "utf-32"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    sample = data[:4096] if b"\0" in data[:4096] else b""
    if len(sample) >= 8 and sample[1::2].count(0) > len(sample) * 0.35 > sample[::2].count(0) * 4:
        return "utf-16-le"
    if len(sample) >= 8 and sample[::2].count(0) > len(sample) * 0.35 > sample[1::2].count(0) * 4:
        return "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        # A head may end inside a character; one bad byte in a long file does not make it cp1252.
        if error.start < len(data) - 4 and _invalid_share(data) > 0.001:
            return legacy_encoding(data)
    return "utf-8-sig"


def _invalid_share(data: bytes) -> float:
    """The share of non-ASCII characters that are not valid UTF-8, per byte of text."""
    replaced = data.decode("utf-8", errors="replace").count("\ufffd")
    valid = len(re.findall(rb"[\xc2-\xf4][\x80-\xbf]+", data))
    return replaced / max(replaced + valid, 1) if replaced else 0.0


def json_keys(data: bytes) -> frozenset[str]:
    """The paths of keys in the head of a JSON or JSON-lines file, four levels deep."""
    found: set[str] = set()
    path: list[str] = []
    key = ""
    for count, token in enumerate(JSON_TOKEN.finditer(data)):
        if count > MAX_TOKENS or token[0] == b'"':  # the last string goes on behind the head
            break
        mark = data[token.start()]
        if mark == 0x22:
            if token.group(1) and len(path) <= 4:
                key = token.group(0)[1:].partition(b'"')[0].decode("utf-8", errors="replace")
                found.add("".join(path) + key)
        elif mark in b"{[":
            path.append(_step(mark, key, path))
            key = ""
        else:
            key = ""
            if mark != 0x2C and path:
                path.pop()
    return frozenset(found)


def _step(mark: int, key: str, path: Sequence[str]) -> str:
    if mark == 0x5B:
        return f"{key}[]"
    if path and path[-1].endswith("[]") and not key:
        return "."
    return f"{key}." if key else ""


@dataclass(frozen=True, slots=True)
class Guess:
    """A format a file may be, and how sure that is."""

    format: Format
    confidence: float

    def __str__(self) -> str:
        return f"{self.format.name} {self.confidence:.0%}"


LEAST_CONFIDENCE = 0.2


def candidates(head: Head, formats: Sequence[Format]) -> list[Guess]:
    """The formats a file may be, likeliest first; empty if none."""
    if not head.data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        return []
    asked = [known for known in formats if known.needs is None or known.needs in head.shows]
    guesses = [Guess(known, known.sniff(head)) for known in asked]
    likely = [guess for guess in guesses if guess.confidence >= LEAST_CONFIDENCE]
    return sorted(likely, key=lambda guess: -guess.confidence)


def is_media(data: bytes) -> bool:
    """Whether a head is that of a picture, a sound, a film or a PDF: not worth a word."""
    return bool(MEDIA_MAGIC.match(data)) or _is_animated_sticker(data)


def _is_animated_sticker(data: bytes) -> bool:
    """Whether it is one of Telegram's animated stickers: packed JSON that says so first."""
    if not data.startswith(b"\x1f\x8b"):
        return False
    try:
        return zlib.decompressobj(31).decompress(data, 64).startswith(b'{"tgs"')
    except zlib.error:
        return False
