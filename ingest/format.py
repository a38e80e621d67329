"""What a reader of one export format is: the records that every file in `ingest/formats/` shares.

A reader is pure: it turns the files of one export into messages and says, for everything it
leaves out, why. It never prints, never guesses a time zone and never changes how a text is written.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from persona.data import Message

if TYPE_CHECKING:
    from ingest.detect import Head
    from ingest.source import Source

DateOrder = Literal["auto", "dmy", "mdy", "ymd"]
Evidence = Literal["keys", "times", "tags"]

SYSTEM = "system notice"
DELETED = "deleted"
MEDIA = "media only"
EMPTY = "empty"
DAMAGED = "damaged"
UNSUPPORTED = "unsupported"
CALL = "call"
POLL = "poll"
TOOL = "system or tool row"
REACTION = "reaction"
DUPLICATE = "duplicate"
HIDDEN = "hidden"
FORWARDED = "forwarded"
BOT = "by a bot"
OTHER_BRANCH = "rewritten branch"


class ReadOptions(msgspec.Struct, frozen=True):
    """What the user may say about how exports are read.

    keep_media: a media-only message becomes its placeholder instead of a drop. date_order: order
    of day and month where the file does not tell. format: read everything as this format.
    strict: a damaged file is an error.
    """

    keep_media: bool = False
    date_order: DateOrder = "auto"
    format: str | None = None
    strict: bool = False


class Drop(msgspec.Struct, frozen=True):
    """Something in the export that is not a message, and why it is left out."""

    reason: str
    count: int = 1


class Note(msgspec.Struct, frozen=True):
    """One sentence about how a file was read, for its summary; never quotes chat text."""

    text: str


Batch: TypeAlias = list[Message]
"""Many messages at once: what the readers of very large files yield."""

Row: TypeAlias = Message | Batch | Drop | Note


def by_itself(source: "Source") -> str:
    """The unit of a format whose every file is a whole export."""
    return source.path


@dataclass(frozen=True, slots=True)
class Format:
    """A reader.

    name: as in the summary and `--format`. sniff: confidence from 0 to 1 that a file's head is this
    format; asked only where the head shows what it `needs`: keys of JSON, a time of day, the tags
    of a page. parse: its rows, in the file's order. verbatim: texts that are never split into
    bursts (assistant logs, mail, datasets). unit: files with the same key are parts of one export
    and are given to `parse` together, as `source.files`. companions: names of files that belong
    to the export without holding messages.
    """

    name: str
    sniff: Callable[["Head"], float]
    parse: Callable[["Source", ReadOptions], Iterator[Row]]
    needs: Evidence | None = None
    verbatim: bool = False
    unit: Callable[["Source"], str] = by_itself
    companions: frozenset[str] = field(default_factory=frozenset)


def media(
    options: ReadOptions, message: Message, *, placeholder: str = "<media>"
) -> Message | Drop:
    """A media-only message: its placeholder under --keep-media, else a drop."""
    if not options.keep_media:
        return Drop(MEDIA)
    return msgspec.structs.replace(message, text=message.text or placeholder)
