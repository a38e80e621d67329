"""What WhatsApp itself writes in the place of a message, in the languages it is exported in.

The phrases are in `whatsapp_phrases.json`, as the apps for Android and iOS have them. They are
compared with whole bodies, never searched for inside one: "I added salt and left it" is a message.
"""

import json
from functools import cache
from pathlib import Path
from typing import Literal

Kind = Literal[
    "media_omitted", "kind_omitted", "deleted", "edited", "call", "held_call", "waiting",
    "file_attached", "attached", "live_location", "notice",
    "encrypted",
]  # fmt: skip

TITLES = (
    r"WhatsApp[ -]Chat (?:with|mit|met|-|–) (?P<t>.+)",
    r"WhatsApp-?[Cc]hatt? med (?P<t>.+)",
    r"Chat (?:de )?WhatsApp (?:con|-|–) (?P<t>.+)",
    r"Conversa (?:do|no) WhatsApp (?:com|-|–) (?P<t>.+)",
    r"Discussion WhatsApp (?:avec|-|–) (?P<t>.+)",
    r"Чат WhatsApp (?:с(?: контактом)?|-|–) (?P<t>.+)",
    r"Czat WhatsApp (?:z|-|–) (?P<t>.+)",
    r"(?P<t>.+) ile WhatsApp Sohbeti",
    r"[与與](?P<t>.+?) ?的 ?WhatsApp ?(?:聊天(?:记录)?|對話)",
    r"(?P<t>.+)との ?WhatsApp ?(?:チャット|トーク)",
)


@cache
def phrases(kind: Kind) -> frozenset[str]:
    """The phrases of a kind, without the full stop that may end them."""
    return frozenset(_tables()[kind])


@cache
def _tables() -> dict[str, list[str]]:
    path = Path(__file__).with_suffix(".json")
    tables: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8"))
    return tables
