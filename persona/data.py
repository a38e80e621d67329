"""What flows through the toolkit, in memory and as JSON lines on disk.

    Message --segment--> Conversation --examples--> Example / Utterance

Everything here is a frozen `msgspec.Struct`: a slotted, immutable record that is cheap to make by
the hundred thousand and that reads and writes JSON with its types checked. No chat template and
no torch here.
"""

import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Literal, TypeVar

import msgspec

from persona.errors import DataError

Role = Literal["system", "user", "assistant"]

OPENER = "(start of conversation)"
"""The user turn in front of a message with which the subject opens a conversation."""

PRIVATE_FILE = 0o600
"""Mode of every file that holds chat text."""


class Message(msgspec.Struct, frozen=True, gc=False):
    """One message as its export holds it; a line of `persona parse`.

    chat: the thread, the same in every file of it. sent_at: aware where the export gives a zone,
    naive local time where it does not. is_subject: set where the export marks its owner's own
    messages.
    role: set in assistant logs and instruction datasets only.
    """

    chat: str
    sender: str
    sent_at: datetime | None
    text: str
    is_subject: bool | None = None
    role: Literal["person", "assistant"] | None = None


class Turn(msgspec.Struct, frozen=True, gc=False):
    """What one side says before the other speaks, in the words of a chat template."""

    role: Role
    content: str


class Example(msgspec.Struct, frozen=True, gc=False):
    """One thing to learn or to be judged on: the turns before, and what the subject said.

    The prompt begins with a system line and ends with a user turn; the completion is one
    assistant turn.
    """

    conversation: str
    chat: str
    sent_at: datetime | None
    prompt: tuple[Turn, ...]
    completion: tuple[Turn, ...]

    @property
    def reply(self) -> str:
        """The text of the completion."""
        return self.completion[0].content


class Utterance(msgspec.Struct, frozen=True, gc=False):
    """A real reply kept for judging: a row of `reference.jsonl` and `others.jsonl`.

    speaker: the subject's main name, or a partner's. prompt: the turns before it, as in `Example`,
    with the speaker in the assistant's place.
    """

    conversation: str
    speaker: str
    sent_at: datetime | None
    text: str
    prompt: tuple[Turn, ...]


Row = TypeVar("Row", bound=msgspec.Struct)


def order_key(sent_at: datetime | None) -> float:
    """Seconds since 1970 for ordering only: naive counts as UTC, unknown comes first."""
    if sent_at is None:
        return float("-inf")
    aware = sent_at if sent_at.tzinfo else sent_at.replace(tzinfo=UTC)
    return aware.timestamp()


def split_bubbles(text: str) -> list[str]:
    """The messages of a burst: a turn is its messages joined by a blank line."""
    return [bubble.strip() for bubble in text.split("\n\n") if bubble.strip()]


def read_jsonl(path: Path, row_type: type[Row]) -> Iterator[Row]:
    """The rows of a JSON-lines file, one at a time.

    Raises DataError naming file and line where a row is not as it should be; never quotes it.
    """
    decoder = msgspec.json.Decoder(row_type)
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    yield decoder.decode(line)
                except msgspec.DecodeError as error:
                    raise DataError(
                        f"{path}:{number}: {error}; the file is damaged, write it again"
                    ) from None
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from None


def write_jsonl(path: Path, rows: Iterable[msgspec.Struct]) -> int:
    """Writes the rows, readable by the owner only, and returns how many; whole or not at all."""
    encode = msgspec.json.Encoder().encode
    count = 0
    partial = path.with_name(path.name + ".partial")
    try:
        with open_private(partial) as out:
            for row in rows:
                out.write(encode(row) + b"\n")
                count += 1
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise DataError(f"{path}: cannot be written: {error.strerror}") from None
    return count


def write_private(path: Path, content: str | bytes) -> None:
    """Writes a file that holds private text: mode 0600, whole or not at all."""
    data = content.encode() if isinstance(content, str) else content
    partial = path.with_name(path.name + ".partial")
    try:
        with open_private(partial) as out:
            out.write(data)
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise DataError(f"{path}: cannot be written: {error.strerror}") from None


def make_private_folder(path: Path) -> None:
    """Makes a folder that only its owner can look into, if it is not there yet."""
    try:
        path.mkdir(parents=True, mode=0o700, exist_ok=True)
    except OSError as error:
        raise DataError(f"{path}: cannot be made: {error.strerror}; give another folder") from None


def open_private(path: Path) -> BinaryIO:
    """A binary file for writing that only its owner can read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE), "wb")
