"""Attempts to fool the score, made from the user's own log: what `--selftest` replays.

Each probe says where an honest score must put it. Three of them write in the person's own words
(copies, collapse, shuffled words): style alone may not catch these, the gate named with the probe
has to (copying, diversity, fluency).
"""

import random
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from eval.style.features import Reply
from eval.style.habits import EMOTICONS
from eval.style.normalise import bubbles_of

PET_PHRASES = 8
STRANGERS = 5  # whose middle one is judged: a single one may happen to write like the person
FACES = ("smileys", "xd", "sad faces", "carets", "shortcodes", "hearts", "dash faces", "emoji")
# Words; single characters in scripts without spaces (Thai, Kana, Han).
_UNSPACED = r"\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff"
_PART = re.compile(rf"[{_UNSPACED}]|[^\s{_UNSPACED}]+")
_PAIRS = """
u: you; ur: your; r: are; idk: I do not know; imo: in my opinion; tbh: to be honest; btw: by the
way; pls: please; plz: please; thx: thank you; ty: thank you; yeah: yes; yep: yes; nah: no; nope:
no; gonna: going to; wanna: want to; gotta: have to; kinda: kind of; dunno: do not know; cuz:
because; ppl: people; ok: okay; lol:; haha:; hehe:; lmao:; xd:; hm:; hmm:; oh:; dont: do not;
cant: cannot; wont: will not; im: I am; ive: I have; thats: that is; isnt: is not; doesnt: does
not; didnt: did not; don't: do not; can't: cannot; won't: will not; i'm: I am; i've: I have; i'll:
I will; it's: it is; that's: that is; isn't: is not; doesn't: does not; didn't: did not; you're:
you are; they're: they are; i: I
"""
_SHORTHAND = {
    short.strip(): " ".join(full.split())
    for short, _, full in (pair.partition(":") for pair in _PAIRS.split(";"))
}
_ASSISTANT = (
    "Sure! I'd be happy to help with that. Could you tell me a bit more about it?",
    "That's a great question! There are a few things to consider here.",
    "I understand how you feel, and it's completely normal to be frustrated.",
    "Absolutely! Let me know if you have any other questions.",
    "I'm sorry to hear that. Hopefully things get better soon!",
    "Sounds good to me! Let me know when you're ready.",
    "Honestly, both options have their pros and cons, so it depends on your needs.",
    "Yes, that should work. However, I'd recommend testing it first.",
    "No worries at all! Take your time.",
    "Oh wow, that's really impressive! How long did it take you?",
    "I'm not entirely sure, but I believe it was fixed in the latest version.",
    "Thanks for letting me know! I'll look into it.",
)


@dataclass(frozen=True, slots=True)
class Probe:
    """Sets of replies with the verdict that an honest metric must give on the middle one.

    attempts: by several other people where one of them would say little about others, else one.
    """

    name: str
    attempts: tuple[tuple[Reply, ...], ...]
    is_person: bool  # must land near 100; the others under 60 or be struck through
    gate: str  # the gate that has to strike it where style cannot, or empty


