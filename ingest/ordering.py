"""Messages as JSON lines in time order within each chat, however many there are.

A bounded number of messages is held; beyond it sorted runs are spilled to a private temporary file
and merged at the end. A chat keeps its place: chats come in the order in which they were first
seen. Messages without a time stay behind the one before them.
"""

import heapq
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice, pairwise
from operator import itemgetter, le
from typing import IO, Self, TypeAlias, cast

import msgspec

from ingest.format import Batch
from persona.data import order_key
from persona.errors import DataError

BLOCK = 1 << 20
MERGE_BLOCK = 1 << 16
HELD = 20_000
"""Messages in memory at once."""

Key: TypeAlias = tuple[int, float]
"""A chat's number, and seconds since 1970."""


@dataclass(slots=True)
class _Run:
    """A sorted stretch of the spill file, between two keys."""

    first: Key
    last: Key
    carried: dict[int, float]
    start: int = 0
    end: int = 0


class _Keys:
    """The places of messages in the output. One without a time takes that of the one before it."""

    def __init__(self) -> None:
        self.chats: dict[str, int] = {}
        self.carried: dict[int, float] = {}

    def of(self, chat: str, sent_at: datetime | None) -> Key:
        """The key of the next message."""
        number = self.chats.setdefault(chat, len(self.chats))
        if sent_at is not None:
            self.carried[number] = order_key(sent_at)
        return number, self.carried.get(number, float("-inf"))

    def sort(self, messages: Batch) -> tuple[_Run, Batch]:
        """The messages in order, and between which keys they lie."""
        carried = dict(self.carried)
        if _is_one_chat_in_time(messages):
            first = self.of(messages[0].chat, messages[0].sent_at)
            return _Run(first, self.of(messages[-1].chat, messages[-1].sent_at), carried), messages
        keys = [self.of(message.chat, message.sent_at) for message in messages]
        order = sorted(range(len(keys)), key=keys.__getitem__)
        run = _Run(keys[order[0]], keys[order[-1]], carried)
        return run, [messages[index] for index in order]


def _is_one_chat_in_time(messages: Batch) -> bool:
    """Whether nothing is to be sorted, quickly; False where that is not plain to see."""
    times = [message.sent_at for message in messages]
    if None in times or len({message.chat for message in messages}) > 1:
        return False
    known = cast("list[datetime]", times)
    if len({moment.tzinfo is None for moment in known}) > 1:
        return False
    return all(map(le, known, islice(known, 1, None)))


class Sorter:
    """Takes messages in any order and gives them back as JSON lines in order."""

    def __init__(self) -> None:
        self.encode = msgspec.json.Encoder().encode_lines
        self.keys = _Keys()
        self.held: Batch = []
        self.runs: list[_Run] = []
        self.file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.file is not None:
            self.file.close()

    def add(self, batch: Batch) -> None:
        """Takes messages; writes a run when too many are held."""
        self.held += batch
        if len(self.held) >= HELD:
            self._write_run()

    def sorted_blocks(self) -> Iterator[bytes]:
        """Everything taken, as JSON lines in order."""
        if self.held and self.file is None:
            yield self.encode(self.keys.sort(self.held)[1])
        elif self.held:
            self._write_run()
        if self.file is None:
            return
        if all(before.last <= after.first for before, after in pairwise(self.runs)):
            self.file.seek(0)
            yield from iter(partial(self.file.read, BLOCK), b"")
        else:
            yield from self._merged(self.file)

    def _write_run(self) -> None:
        if self.file is None:
            self.file = tempfile.TemporaryFile(prefix="persona-")  # noqa: SIM115 (closed in __exit__)
        run, messages = self.keys.sort(self.held)
        self.held = []
        try:
            run.start = self.file.tell()
            self.file.write(self.encode(messages))
            run.end = self.file.tell()
        except OSError as error:
            raise DataError(
                f"{tempfile.gettempdir()}: no room to sort in ({error.strerror}); "
                "set TMPDIR to a folder with more space"
            ) from None
        self.runs.append(run)

    def _merged(self, file: IO[bytes]) -> Iterator[bytes]:
        """The lines of all runs, merged."""
        runs = [self._keyed_lines(file, run) for run in self.runs]
        lines = (line for _, line in heapq.merge(*runs, key=itemgetter(0)))
        while block := b"".join(islice(lines, 4096)):
            yield block

    def _keyed_lines(self, file: IO[bytes], run: _Run) -> Iterator[tuple[Key, bytes]]:
        keys = _Keys()
        keys.chats, keys.carried = self.keys.chats, dict(run.carried)
        place, rest = run.start, b""
        while place < run.end:
            file.seek(place)
            block = file.read(min(MERGE_BLOCK, run.end - place))
            place += len(block)
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                head = _HEAD.decode(line)
                yield keys.of(head.chat, head.sent_at), line + b"\n"


class _Head(msgspec.Struct, gc=False):
    chat: str
    sent_at: datetime | None


_HEAD = msgspec.json.Decoder(_Head)
