"""Habits of writing read off one message: length, case, ending, marks, emoticons, bursts.

Each habit is a number or a yes/no per message, with a phrase for the explanations. Alphabet-free
where possible; the few that know English words (contractions, slang, openers) are zero elsewhere
and then cost nothing.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.style.lexicon import ENGLISH_LEXICON, WORD

PUNCTUATION = tuple(".,!?;:'\"()-/*@#<>=+&%$~^_`[]{}…’“”")
EMOJI = "[\U0001f300-\U0001faff\u2600-\u27bf]"
EMOTICONS = {
    "smileys": re.compile(r"[:;=x8][\-o']?[)\]dp3](?!\w)", re.IGNORECASE),
    "xd": re.compile(r"\bxd+\b", re.IGNORECASE),
    "sad faces": re.compile(r"[:;=][\-']?[(\[/\\|](?!\w)"),
    "carets": re.compile(r"\^[_.]?\^"),
    "shortcodes": re.compile(r":[a-zA-Z_0-9]{2,}:"),
    "ellipses": re.compile(r"\.\.+|…"),
    "doubled question marks": re.compile(r"\?\?+|\?!|!\?"),
    "doubled exclamation marks": re.compile(r"!!+"),
    "hearts": re.compile(r"<3"),
    "dash faces": re.compile(r">_>|<_<|-_-|o_o|o\.o", re.IGNORECASE),
    "emoji": re.compile(EMOJI),
    "links": re.compile(r"<url>"),
    "mentions": re.compile(r"@u\b"),
}
_CONTRACTION = re.compile(r"\b[a-z]+(?:n['’]t|['’](?:m|s|re|ve|ll|d))\b", re.IGNORECASE)
_BARE_CONTRACTION = re.compile(
    r"\b(?:im|dont|cant|wont|didnt|doesnt|isnt|thats|ive|youre|theyre|theres|wasnt|arent|couldnt|wouldnt|shouldnt"
    r"|havent|hasnt|whats)\b",
    re.IGNORECASE,
)
_LAUGH = re.compile(
    r"\b(?:lol|lmao|rofl|(?:ha){2,}h?|(?:he){2,}h?|hah|heh|(?:ja){2,}|k{3,}|w{3,})\b", re.IGNORECASE
)
_SLANG = re.compile(
    r"(?<!@)\b(?:u|ur|r|ppl|pls|plz|thx|ty|idk|imo|tbh|btw|rn|cuz|tho)\b", re.IGNORECASE
)
_OPENER = re.compile(
    r"(?:and|but|so|because|or|then|like|well|yes|yeah|no|nah|ok|okay|oh|hm+|ah)\b", re.IGNORECASE
)
_STRETCHED = re.compile(r"([^\W\d_])\1\1")
_MARKS = re.compile(r"[!?]{2,}")
_SPACE_BEFORE_MARK = re.compile(r" [,.!?]")
_SMALL_I = re.compile(r"\bi\b")
_LARGE_I = re.compile(r"\bI\b")


@dataclass(frozen=True, slots=True)
class Message:
    """One message, read once: what the habits need of it."""

    text: str
    words: list[str]
    letters: str
    burst: int  # messages in its reply


@dataclass(frozen=True, slots=True)
class Habit:
    """One habit: a key, a phrase for the explanations, and how it is measured."""

    name: str
    phrase: str
    is_share: bool  # yes/no per message, so its mean is a share of messages
    measure: Callable[[Message], float]


def read_message(text: str, burst: int) -> Message:
    """The message with its words and letters; the letters of placeholders are left out."""
    letters = "".join(filter(str.isalpha, text.replace("<url>", "").replace("@u", "")))
    return Message(text, text.split(), letters, burst)


def _found(pattern: re.Pattern[str]) -> Callable[[Message], float]:
    return lambda message: float(pattern.search(message.text) is not None)


def _holds(part: str) -> Callable[[Message], float]:
    return lambda message: float(part in message.text)


def _ends(part: str) -> Callable[[Message], float]:
    return lambda message: float(message.text.endswith(part))


def _length(low: int, high: float) -> Callable[[Message], float]:
    return lambda message: float(low <= len(message.text) <= high)


def _known_share(message: Message) -> float:
    tokens = WORD.findall(message.text.lower())
    return sum(token in ENGLISH_LEXICON.index for token in tokens) / max(1, len(tokens))


def _share(name: str, phrase: str, measure: Callable[[Message], float]) -> Habit:
    return Habit(name, phrase, True, measure)


def _number(name: str, phrase: str, measure: Callable[[Message], float]) -> Habit:
    return Habit(name, phrase, False, measure)


HABITS: tuple[Habit, ...] = (
    _number(
        "log_characters",
        "characters per message (geometric mean)",
        lambda m: math.log1p(len(m.text)),
    ),
    _number("log_words", "words per message (geometric mean)", lambda m: math.log1p(len(m.words))),
    _number("word_length", "characters per word", lambda m: len(m.text) / max(1, len(m.words))),
    _share("characters_5", "writes at most five characters", _length(0, 5)),
    _share("characters_15", "writes at most fifteen characters", _length(0, 15)),
    _share("characters_60", "writes more than sixty characters", _length(61, math.inf)),
    _share("characters_120", "writes more than 120 characters", _length(121, math.inf)),
    _share("capital_start", "starts with a capital", lambda m: float(m.letters[:1].isupper())),
    _share(
        "no_capitals",
        "uses no capital at all",
        lambda m: float(bool(m.letters) and m.letters == m.letters.lower()),
    ),
    _number(
        "capital_share",
        "capitals per letter",
        lambda m: sum(map(str.isupper, m.letters)) / max(1, len(m.letters)),
    ),
    _share(
        "shouts",
        "has a word in capitals",
        lambda m: float(any(w.isupper() and len(w) > 1 for w in m.words)),
    ),
    _share("ends_stop", "ends with a full stop", _ends(".")),
    _share("ends_question", "ends with a question mark", _ends("?")),
    _share("ends_exclamation", "ends with an exclamation mark", _ends("!")),
    _share("ends_bare", "ends without any mark", lambda m: float(m.text[-1:].isalnum())),
    _share("ellipsis", "uses dots of omission", _found(EMOTICONS["ellipses"])),
    _number("commas", "commas per word", lambda m: m.text.count(",") / max(1, len(m.words))),
    _share("contraction", "contracts with an apostrophe (don't)", _found(_CONTRACTION)),
    _share(
        "bare_contraction", "contracts without the apostrophe (dont)", _found(_BARE_CONTRACTION)
    ),
    _share("small_i", "writes a small i for I", _found(_SMALL_I)),
    _share("large_i", "writes I", _found(_LARGE_I)),
    _share("smiley", "uses a smiley", _found(EMOTICONS["smileys"])),
    _share("xd", "writes xd", _found(EMOTICONS["xd"])),
    _share("sad_face", "uses a sad face", _found(EMOTICONS["sad faces"])),
    _share("carets", "writes ^^", _found(EMOTICONS["carets"])),
    _share("shortcode", "uses an emoji :name:", _found(EMOTICONS["shortcodes"])),
    _share("dash_face", "writes a face like -_-", _found(EMOTICONS["dash faces"])),
    _share("emoji", "uses an emoji", _found(EMOTICONS["emoji"])),
    _share("stretched", "stretches a letter (sooo)", _found(_STRETCHED)),
    _share("double_marks", "doubles ! or ?", _found(_MARKS)),
    _share("laughs", "laughs in letters", _found(_LAUGH)),
    _share("slang", "uses chat shorthand (u, thx, idk)", _found(_SLANG)),
    _share("mention", "names somebody", _found(EMOTICONS["mentions"])),
    _share("link", "posts a link", _found(EMOTICONS["links"])),
    _share("digit", "writes a digit", lambda m: float("0" in m.text)),
    _share("bracket", "uses a bracket", _holds("(")),
    _share("quote", "uses a double quote", _holds('"')),
    _share("space_before_mark", "sets a space before a mark", _found(_SPACE_BEFORE_MARK)),
    _share("backtick", "uses a backtick", _holds("`")),
    _number("log_burst", "messages per reply (geometric mean)", lambda m: math.log(m.burst)),
    _share("alone", "sends the message alone, not in a burst", lambda m: float(m.burst == 1)),
    _number(
        "distinct_words",
        "distinct words per word",
        lambda m: len({w.lower() for w in m.words}) / max(1, len(m.words)),
    ),
    _number("common_words", "common English words per word", _known_share),
    _share(
        "opener",
        "opens with a word like and, so, yeah, oh",
        lambda m: float(bool(_OPENER.match(m.text))),
    ),
)


def measure_habits(messages: Sequence[Message]) -> NDArray[np.float32]:
    """Every habit of every message, (messages, habits)."""
    values = [[habit.measure(message) for habit in HABITS] for message in messages]
    return np.array(values, np.float32).reshape(len(messages), len(HABITS))
