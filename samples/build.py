"""Three chat exports laid out from the scripts in `samples/source/` (see `samples/script.py`).

Every word comes from `source/*.txt`; here are added only the clothing of each format and, by the
script, clock times. Nothing invents, reorders or edits text.

Run `python -m samples.build` to write `samples/exports/`, or with `--count` to print counts.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from samples.script import MEDIA, PEOPLE, Message, by_conversation, counts, read_sessions
from samples.telegram_layout import telegram_account

HERE = Path(__file__).parent
EXPORTS = HERE / "exports"


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


if __name__ == "__main__":
    script = list(read_sessions(HERE / "source"))
    if "--count" in sys.argv[1:]:
        sys.stdout.writelines(f"{line}\n" for line in counts(script))
    else:
        write_exports(by_conversation(script))
