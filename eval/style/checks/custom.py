"""Invented communities: customs that all speakers of a file take over, each to a degree of his own.

Customs are rules over text: case, marks, shorthand or its opposite, other common words, other
topics (words outside the English list become other words), openers and tails. How strong each is in
a community is drawn; who wrote what stays known. No test of real communities: they share more than
rules can say.
"""

import hashlib
import random
import re
import string
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from eval.style.corpus import Said
from eval.style.lexicon import ENGLISH

_WORD = re.compile(r"<\w+>|[A-Za-z']+")


def _pairs(text: str) -> dict[str, str]:
    """The words and what stands for them: "you=u are=r"."""
    return dict(pair.split("=") for pair in text.split())


_SHORT = _pairs(
    "you=u are=r please=pls because=cuz your=ur people=ppl thanks=thx okay=k though=tho about=bout "
    "really=rly probably=prolly something=smth to=2 for=4 what=wat and=n why=y"
)
_LONG = _pairs(
    "u=you r=are pls=please plz=please cuz=because ur=your thx=thanks im=I'm dont=don't i=I "
    "cant=can't didnt=didn't doesnt=doesn't isnt=isn't yeah=yes yep=yes nope=no ok=okay"
)
_OTHER = _pairs(
    "yes=yeah hello=hey hi=hey very=so think=guess want=wanna but=tho also=too maybe=mb no=nah "
    "ok=kk good=nice need=gotta have=got really=actually just=simply that=this is='s would='d "
    "so=then well=anyway can=could try=check does=do"
)
_OPENERS = ("well", "so", "but", "and", "yeah", "lol", "haha", "hm", "oh", "btw", "dude", "man")
_TAILS = ("xD", ":D", ":P", ":)", ";)", "^^", "lol", "haha", "😂", "👍", "...", "!", "?", "imo")
# Each custom with its chance to exist in a community and its greatest strength.
CUSTOMS = {
    "lower": (0.5, 1.0),
    "no end": (0.4, 1.0),
    "no apostrophe": (0.4, 1.0),
    "no comma": (0.3, 1.0),
    "short": (0.4, 1.0),
    "long": (0.35, 1.0),
    "other": (0.5, 1.0),
    "capital": (0.25, 1.0),
    "stop": (0.25, 1.0),
    "opener": (0.4, 0.5),
    "tail": (0.5, 0.5),
    "break": (0.35, 0.6),
}
LEAST_TOPIC_LETTERS = 4


@dataclass(frozen=True, slots=True)
class Custom:
    """The customs of a community, or one speaker's share in them."""

    strength: dict[str, float]  # 0..1 per custom: chance per message or word
    topic: float  # share of the rarer words that are others
    salt: str
    words: dict[str, dict[str, str]]
    openers: tuple[str, ...]
    tails: tuple[str, ...]
    letters: dict[int, int]


def invent(seed: int) -> Custom:
    """The customs of a community; overall strength from none to strong."""
    draw = random.Random(seed)
    power = draw.random() ** 1.5
    strength = {
        name: draw.random() * power * most if draw.random() < chance else 0.0
        for name, (chance, most) in CUSTOMS.items()
    }
    words = {
        name: {word: new for word, new in table.items() if draw.random() < 0.6}
        for name, table in (("short", _SHORT), ("other", _OTHER), ("long", _LONG))
    }
    vowels = "aeiou"
    rest = "".join(letter for letter in string.ascii_lowercase if letter not in vowels)
    mixed = "".join("".join(draw.sample(part, len(part))) for part in (vowels, rest))
    return Custom(
        strength,
        draw.random() * (0.3 + 0.7 * power),
        str(seed),
        words,
        tuple(draw.sample(_OPENERS, 4)),
        tuple(draw.sample(_TAILS, 4)),
        str.maketrans(vowels + rest, mixed),
    )


def take_over(custom: Custom, speaker: str) -> Custom:
    """One speaker's degree of every custom."""
    draw = random.Random(f"{custom.salt} {speaker}")
    strength = {
        name: min(1.0, max(0.0, value * draw.uniform(0.4, 1.5) + draw.uniform(-0.1, 0.1)))
        if value
        else 0.0
        for name, value in custom.strength.items()
    }
    return replace(custom, strength=strength)


def follow(
    custom: Custom, said: Sequence[Said], speaker: str, names: Collection[str]
) -> list[Said]:
    """The speaker's replies with the community's customs; `names`, lower case, stay."""
    own, draw = take_over(custom, speaker), random.Random(f"texts {custom.salt} {speaker}")
    found = []
    for one in said:
        bubbles = [
            rewrite(bubble, own, names, draw)
            for part in one.reply.text.split("\n\n")
            for bubble in split(part, own.strength["break"], draw)
        ]
        text = "\n\n".join(bubbles)
        found.append(replace(one, reply=replace(one.reply, text=text), messages=len(bubbles)))
    return found


def split(text: str, chance: float, draw: random.Random) -> list[str]:
    """The message, or two where it is long enough and the custom says so."""
    words = text.split(" ")
    if len(words) < 6 or draw.random() >= chance:
        return [text]
    place = draw.randrange(2, len(words) - 2)
    return [" ".join(words[:place]), " ".join(words[place:])]


def rewrite(text: str, custom: Custom, names: Collection[str], draw: random.Random) -> str:
    """The message with the customs."""

    def word(match: re.Match[str]) -> str:
        found = match.group(0)
        low = found.lower()
        if found[0] == "<" or low in names:
            return found
        if is_topic(low) and share_of(custom.salt + low) < custom.topic:
            new = low.translate(custom.letters)
            return new.capitalize() if found[0].isupper() else new
        for name, table in custom.words.items():
            if low in table and draw.random() < custom.strength[name]:
                return table[low]
        bare = "'" in found and draw.random() < custom.strength["no apostrophe"]
        return found.replace("'", "") if bare else found

    new = dress(_WORD.sub(word, text), custom, draw)
    return new if new.strip() else text


def dress(text: str, custom: Custom, draw: random.Random) -> str:
    """The message with the customs that are not about words."""
    here = {name for name, strength in custom.strength.items() if draw.random() < strength}
    if "no comma" in here:
        text = text.replace(",", "")
    if "opener" in here:
        text = f"{draw.choice(custom.openers)} {text}"
    if "no end" in here:
        text = text.rstrip(".!?")
    elif "stop" in here and text[-1:].isalnum():
        text += "."
    if "lower" in here:
        text = text.lower()
    elif "capital" in here:
        text = text[:1].upper() + text[1:]
    return f"{text} {draw.choice(custom.tails)}" if "tail" in here else text


def is_topic(word: str) -> bool:
    """Whether a word says what is talked about."""
    return len(word) >= LEAST_TOPIC_LETTERS and word not in _COMMON


def share_of(word: str) -> float:
    """A number of 0..1 that is always the same for the word."""
    return hashlib.sha256(word.encode()).digest()[0] / 256


_COMMON = frozenset(ENGLISH)