def build_probes(
    reference: Sequence[Reply],
    person: Sequence[Reply],
    others: Mapping[str, Sequence[Reply]],
    *,
    seed: int,
) -> tuple[Probe, ...]:
    """The probes, as many replies each as `person`, the real replies scored as the person."""
    draw = random.Random(seed)
    talkative = sorted(others, key=lambda name: (-len(others[name]), name))[:10]
    strangers = draw.sample(talkative, min(STRANGERS, len(talkative)))
    foreign = [draw.sample(others[name], min(len(person), len(others[name]))) for name in strangers]
    phrases = Counter(text for reply in reference for text in bubbles_of(reply.text))
    pets = [text for text, _ in phrases.most_common(PET_PHRASES)]
    rules = learn_rules(reference)
    by_others = {
        "another person": foreign,
        "another person, the rules copied": [
            [rewrite(one, rules, draw) for one in replies] for replies in foreign
        ],
    }
    made = {
        "the person, style scrubbed": [each(one, scrub) for one in person],
        "polite assistant": [Reply(draw.choice(_ASSISTANT), one.conversation) for one in person],
        "copies of the reference": [
            Reply(draw.choice(reference).text, one.conversation) for one in person
        ],
        "eight pet phrases": [Reply(draw.choice(pets), one.conversation) for one in person],
        "the person, words shuffled": [
            each(one, lambda text: shuffle_words(text, draw)) for one in person
        ],
    }
    gates = {
        "the person, style scrubbed": "form",
        "copies of the reference": "copying",
        "eight pet phrases": "diversity",
        "the person, words shuffled": "fluency",
    }
    tried = by_others | {name: [replies] for name, replies in made.items()}
    probes = [Probe("the person", (tuple(person),), is_person=True, gate="")]
    probes += [
        Probe(name, tuple(map(tuple, attempts)), is_person=False, gate=gates.get(name, ""))
        for name, attempts in tried.items()
    ]
    return tuple(probes)


def each(reply: Reply, change: Callable[[str], str]) -> Reply:
    """The reply with every message changed."""
    return Reply("\n\n".join(change(text) for text in bubbles_of(reply.text)), reply.conversation)


def scrub(text: str) -> str:
    """The message in neutral spelling, content kept: no shorthand, emoticons or laughter."""
    for name in FACES:
        text = EMOTICONS[name].sub(" ", text)
    words = [_SHORTHAND.get(word.lower().strip(",.!?"), word) for word in text.split()]
    plain = " ".join(word for word in words if word).strip()
    if not plain:
        return "Indeed."
    return plain[0].upper() + re.sub(
        r"[.!?…]*$", "?" if plain.endswith("?") else ".", plain[1:], count=1
    )


def shuffle_words(text: str, draw: random.Random) -> str:
    """The message with its words in random order."""
    parts = _PART.findall(text)
    draw.shuffle(parts)
    return _joined(parts, text)


def with_word_added(text: str) -> str:
    """The reply with a word at its end."""
    return f"{text} tho"


def with_fillers(text: str) -> str:
    """The message with a filler word after every sixth."""
    parts = _PART.findall(text)
    return _joined(
        [f"{part} like" if number % 6 == 0 else part for number, part in enumerate(parts, start=1)],
        text,
    )


def _joined(parts: Sequence[str], text: str) -> str:
    """The parts with spaces between where the text has them."""
    return (" " if len(text.split()) == len(parts) else "").join(parts)


@dataclass(frozen=True, slots=True)
class Rules:
    """Surface habits that anybody could copy."""

    lower: float  # share of messages without a capital
    bare: float  # share that do not end in a full stop
    smiley: float  # share with an emoticon
    smileys: tuple[str, ...]


def learn_rules(reference: Sequence[Reply]) -> Rules:
    """The person's case, final stops and emoticons."""
    texts = [text for reply in reference for text in bubbles_of(reply.text)]
    faces = [
        found.group(0)
        for text in texts
        for name in ("smileys", "sad faces", "xd", "carets", "emoji")
        for found in EMOTICONS[name].finditer(text)
    ]
    return Rules(
        sum(text == text.lower() for text in texts) / len(texts),
        1 - sum(text.endswith(".") for text in texts) / len(texts),
        min(1.0, len(faces) / len(texts)),
        tuple(faces),
    )


def rewrite(reply: Reply, rules: Rules, draw: random.Random) -> Reply:
    """The reply with the rules applied to each message."""

    def change(text: str) -> str:
        text = text.lower() if draw.random() < rules.lower else text[:1].upper() + text[1:]
        text = text.rstrip(".") if draw.random() < rules.bare else text.rstrip(".") + "."
        if rules.smileys and draw.random() < rules.smiley:
            text += " " + draw.choice(rules.smileys)
        return text

    return each(reply, change)
