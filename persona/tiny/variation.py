"""What a dialogue looks like to the model: the assistant's side, the case, the system line.

The same dialogue is seen many times in training; each time these draws are made anew, so that the
model learns both sides, answers in the writer's case, and knows the system lines that the product
writes for a persona.
"""

import random
import re
from pathlib import Path

from persona.data import OPENER
from persona.system_line import system_line
from persona.tiny.data import EVERYDAY, TAG, Dialogue

# One question, one canned answer: which side speaks matters, so sides are never swapped.
QUESTION_ANSWER = frozenset({"chatterbot_corpus", "personality_chat", "taskmaster4", EVERYDAY})
SWAP_SHARE, SYSTEM_SHARE, LATER_START_SHARE = 0.3, 0.4, 0.15

NAMES = tuple((Path(__file__).parent / "names.txt").read_text(encoding="utf-8").split())

OTHER_LINES = (
    "You are {name}.",
    "Reply as {name}.",
    "This is a chat. You are {name}. Stay in character.",
    "You are {name}, chatting with {partner}. Reply the way {name} writes in chat.",
)
OTHER_SHARE = 0.25

Message = dict[str, str]


def casual(text: str, *, tagged: bool) -> str:
    """The text the way people type on a phone: lower case, no full stop at the end of a message.

    tagged: each message opens with a speaker's name, which keeps its capital.
    """
    messages = []
    for message in text.split("\n\n"):
        tag = TAG.match(message) if tagged else None
        start = tag.end() if tag else 0
        messages.append(message[:start] + re.sub(r"(?<!\.)\.$", "", message[start:].lower()))
    return "\n\n".join(messages)


def vary_case(
    turns: list[tuple[str, str]], rng: random.Random, *, tagged: bool
) -> list[tuple[str, str]]:
    """The turns as they are (60 %), all in casual writing (30 %), or one side of them (10 %)."""
    draw = rng.random()
    if draw < 0.6:
        return turns
    sides = {"a", "b"} if draw < 0.9 else {rng.choice("ab")}
    return [
        (side, casual(text, tagged=tagged and side == "a") if side in sides else text)
        for side, text in turns
    ]


def draw_system_line(dialogue: Dialogue, rng: random.Random) -> str:
    """A system line, mostly as the product writes it; in a group chat it names the tagged."""
    name, partner = rng.sample([n for n in NAMES if n not in dialogue.partners], 2)
    if dialogue.partners:
        return system_line(name, dialogue.partners)
    if rng.random() < OTHER_SHARE:
        return rng.choice(OTHER_LINES).format(name=name, partner=partner)
    return system_line(name, rng.choice([(), (partner,)]))


def vary(dialogue: Dialogue, rng: random.Random) -> list[Message]:
    """The dialogue as chat messages: sides, starting point, case and system line drawn anew."""
    turns = list(dialogue.turns)
    fixed = dialogue.corpus in QUESTION_ANSWER
    if len(turns) >= 5 and not fixed and rng.random() < LATER_START_SHARE:
        turns = turns[2 * rng.randrange(1, (len(turns) - 1) // 2) :]
    assistant = "b"
    if not fixed and not dialogue.partners and rng.random() < SWAP_SHARE:
        assistant = "a"
        if len(turns) >= 4 and rng.random() < 0.5:
            turns = turns[1:]
    turns = vary_case(turns, rng, tagged=bool(dialogue.partners))
    messages = [
        {"role": "assistant" if side == assistant else "user", "content": text}
        for side, text in turns
    ]
    if messages[0]["role"] == "assistant":
        messages.insert(0, {"role": "user", "content": OPENER})
    if rng.random() < SYSTEM_SHARE:
        messages.insert(0, {"role": "system", "content": draw_system_line(dialogue, rng)})
    return messages


def plain(dialogue: Dialogue) -> list[Message]:
    """The dialogue as chat messages without any variation, for measuring: b is the assistant."""
    messages = [
        {"role": "assistant" if side == "b" else "user", "content": text}
        for side, text in dialogue.turns
    ]
    if messages[0]["role"] == "assistant":
        messages.insert(0, {"role": "user", "content": OPENER})
    return messages
