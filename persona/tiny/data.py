"""Dialogue files to chat turns: reading, splitting, and the variation a dialogue gets each time it is seen.

A line of a file (JSON Lines, plain or .zst) is one dialogue; a speaks first, a's side is the user:

    {"corpus": "small_talk", "licence": "project", "conversation": "small_talk-plans-0278",
     "turns": [{"role": "a", "text": "And on Thursday?"}, {"role": "b", "text": "Thursday is perfect."}]}

Repeated roles are a burst, "Name: " in front of a's lines a group chat. What a dialogue looks like to the model is `variation`'s work, token ids are
`packing`'s.
"""

import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import zstandard

# Task talk pulls a chat model towards offers of help; the Ubuntu runs would spoil measuring on that chat.
LEFT_OUT = frozenset({"schema_guided", "irc2_ubuntu_irc_ccby"})
TAG = re.compile(r"^([A-Z][a-z]+): ")
PLACEHOLDER = re.compile(r"\[(user|name)[^\]]*\]", re.IGNORECASE)
HELD_OUT_SHARE = 0.03


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One dialogue of a corpus; turns are (side, text) with neighbours of one side already merged."""

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
    """The dialogue of one line, or None if its corpus is left out or it has a placeholder for a name."""
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
        for line in read_lines(path):
            dialogue = parse_dialogue(line)
            if dialogue and len(dialogue.turns) > 1:
                found.setdefault(dialogue.turns, dialogue)
    return list(found.values())


def is_held_out(dialogue: Dialogue) -> bool:
    """Whether the dialogue is for measuring only; decided by its conversation, so it never changes."""
    digest = sha256(dialogue.conversation.encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32 < HELD_OUT_SHARE

