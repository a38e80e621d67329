"""Invented chats of any size, as WhatsApp for Android and for iOS and as Telegram write them.

python -m benchmarks.big_chats FOLDER [MB]
"""

import json
import random
import re
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

PEOPLE = ("Alma", "Bruno Müller", "Chloé 🌸", "+44 7700 900123", "Dad")
SYLLABLES = "ka lo mi ta re no shi vu pe dar lin go sel wa bru ti mon cha quo zen ex al or in"
COMMON = "the and you i to a it that ok lol haha yes no what so but don't can't 😂 ❤️ señor 你好"
POOL = 20_000
"""So many different messages there are; their order and times are drawn for every line."""

Writer = Callable[[random.Random, Iterator[tuple[datetime, str, str]]], Iterator[str]]


def main() -> None:
    """Writes the three files."""
    folder = Path(sys.argv[1])
    megabytes = float(sys.argv[2]) if len(sys.argv) > 2 else 50.0
    for name in WRITERS:
        write_chat(folder / name, megabytes=megabytes)


def write_chat(path: Path, *, megabytes: float, seed: int = 7) -> int:
    """Writes the chat that the file's name stands for; returns how many messages it holds."""
    rng = random.Random(seed)
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for text in WRITERS[path.name](rng, lines(rng)):
            out.write(text)
            count += 1
            if count % 1000 == 0 and out.tell() >= megabytes * 1e6:
                break
        out.write(ENDS.get(path.name, ""))
    return count


def lines(rng: random.Random) -> Iterator[tuple[datetime, str, str]]:
    """When, who, what; for ever."""
    pool = [message(rng) for _ in range(POOL)]
    moment, person = datetime(2015, 1, 5, 8), PEOPLE[0]
    while True:
        moment += timedelta(seconds=int(rng.expovariate(1 / 40)) + 1)
        if rng.random() < 0.55:
            person = PEOPLE[int(rng.random() * len(PEOPLE))]
        yield moment, person, pool[int(rng.random() * POOL)]


def message(rng: random.Random) -> str:
    """Some words; of every sixteen messages one has several lines."""
    syllables = SYLLABLES.split()
    words = ["".join(rng.choices(syllables, k=rng.randint(1, 4))) for _ in range(60)]
    words += COMMON.split() * 4
    count = 1 if rng.random() > 1 / 16 else rng.randint(2, 5)
    sizes = (min(60, 1 + int(rng.expovariate(1 / 9))) for _ in range(count))
    return "\n".join(" ".join(rng.choices(words, k=size)) for size in sizes)


def android(rng: random.Random, said: Iterator[tuple[datetime, str, str]]) -> Iterator[str]:
    """Day first, 24 hours; one notice in a hundred, three media."""
    for moment, person, text in said:
        kind = rng.random()
        body = f"{person}: {text if kind > 0.04 else '<Media omitted>'}"
        yield f"{moment:%d/%m/%Y, %H:%M} - {body if kind > 0.01 else person + ' added Guest'}\n"


def ios(rng: random.Random, said: Iterator[tuple[datetime, str, str]]) -> Iterator[str]:
    """Month first, 12 hours with seconds; four media in a hundred."""
    for moment, person, text in said:
        clock = f"{moment.hour % 12 or 12}:{moment:%M:%S}\u202f{'AM' if moment.hour < 12 else 'PM'}"
        body = text if rng.random() > 0.04 else "\u200eimage omitted"
        yield f"[{moment.month}/{moment.day}/{moment:%y}, {clock}] {person}: {body}\n"


def telegram(rng: random.Random, said: Iterator[tuple[datetime, str, str]]) -> Iterator[str]:
    """A group with links, replies, photos and one service row in a hundred."""
    start = datetime(1970, 1, 1)
    yield '{\n "name": "Bench",\n "type": "private_supergroup",\n "id": 1234567,\n "messages": [\n'
    for number, (moment, person, text) in enumerate(said):
        row: dict[str, object] = {
            "id": number, "type": "message", "date": moment.isoformat(),
            "date_unixtime": str(int((moment - start).total_seconds())),
            "from": person, "from_id": f"user{1000 + PEOPLE.index(person)}",
        }  # fmt: skip
        kind = rng.random()
        if kind < 0.01:
            row |= {"type": "service", "action": "pin_message", "text": "", "text_entities": []}
        elif kind < 0.2:
            link = {"type": "link", "text": f"https://example.org/{number}"}
            row |= {"text": [text, link], "text_entities": [{"type": "plain", "text": text}, link]}
        else:
            row |= {"text": text, "text_entities": [{"type": "plain", "text": text}]}
        if kind > 0.95:
            row |= {"photo": f"photos/{number}.jpg", "width": 1280, "height": 960}
        indented = json.dumps(row, ensure_ascii=False, indent=1).replace("\n", "\n  ")
        yield ("" if number == 0 else ",\n") + "  " + indented


def enlarge(path: Path, big: Path, *, times: int) -> None:
    """Writes the chat again and again, each time a year later; its own time must be within one."""
    data = path.read_bytes()
    head, middle, tail = b"", data, b""
    if path.suffix == ".json":
        head, middle, tail = _inside(data)
    with big.open("wb") as out:
        out.write(head)
        for later in range(times):
            out.write(b",\n" if later and head else b"")
            out.write(_years_later(middle, later))
        out.write(tail)


def _inside(data: bytes) -> tuple[bytes, bytes, bytes]:
    start, end = data.index(b"[\n") + 2, data.rindex(b"\n ]")
    return data[:start], data[start:end], data[end:]


def _years_later(data: bytes, years: int) -> bytes:
    year = str(2015 + years).encode()
    for before, after in ((b"/2015, ", b", "), (b"/15, ", b", ")):
        data = data.replace(before, b"/" + year[-len(before) + 3 :] + after)
    data = data.replace(b'"date": "2015-', b'"date": "' + year + b"-")
    seconds = int((datetime(2015 + years, 3, 1) - datetime(2015, 3, 1)).total_seconds())
    return re.sub(
        rb'("date_unixtime": ")(\d+)', lambda at: at[1] + str(int(at[2]) + seconds).encode(), data
    )


WRITERS: dict[str, Writer] = {"android.txt": android, "ios.txt": ios, "telegram.json": telegram}
ENDS = {"telegram.json": "\n ]\n}\n"}

if __name__ == "__main__":
    main()
