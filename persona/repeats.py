"""When a reply that stands twice counts as copied: for the dataset and for the leakage gate."""

import re

COPIED = 25
"""Characters from which on a reply that stands twice is copied, not said again."""

_NOT_WORD = re.compile(r"[\W_]+")


def normalise(text: str) -> str:
    """`text` without case, punctuation and emoji; as it is where nothing else is in it."""
    return _NOT_WORD.sub(" ", text.casefold()).strip() or text.strip()


def long_text(text: str) -> str | None:
    """`text` as it must not stand twice, None where it is short enough to be said again."""
    plain = normalise(text)
    return plain if len(plain) >= COPIED else None
