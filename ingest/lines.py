"""What flows between the steps of ingest: lines of threads, bursts of sessions, accounts.

Nothing is decided here. `Message`, `Example` and what lies on disk are in `persona.data`.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

import msgspec


class Line(msgspec.Struct, frozen=True, gc=False):
    """A message that counts, its sender by the main name.

    when: seconds since 1970 for ordering, moved onto the clock of the thread's other exports;
    None where the export gives no time.
    """

    sender: str
    text: str
    sent_at: datetime | None
    when: float | None


class Thread(msgspec.Struct, frozen=True, gc=False):
    """A chat through all its exports, its lines in order.

    verbatim: assistant logs, mail and datasets, whose line breaks are content.
    """

    chat: str
    verbatim: bool
    lines: list[Line]


class Burst(msgspec.Struct, frozen=True, gc=False):
    """Several messages of one sender in a row: one turn.

    first, count: the places of its messages in the accounts (`Fates`).
    """

    sender: str
    text: str
    sent_at: datetime | None
    first: int
    count: int


class Session(msgspec.Struct, frozen=True, gc=False):
    """A conversation: what is said in a thread between two long silences.

    start: as `Line.when` of its first message.
    """

    conversation: str
    chat: str
    verbatim: bool
    start: float | None
    bursts: list[Burst]


@dataclass(slots=True)
class Accounts:
    """Where the messages went: every one that is read is in the dataset or under a reason."""

    read: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    redacted: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
