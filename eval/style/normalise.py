"""Text as the style features see it: links, mentions, names and, on request, topic masked.

Names tell who talks to whom, not how; digits tell what, not how. Case, spacing and punctuation stay
untouched.
"""

import re
from collections.abc import Collection

from eval.style.lexicon import ENGLISH, WORD, Lexicon

BUBBLE_BREAK = re.compile(r"\n[ \t]*\n+")
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_MENTION = re.compile(r"(?<!\w)@[\w.\-]+")
_NAME_LIKE = re.compile(r"<nick>|\w+")
_ADDRESS = re.compile(r"^@u(?:[:,;>]+|\b)\s*")
_DIGIT = re.compile(r"\d")
_KEPT = re.compile(r"<\w+>|@u\b|" + WORD.pattern)


def bubbles_of(reply: str) -> list[str]:
    """The messages of one reply: a burst is split at its blank lines, empty ones dropped."""
    return [bubble for part in BUBBLE_BREAK.split(reply) if (bubble := part.strip())]


def name_words(names: Collection[str]) -> frozenset[str]:
    """The words people are called by: each whole name and its parts of three letters or more.

    A name that is also a common word ("Will") is left alone: masking it everywhere would hurt more.
    """
    parts = {part for name in names for part in re.findall(r"\w+", name.lower())}
    called = {name.lower() for name in names} | {part for part in parts if len(part) >= 3}
    return frozenset(called - set(ENGLISH))


def mask_names(text: str, names: frozenset[str]) -> str:
    """The text with links as <url>, mentions and names as @u; a name called first is cut off."""
    text = _MENTION.sub("@u", _LINK.sub("<url>", text))

    def masked(match: re.Match[str]) -> str:
        word = match.group(0)
        return "@u" if word == "<nick>" or word.lower() in names else word

    text = _NAME_LIKE.sub(masked, text) if names else text.replace("<nick>", "@u")
    return _ADDRESS.sub("", text) or "@u"


def mask_digits(text: str) -> str:
    """The text with every digit as 0."""
    return _DIGIT.sub("0", text)


def mask_topic(text: str, lexicon: Lexicon) -> str:
    """The text with every word outside the lexicon as x's of its length and case."""

    def masked(match: re.Match[str]) -> str:
        word = match.group(0)
        if word[0] in "<@" or word.lower() in lexicon.index:
            return word
        return "".join(
            "X" if letter.isupper() else "x" if letter.isalpha() else letter for letter in word
        )

    return _KEPT.sub(masked, text)
