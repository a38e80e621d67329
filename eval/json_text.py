"""JSON as other programs write it: read into a type, also where an emoji was cut in two.

Python's json writes a reply that ends inside an emoji as "x \\ud83d", half a surrogate pair, which
strict readers refuse.
"""

import re
from typing import TypeVar

import msgspec

Read = TypeVar("Read")

_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"  # a whole pair
    rb"|u([dD][89a-fA-F][0-9a-fA-F]{2})|.)",  # half of one, or any other escape
    re.DOTALL,
)


def decode_json(data: bytes, kind: type[Read]) -> Read:
    """The value in `data`; half a surrogate pair becomes U+FFFD.

    Raises msgspec.DecodeError (its ValidationError where only the shape is wrong) or
    UnicodeDecodeError.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        return msgspec.json.decode(_ESCAPE.sub(_whole, data), type=kind)


def _whole(escape: re.Match[bytes]) -> bytes:
    return rb"\ufffd" if escape[1] else escape[0]
