"""Three chat exports laid out from the scripts in `samples/source/`.

Every word comes from `source/*.txt`; this file adds only clock times (seeded gaps between the
lines of a session) and the clothing of each format. It invents, reorders and edits no text.

A source file holds sessions, each a header and its lines:

    == 2025-01-06 05:20 wa          date, time of the first line, channel (see CHANNELS; a+b = both)
    m: brenda is dead               speaker and text; " // " is a line break
    j 25: Who                       25 minutes after the line before
    m: its thursday [edited]        marks: [edited], or alone [deleted] [media] [photo] [voice 9]
                                    [sticker 🐸] (the last three only in Telegram)
    *: Agnes O added Mara K         a system line (WhatsApp) or `*a: phone_call 340` (Telegram)

Run `python samples/build.py` to write `samples/exports/`, or with `--count` to print counts.
"""

import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

HERE = Path(__file__).parent
EXPORTS = HERE / "exports"
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
ENTITY = re.compile(
    r"(?P<link>https://[^\s;]+)|(?P<email>[\w.]+@[\w.]+\w)|(?P<phone>\+44 7700 \d{6})"
    r"|_(?P<italic>[^_]+)_"
)
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


def whatsapp_lines(messages: list[Message]) -> Iterator[str]:
    """Android layout, day first, 24 hours: `12/03/2025, 18:04 - Mara K: text`."""
    for message in messages:
        text = MEDIA.sub(r"<Media omitted>", message.text)
        text = text.replace("[deleted]", "This message was deleted")
        text = text.replace(" [edited]", " <This message was edited>")
        author = "" if message.speaker == "*" else f"{PEOPLE[message.speaker][1]}: "
        yield f"{message.time:%d/%m/%Y, %H:%M} - {author}{text}\n"


def room_rows(conversation: str, messages: list[Message]) -> Iterator[dict[str, str]]:
    """One row per message, local time without a zone, as a bridge's archive keeps it."""
    for message in messages:
        yield {
            "conversation": conversation,
            "sender": PEOPLE[message.speaker][2],
            "text": message.text.replace(" [edited]", ""),
            "timestamp": f"{message.time:%Y-%m-%dT%H:%M:00}",
        }


def telegram_entities(text: str) -> list[dict[str, str]]:
    """The text cut into Telegram's entities: links, mails, phone numbers and _italics_."""
    pieces, end = [], 0
    for found in ENTITY.finditer(text):
        pieces.append({"type": "plain", "text": text[end : found.start()]})
        kind = str(found.lastgroup)
        pieces.append({"type": kind, "text": found[kind]})
        end = found.end()
    pieces.append({"type": "plain", "text": text[end:]})
    return [piece for piece in pieces if piece["text"]]


def telegram_media(kind: str, value: str | None, number: int) -> dict[str, object]:
    """The extra keys of a photo, sticker or voice message whose file was not exported."""
    absent = "(File not included. Change data exporting settings to download.)"
    if kind == "photo":
        return {"photo": absent, "photo_file_size": 91000 + number, "width": 960, "height": 1280}
    if kind == "sticker":
        return {"file": absent, "media_type": "sticker", "sticker_emoji": value}
    seconds = int(value or 5)
    return {
        "file": absent,
        "media_type": "voice_message",
        "mime_type": "audio/ogg",
        "duration_seconds": seconds,
    }


def telegram_message(number: int, message: Message) -> dict[str, object]:
    """One row of `messages` as Telegram Desktop writes it; local time is taken as UTC."""
    time = message.time.replace(tzinfo=UTC)
    row: dict[str, object] = {
        "id": number,
        "type": "message",
        "date": f"{message.time:%Y-%m-%dT%H:%M:%S}",
        "date_unixtime": str(int(time.timestamp())),
    }
    name, _, _, user_id = PEOPLE[message.speaker.lstrip("*")]
    if message.speaker.startswith("*"):
        action, *seconds = message.text.split()
        row |= {"type": "service", "actor": name, "actor_id": f"user{user_id}", "action": action}
        row |= {"duration_seconds": int(seconds[0])} if seconds else {}
        return row | {"text": "", "text_entities": []}
    text = message.text
    if text.endswith(" [edited]"):
        later = time + timedelta(seconds=50)
        row |= {
            "edited": f"{later:%Y-%m-%dT%H:%M:%S}",
            "edited_unixtime": str(int(later.timestamp())),
        }
        text = text.removesuffix(" [edited]")
    row |= {"from": name, "from_id": f"user{user_id}"}
    if media := MEDIA.match(text):
        row |= telegram_media(media[1], media[2], number)
        text = media[3]
    entities = telegram_entities(text)
    plain = all(entity["type"] == "plain" for entity in entities)
    parts = [entity["text"] if entity["type"] == "plain" else entity for entity in entities]
    return row | {"text": text if plain else parts, "text_entities": entities}


def telegram_account(chats: dict[str, list[Message]]) -> dict[str, object]:
    """A whole-account export of the subject; message ids run over all chats by time."""
    order = sorted((message for chat in chats.values() for message in chat), key=lambda m: m.time)
    numbers = {id(message): number for number, message in enumerate(order, 1001)}
    name, _, _, user_id = PEOPLE[SUBJECT]
    first, last = name.split()
    listed = [
        {
            "name": PEOPLE[partner][0],
            "type": "personal_chat",
            "id": PEOPLE[partner][3],
            "messages": [telegram_message(numbers[id(message)], message) for message in chat],
        }
        for partner, chat in chats.items()
    ]
    return {
        "about": "An invented account, laid out as Telegram Desktop's machine-readable export.",
        "personal_information": {
            "user_id": user_id,
            "first_name": first,
            "last_name": last,
            "phone_number": "+44 7700 900101",
            "username": "@mara_example",
            "bio": "bass and buns",
        },
        "chats": {"about": "This page lists all chats from this export.", "list": listed},
        "left_chats": {
            "about": "This page lists all supergroups and channels you have left.",
            "list": [],
        },
    }


def write_exports(chats: dict[tuple[str, str], list[list[Message]]]) -> None:
    """The three files in `exports/`, replaced."""
    flat = {
        key: [message for session in chat for message in session] for key, chat in chats.items()
    }
    for (export, conversation), messages in flat.items():
        if export == "whatsapp":
            path = EXPORTS / f"WhatsApp Chat with {conversation}.txt"
            path.write_text("".join(whatsapp_lines(messages)), encoding="utf-8")
    rows = [
        row
        for (export, conversation), messages in flat.items()
        if export == "rooms"
        for row in room_rows(conversation, messages)
    ]
    rows.sort(key=lambda row: row["timestamp"])
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (EXPORTS / "rooms.jsonl").write_text("".join(lines), encoding="utf-8")
    telegram = {key: messages for (export, key), messages in flat.items() if export == "telegram"}
    text = json.dumps(telegram_account(telegram), ensure_ascii=False, indent=1)
    (EXPORTS / "result.json").write_text(text + "\n", encoding="utf-8")


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


if __name__ == "__main__":
    script = list(read_sessions(HERE / "source"))
    if "--count" in sys.argv[1:]:
        sys.stdout.writelines(f"{line}\n" for line in counts(script))
    else:
        write_exports(by_conversation(script))
