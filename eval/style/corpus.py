"""Message files of many speakers, for fitting and checking: JSONL in time order -> authors.

Rows are {"conversation", "speaker", "text"} and, for the same-day negatives, "t" (ISO). Consecutive
messages of one speaker in a conversation are one reply, as the dataset builder makes them. Never
read when a persona is scored.
"""

import hashlib
import io
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from eval.style.features import Features, Reply, extract
from eval.style.lexicon import ENGLISH_LEXICON

FIT_PERCENT = 62  # of the authors; the others are for checking only


@dataclass(frozen=True, slots=True)
class Said:
    """One reply of one speaker with its day."""

    reply: Reply
    day: str  # YYYY-MM-DD, or empty
    messages: int


@dataclass(frozen=True, slots=True, eq=False)
class Author:
    """One speaker's messages on two sides that share no conversation."""

    name: str
    reference: Features
    query: Features
    reference_days: tuple[str, ...]  # (messages,)
    query_days: tuple[str, ...]  # (messages,)


def open_text(path: Path) -> TextIO:
    """The file as text, unpacked where it ends in .zst."""
    if path.suffix != ".zst":
        return path.open(encoding="utf-8")
    import zstandard

    unpacked = zstandard.ZstdDecompressor().stream_reader(path.open("rb"))
    return io.TextIOWrapper(unpacked, encoding="utf-8")


def read_speakers(path: Path) -> dict[str, list[Said]]:
    """Every speaker's replies in time order."""
    with open_text(path) as lines:
        rows = [json.loads(line) for line in lines]
    speakers: dict[str, list[Said]] = defaultdict(list)
    for speaker, conversation, day, texts in _turns(rows):
        speakers[speaker].append(Said(Reply("\n\n".join(texts), conversation), day, len(texts)))
    return dict(speakers)


def _turns(rows: Sequence[Mapping[str, str]]) -> Iterator[tuple[str, str, str, list[str]]]:
    """Consecutive messages of one speaker in one conversation, joined."""
    last: dict[str, tuple[str, str, str, list[str]]] = {}
    for row in rows:
        key = row["conversation"]
        open_turn = last.get(key)
        if open_turn is not None and open_turn[0] == row["speaker"]:
            open_turn[3].append(row["text"])
            continue
        if open_turn is not None:
            yield open_turn
        last[key] = (row["speaker"], key, row.get("t", "")[:10], [row["text"]])
    yield from last.values()


def frequent(speakers: Mapping[str, Sequence[Said]], *, messages: int) -> list[str]:
    """Speakers with at least so many messages, by name."""
    return sorted(
        name for name, said in speakers.items() if sum(one.messages for one in said) >= messages
    )


def is_fitted_on(speaker: str) -> bool:
    """Whether the shipped files may be fitted on this author: a hash of the name decides."""
    digest = hashlib.sha256(f"style:{speaker}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % 100 < FIT_PERCENT


def split_sides(said: Sequence[Said]) -> tuple[list[Said], list[Said]]:
    """The replies on two sides, cut between conversations: the smaller side takes the next."""
    grouped: dict[str, list[Said]] = defaultdict(list)
    for one in said:
        grouped[one.reply.conversation].append(one)
    sides: tuple[list[Said], list[Said]] = ([], [])
    sizes = [0, 0]
    for replies in grouped.values():
        place = 0 if sizes[0] <= sizes[1] else 1
        sides[place].extend(replies)
        sizes[place] += sum(one.messages for one in replies)
    return sides


def thin(said: Sequence[Said], *, messages: int) -> list[Said]:
    """At most about so many messages: whole conversations spread over the speaker's time."""
    total = sum(one.messages for one in said)
    if total <= messages:
        return list(said)
    order = list(dict.fromkeys(one.reply.conversation for one in said))
    keep = {
        name
        for place, name in enumerate(order)
        if (place * messages) % total < messages or len(order) < 4
    }
    return [one for one in said if one.reply.conversation in keep]


def read_author(name: str, said: Sequence[Said], *, names: frozenset[str], most: int) -> Author:
    """The author's two sides as features; `names`, everybody's, are masked in the texts."""
    sides = split_sides(thin(said, messages=most))
    features = [
        extract([one.reply for one in side], ENGLISH_LEXICON, names=names) for side in sides
    ]
    days = [
        tuple(side[reply].day for reply in found.replies)
        for side, found in zip(sides, features, strict=True)
    ]
    return Author(name, features[0], features[1], days[0], days[1])


def read_authors(
    speakers: Mapping[str, Sequence[Said]], chosen: Sequence[str], *, most: int, least: int
) -> list[Author]:
    """The chosen speakers as authors, those left out who have under `least` messages on a side."""
    names = frozenset(speakers)
    authors = [read_author(name, speakers[name], names=names, most=most) for name in chosen]
    return [author for author in authors if min(len(author.reference), len(author.query)) >= least]
