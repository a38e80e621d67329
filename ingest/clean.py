"""The text of a message without what an export or a keyboard left in it unseen.

Wording, case, punctuation and emoji are style and stay as they are. Verbatim logs lose nothing but
the white space around them.
"""

import re
from unicodedata import normalize

# Byte order mark, direction marks, and white space of the export. A joiner inside an emoji stays.
_UNSEEN = re.compile("[\ufeff\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\x00\ufffc]")
_LINE_END = re.compile(r"\r\n?|[\u2028\u2029\x85\x0b\x0c]")
_TRAILING = re.compile(r"[ \t\u00a0\u202f]+(?=\n)")
_BLANK_LINES = re.compile(r"\n(?:[ \t\u00a0\u202f]*\n)+")


def clean(text: str, *, verbatim: bool) -> str:
    """`text` cleaned; empty if nothing was in it.

    In messenger logs a blank line becomes a line break: blank lines stand between the messages of
    a burst.
    """
    text = _LINE_END.sub("\n", text)
    if verbatim:
        return text.strip()
    text = _UNSEEN.sub("", text)
    return _BLANK_LINES.sub("\n", _TRAILING.sub("", text)).strip()


def fold(name: str) -> str:
    """A name or a text as it is compared: case, marks and white space do not count.

    Nor does whether an accent is a character of its own, which differs between phones.
    """
    return " ".join(normalize("NFC", _UNSEEN.sub("", name)).casefold().split())
