"""Everything the exports hold, cleaned and by chat, with who speaks in it.

All messages are in memory from here until they are written: about 250 bytes each beside their text.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from ingest.clean import clean
from ingest.lines import Accounts
from ingest.log_file import LogFile
from ingest.overlap import Part
from ingest.people import Speakers

EMPTY = "nothing in it but unseen characters"


@dataclass(slots=True)
class Collected:
    """The chats of all exports, and what each file gave."""

    parts: list[Part] = field(default_factory=list)
    speakers: Speakers = field(default_factory=Speakers)
    files: list[dict[str, Any]] = field(default_factory=list)


def collect(logs: Iterable[LogFile], accounts: Accounts) -> Collected:
    """Reads every log to its end."""
    found = Collected()
    for log in logs:
        by_chat: dict[str, Part] = {}
        for message in log.messages():
            accounts.read += 1
            text = clean(message.text, verbatim=log.verbatim)
            if not text:
                accounts.dropped[EMPTY] += 1
                continue
            if text != message.text:
                message = msgspec.structs.replace(message, text=text)
            found.speakers.add(message)
            part = by_chat.get(message.chat)
            if part is None:
                part = Part(log.path, log.format or "", message.chat, log.verbatim, [])
                by_chat[message.chat] = part
            part.messages.append(message)
        found.parts += by_chat.values()
        found.files.append(msgspec.to_builtins(log.summary))
        accounts.notes += [f"{log.path}: {note}" for note in log.notes]
    found.files.sort(key=lambda file: str(file["path"]))
    return found
