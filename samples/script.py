"""The scripts in `samples/source/`: who says what, when and in which chat.

A source file holds sessions, each a header and its lines:

    == 2025-01-06 05:20 wa          date, time of the first line, channel (see CHANNELS; a+b = both)
    m: brenda is dead               speaker and text; " // " is a line break
    j 25: Who                       25 minutes after the line before
    m: its thursday [edited]        marks: [edited], or alone [deleted] [media] [photo] [voice 9]
                                    [sticker 🐸] (the last three only in Telegram)
    *: Agnes O added Mara K         a system line (WhatsApp) or `*a: phone_call 340` (Telegram)

Gaps between the lines of a session that are not written are drawn, always the same ones.
"""

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

SEED = 4
SESSION_GAP = timedelta(hours=6)
SUBJECT = "m"

# One row per person: the name in Telegram, WhatsApp and the room archive, and a Telegram user id.
PEOPLE = {
    "m": ("Mara Kowalczyk", "Mara K", "mara", 7700900101),
    "j": ("Jonas Lindqvist", "Jonas", "jonas", 7700900102),
    "p": ("Priya Raman", "Pri 🌻", "pri", 7700900103),
    "t": ("Theo Ashworth", "Theo A", "theo", 7700900104),
    "a": ("Agnes Okafor", "Agnes O", "agnes", 7700900105),
}
# Channel -> (export, conversation). Telegram names its chats after the partner.
CHANNELS = {
    "wa": ("whatsapp", "4B and strays"),
    "tg-priya": ("telegram", "p"),
    "tg-theo": ("telegram", "t"),
    "mx": ("rooms", "4b-and-strays"),
    "mx-band": ("rooms", "damp-proof-course"),
    "mx-sunflower": ("rooms", "op-sunflower"),
}
HEADER = re.compile(r"== (\d{4}-\d\d-\d\d \d\d:\d\d) (\S+)$")
LINE = re.compile(r"(\*?[mjpta]|\*)(?: (\d+))?: (.+)$")
MEDIA = re.compile(r"\[(media|photo|voice|sticker)(?: (\S+))?\] ?(.*)", re.DOTALL)


@dataclass(frozen=True)
class Message:
    """One line of the script with its time; speaker `*` or `*m` marks a system line."""

    time: datetime
    channel: str
    speaker: str
    text: str


def read_sessions(folder: Path) -> Iterator[list[Message]]:
    """The sessions of all source files in file order, times seeded by SEED."""
    rng = random.Random(SEED)
    for path in sorted(folder.glob("*.txt")):
        session: list[Message] = []
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not line:
                continue
            if header := HEADER.match(line):
                if session:
                    yield session
                session, start, channel = [], datetime.fromisoformat(header[1]), header[2]
            elif parts := LINE.match(line):
                before = session[-1] if session else None
                time = start if before is None else before.time + gap(before, parts, rng)
                session.append(Message(time, channel, parts[1], parts[3].replace(" // ", "\n")))
            else:
                raise SystemExit(
                    f"{path.name}:{number}: expected '== date time channel' or 'm: text'"
                )
        yield session


def gap(before: Message, parts: re.Match[str], rng: random.Random) -> timedelta:
    """The written gap, else seconds within a burst and up to some minutes between people."""
    if parts[2]:
        return timedelta(minutes=int(parts[2]), seconds=rng.randint(0, 40))
    if before.speaker == parts[1]:
        return timedelta(seconds=rng.randint(3, 35))
    if rng.random() < 0.12:
        return timedelta(seconds=rng.randint(180, 900))
    return timedelta(seconds=rng.randint(12, 130))


def by_conversation(sessions: list[list[Message]]) -> dict[tuple[str, str], list[list[Message]]]:
    """(export, conversation) -> its sessions in time order; fails if two lie within SESSION_GAP."""
    chats: dict[tuple[str, str], list[list[Message]]] = {}
    for session in sessions:
        for channel in session[0].channel.split("+"):
            chats.setdefault(CHANNELS[channel], []).append(session)
    for chat in chats.values():
        chat.sort(key=lambda session: session[0].time)
        for earlier, later in pairwise(chat):
            if later[0].time - earlier[-1].time <= SESSION_GAP:
                raise SystemExit(f"session of {later[0].time} starts too soon; move it by hours")
    return chats


def counts(sessions: list[list[Message]]) -> Iterator[str]:
    """Messages per person, sessions, and turns of the subject that answer someone."""
    said = [[one for one in session if not one.speaker.startswith("*")] for session in sessions]
    people = Counter(message.speaker for session in said for message in session)
    channels = Counter(message.channel for session in said for message in session)
    replies = sum(
        one.speaker != SUBJECT and two.speaker == SUBJECT
        for session in said
        for one, two in pairwise(session)
    )
    for speaker, count in people.most_common():
        yield f"{PEOPLE[speaker][0]:<16}{count:>6}"
    yield f"{'all':<16}{people.total():>6} in {len(sessions)} sessions; {dict(channels)}"
    yield f"{'replies':<16}{replies:>6} turns of {PEOPLE[SUBJECT][0]} that follow another person"
    last = max(session[-1].time for session in sessions)
    yield f"from {sessions[0][0].time:%Y-%m-%d} to {last:%Y-%m-%d}"
