"""Dialogue files to dialogues: reading them, and keeping some for measuring.

A line of a file (JSON Lines, plain or .zst) is one dialogue; a speaks first:

    {"corpus": "small_talk", "licence": "project", "conversation": "small_talk-plans-0278",
     "turns": [{"role": "a", "text": "And Thursday?"}, {"role": "b", "text": "Perfect."}]}

Repeated roles are a burst, "Name: " in front of a's lines a group chat. A .txt file has situations
to compose dialogues from. What a dialogue looks like to the model is `variation`'s work.
"""

import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import zstandard

from persona.tiny.situations import compose, read_situations

# Task talk pulls a model towards offers of help; the Ubuntu runs would spoil measuring there.
LEFT_OUT = frozenset({"schema_guided", "irc2_ubuntu_irc_ccby"})
TAG = re.compile(r"^([A-Z][a-z]+): ")
PLACEHOLDER = re.compile(r"\[(user|name)[^\]]*\]", re.IGNORECASE)
HELD_OUT_SHARE = 0.03
EVERYDAY = "everyday"


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One dialogue of a corpus; turns are (side, text), neighbours of one side merged."""

    corpus: str
    conversation: str
    turns: tuple[tuple[str, str], ...]
    partners: tuple[str, ...]  # names tagged in a group chat, else empty


def read_lines(path: Path) -> Iterator[str]:
    """The lines of a JSON Lines file, decompressed if its name ends in .zst."""
    if path.suffix == ".zst":
        with zstandard.open(path, "rb") as file:
            yield from io.TextIOWrapper(file, encoding="utf-8")
    else:
        with path.open(encoding="utf-8") as file:
            yield from file


def merge_bursts(turns: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The turns with neighbours of one side joined by a blank line, as messengers' bursts are."""
    merged: list[tuple[str, str]] = []
    for side, text in turns:
        message = re.sub(r"\n\s*\n+", "\n", text.strip())
        if merged and merged[-1][0] == side:
            merged[-1] = (side, f"{merged[-1][1]}\n\n{message}")
        elif message:
            merged.append((side, message))
    return tuple(merged)


def parse_dialogue(line: str) -> Dialogue | None:
    """The dialogue of one line; None if its corpus is left out or a name is a placeholder."""
    row = json.loads(line)
    if row["corpus"] in LEFT_OUT or PLACEHOLDER.search(line):
        return None
    corpus = "personality_chat" if row["corpus"].startswith("personality_chat") else row["corpus"]
    turns = [(turn["role"], turn["text"]) for turn in row["turns"]]
    tags = [TAG.match(text) for side, text in turns if side == "a"]
    group = all(tags)
    names = dict.fromkeys(tag.group(1) for tag in tags if tag) if group else {}
    return Dialogue(corpus, row["conversation"], merge_bursts(turns), tuple(names))


def read_dialogues(paths: Iterable[Path]) -> list[Dialogue]:
    """Every usable dialogue of the files, exact repeats once, in file order."""
    found: dict[tuple[tuple[str, str], ...], Dialogue] = {}
    for path in paths:
        for dialogue in (
            read_situation_dialogues(path) if path.suffix == ".txt" else read_file(path)
        ):
            found.setdefault(dialogue.turns, dialogue)
    return list(found.values())


def read_file(path: Path) -> Iterator[Dialogue]:
    """The usable dialogues of a JSON Lines file."""
    for line in read_lines(path):
        dialogue = parse_dialogue(line)
        if dialogue and len(dialogue.turns) > 1:
            yield dialogue


def read_situation_dialogues(path: Path) -> Iterator[Dialogue]:
    """The dialogues composed from a file of situations, as the corpus "everyday"."""
    for conversation, texts in compose(read_situations(path)):
        yield Dialogue(EVERYDAY, conversation, tuple(zip("abab", texts, strict=False)), ())


def is_held_out(dialogue: Dialogue) -> bool:
    """Whether the dialogue is for measuring only; decided by its conversation, so it never changes.

    Composed dialogues never are: they share their parts with one another.
    """
    if dialogue.corpus == EVERYDAY:
        return False
    digest = sha256(dialogue.conversation.encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32 < HELD_OUT_SHARE
