"""Replies from anywhere: `persona eval --replies FILE`, one JSON object per line.

    {"text": "no way lol", "conversation": "c17"}

Only `text` is needed. Blank lines and unknown keys are passed over, a byte order mark too, and a
file that is one JSON list of such objects is read as well; anything else that does not fit is an
error that names its line or its place in the list.
"""

from pathlib import Path

import msgspec

from eval.json_text import decode_json
from persona.data import Turn
from persona.errors import DataError

SHAPE = 'each line should be an object such as {"text": "..."}, or the file one list of them'


class GivenReply(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a replies file from anywhere; the prompt tells which context it answers."""

    text: str
    conversation: str | int | None = None
    prompt: tuple[Turn, ...] | None = None


def read_given(path: Path) -> list[GivenReply]:
    """The rows of a replies file, empty replies among them.

    Raises DataError where the file cannot be read, a row does not fit or no reply says anything;
    never quotes a reply.
    """
    try:
        content = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from None
    is_list = content.lstrip().startswith(b"[")
    rows = _listed(path, content) if is_list else _lines(path, content)
    if not any(row.text.strip() for row in rows):
        raise DataError(f"{path}: there are no replies in it; {SHAPE}")
    return rows


def _listed(path: Path, content: bytes) -> list[GivenReply]:
    try:
        return decode_json(content, list[GivenReply])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: {_what(error)}; {SHAPE}") from None


def _lines(path: Path, content: bytes) -> list[GivenReply]:
    rows = []
    for number, line in enumerate(content.splitlines(), start=1):
        if line.strip():
            try:
                rows.append(decode_json(line, GivenReply))
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise DataError(f"{path}:{number}: {_what(error)}; {SHAPE}") from None
    return rows


def _what(error: msgspec.DecodeError | UnicodeDecodeError) -> str:
    """What is wrong with a line, in a reader's words."""
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8"
    return str(error) if isinstance(error, msgspec.ValidationError) else "not JSON"
