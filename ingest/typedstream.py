"""The text of an attributed string as Apple stores it: a typedstream, or a keyed archive (bplist).

Only the text is read. Its length stands before it: below 0x80 as it is, behind 0x81 in two bytes,
behind 0x82 in four, least byte first. A reader of one byte cuts every longer text.
"""

import plistlib
from typing import Any

from persona.errors import DataError

_MAGIC = b"streamtyped"
_CLASS = b"NSString"
_TEXT = b"\x01+"
"""A value whose type is '+', bytes: the first one in a string is its text."""


def attributed_text(data: bytes) -> str:
    """The text. Raises DataError where there is none."""
    if data.startswith(b"bplist00"):
        return _from_archive(data)
    name = data.find(_CLASS)
    place = data.find(_TEXT, name)
    if _MAGIC not in data[:32] or name < 0 or place < 0:
        raise DataError("an attributed string of an unknown kind")
    start, length = _length(data, place + len(_TEXT))
    if start + length > len(data):
        raise DataError("an attributed string is cut off")
    return data[start : start + length].decode("utf-8", "replace")


def _length(data: bytes, place: int) -> tuple[int, int]:
    """Where the text begins, and how many bytes it has."""
    first = data[place] if place < len(data) else 0
    width = {0x81: 2, 0x82: 4}.get(first, 0)
    start = place + 1 + width
    return start, int.from_bytes(data[place + 1 : start], "little") if width else first


def _from_archive(data: bytes) -> str:
    try:
        archive: dict[str, Any] = plistlib.loads(data)
        objects = archive["$objects"]
        text = objects[archive["$top"]["root"]]["NSString"]
        text = objects[text] if isinstance(text, plistlib.UID) else text
        text = text["NS.string"] if isinstance(text, dict) else text
    except (plistlib.InvalidFileException, LookupError, TypeError, ValueError, OverflowError):
        text = None
    if not isinstance(text, str):
        raise DataError("an attributed string of an unknown kind")
    return text
