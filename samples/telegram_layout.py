"""A script's messages laid out as Telegram Desktop's machine-readable export of an account."""

import re
from datetime import UTC, timedelta

from samples.script import MEDIA, PEOPLE, SUBJECT, Message

ENTITY = re.compile(
    r"(?P<link>https://[^\s;]+)|(?P<email>[\w.]+@[\w.]+\w)|(?P<phone>\+44 7700 \d{6})"
    r"|_(?P<italic>[^_]+)_"
)


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
