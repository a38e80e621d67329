"""One export as it is read: its messages, and the account of what became of it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

import msgspec

from ingest.detect import Guess
from ingest.format import Batch, Drop, Note, Row
from ingest.source import READ_ERRORS, why
from persona.data import Message
from persona.errors import DataError

BATCH = 512


class FileSummary(msgspec.Struct, frozen=True):
    """What became of one export.

    messages: how many came out. dropped: how many did not, by reason. confidence: 0 to 1 that the
    format is right. runner_up: the next likely format and how likely it was ('table 50%').
    error: why nothing (more) could be read.
    """

    path: str
    format: str | None
    messages: int
    dropped: dict[str, int]
    confidence: float
    runner_up: str | None
    notes: tuple[str, ...]
    error: str | None


@dataclass
class LogFile:
    """One export: a file, or the files that belong together. Read it once."""

    path: str
    guess: Guess | None = None
    runner_up: str | None = None
    rows: Iterator[Row] = field(default_factory=lambda: iter(()))
    error: str | None = None
    count: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    @property
    def format(self) -> str | None:
        """The name of its format; None where it has none."""
        return self.guess.format.name if self.guess else None

    @property
    def verbatim(self) -> bool:
        """True for assistant logs, mail and datasets, whose texts are never split into bursts."""
        return bool(self.guess and self.guess.format.verbatim)

    @property
    def summary(self) -> FileSummary:
        """What came out so far; complete once the messages are exhausted."""
        return FileSummary(
            path=self.path,
            format=self.format,
            messages=self.count,
            dropped=dict(self.dropped.most_common()),
            confidence=round(self.guess.confidence, 2) if self.guess else 0.0,
            runner_up=self.runner_up,
            notes=tuple(self.notes),
            error=self.error,
        )

    def messages(self) -> Iterator[Message]:
        """Its messages, in the order of the file."""
        return chain.from_iterable(self.batches())

    def batches(self) -> Iterator[Batch]:
        """The same, many at a time."""
        pending: Batch = []
        for row in self._guarded():
            if type(row) is Message:
                pending.append(row)
                if len(pending) >= BATCH:
                    self.count += len(pending)
                    yield pending
                    pending = []
            elif type(row) is list:
                self.count += len(pending) + len(row)
                yield pending + row if pending else row
                pending = []
            else:
                self.account(row)
        self.count += len(pending)
        if pending:
            yield pending

    def account(self, row: Row) -> None:
        """Counts what is not a message."""
        if isinstance(row, Drop):
            self.dropped[row.reason] += row.count
        elif isinstance(row, Note) and row.text not in self.notes:
            self.notes.append(row.text)

    def has_message(self) -> bool:
        """Whether it holds any; what is read to find out is not lost."""
        rows = self._guarded()
        for row in rows:
            if isinstance(row, Message) or (isinstance(row, list) and row):
                self.rows = chain([row], rows)
                return True
            self.account(row)
        return False

    def _guarded(self) -> Iterator[Row]:
        """The rows up to the first failure, which becomes the file's error."""
        try:
            yield from self.rows
        except READ_ERRORS as error:
            self.error = str(error) if isinstance(error, DataError) else why(error)
