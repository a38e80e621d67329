"""What a dialogue looks like to the model: who is the assistant, upper or lower case, with which system line.

The same dialogue is seen many times in training; each time these draws are made anew, so that the model learns
both sides, answers in the writer's case, and knows the system lines that the product writes for a persona.
"""

import random
import re

from persona.tiny.data import TAG, Dialogue

OPENER = "(start of conversation)"
# One question, one canned answer: which side speaks matters, so sides are never swapped.
QUESTION_ANSWER = frozenset({"chatterbot_corpus", "personality_chat", "taskmaster4"})
SWAP_SHARE, SYSTEM_SHARE, LATER_START_SHARE = 0.3, 0.4, 0.15

NAMES = (
    "Sam Mia Tom Ana Ben Cleo Alex Nina Max Lena Omar Priya Jonas Lucy Diego Hana Leo Zoe Ivan Maya Noah Aisha "
    "Felix Rosa Kim Theo Sara Luca Ella Amir Julia Ravi Emma Pavel Grace Yuki Marta Liam Ines Kofi Nora Jack "
    "Chloe Samir Wren Otis Ruth Dan Mei Carlos Eva Finn Tara Hugo Lily Adam Dana Erik Joy Paul Vera Nick Olga"
).split()

SYSTEM_LINES = (
    "You are {name}. Reply the way {name} writes in chat.",
    "You are {name}, chatting with {partner}. Reply the way {name} writes.",
    "You are {name}, chatting with {partner}.",
    "You are {name}.",
    "This is a chat. You are {name}. Stay in character.",
    "Reply as {name}.",
)
GROUP_LINES = (
    "You are {name} in a group chat with {partners}.",
    "You are {name} in a group chat with {partners}. Reply the way {name} writes in chat.",
)

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


def system_line(dialogue: Dialogue, rng: random.Random) -> str:
    """A persona's system line; in a group chat it names the speakers who are tagged."""
    name, partner = rng.sample([n for n in NAMES if n not in dialogue.partners], 2)
    if dialogue.partners:
        return rng.choice(GROUP_LINES).format(name=name, partners=", ".join(dialogue.partners))
    return rng.choice(SYSTEM_LINES).format(name=name, partner=partner)


def vary(dialogue: Dialogue, rng: random.Random) -> list[Message]:
    """The dialogue as chat messages with fresh draws of sides, starting point, case and system line."""
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
        messages.insert(0, {"role": "system", "content": system_line(dialogue, rng)})
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
