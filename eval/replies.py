"""`eval/replies.jsonl`: what each arm answered to which context, written while it is generated.

The page, the terminal and the vote read this file, so all show the same replies. A killed
evaluation goes on where it stopped; replies drawn with other settings are not reused.
"""

import hashlib
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from eval.engine import Engine, Progress, Weights
from persona.data import (
    PRIVATE_FILE,
    Example,
    Turn,
    make_private_folder,
    write_jsonl,
    write_private,
)
from persona.errors import DataError

BATCH = 16
LARGEST_SEED = 2**31


class ReplyRow(msgspec.Struct, frozen=True, kw_only=True):
    """One reply. prompt: the turns of the dataset, without what an arm added to them.

    seed: None for real replies. seconds: its share of the time its batch took.
    """

    arm: str
    conversation: str
    prompt: tuple[Turn, ...]
    text: str
    seed: int | None = None
    seconds: float | None = None


Key = tuple[str, str, str]


class ReplyFile:
    """The replies drawn so far, on disk as soon as they are drawn."""

    def __init__(self, path: Path, *, settings: str) -> None:
        """Opens `path` and keeps its rows if they were drawn with the same `settings`."""
        self.path = path
        self._stamp = path.with_suffix(".settings")
        self.rows: dict[Key, ReplyRow] = {}
        make_private_folder(path.parent)
        if self._stamp.is_file() and self._stamp.read_text(encoding="utf-8") == settings:
            self.rows = {key_of(row.arm, row): row for row in _readable_rows(path)}
        write_jsonl(path, self.rows.values())
        write_private(self._stamp, settings)

    def add(self, rows: Sequence[ReplyRow]) -> None:
        """Keeps the rows and appends them to the file."""
        encoded = b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        try:
            with os.fdopen(os.open(self.path, flags, PRIVATE_FILE), "wb") as out:
                out.write(encoded)
        except OSError as error:
            raise DataError(f"{self.path}: cannot be written: {error.strerror}") from None
        self.rows.update((key_of(row.arm, row), row) for row in rows)


def digest_of(parts: object) -> str:
    """What replies depend on, as the `settings` of a `ReplyFile`."""
    return hashlib.sha256(msgspec.json.encode(parts, order="deterministic")).hexdigest()


def key_of(arm: str, row: ReplyRow | Example) -> Key:
    """What a reply is filed under: arm, conversation and a digest of the context."""
    digest = hashlib.sha256(msgspec.json.encode(row.prompt)).hexdigest()
    return arm, row.conversation, digest


def seed_of(example: Example, *, seed: int) -> int:
    """The seed of a context, the same for every arm, independent of order and of other contexts."""
    digest = hashlib.sha256(msgspec.json.encode((seed, example.conversation, example.prompt)))
    return int.from_bytes(digest.digest()[:8], "big") % LARGEST_SEED


def answer(
    contexts: Sequence[Example],
    prompts: Sequence[Sequence[Turn]],
    *,
    arm: str,
    weights: Weights,
    engine: Engine,
    kept: ReplyFile,
    seed: int,
    progress: Progress,
    clock: Callable[[], float] = time.perf_counter,
) -> list[ReplyRow]:
    """The arm's reply to each context, drawn in batches where the file does not hold it yet.

    prompts: what the arm is given for each context.
    """
    waiting = [i for i, context in enumerate(contexts) if key_of(arm, context) not in kept.rows]
    waiting.sort(key=lambda i: sum(len(turn.content) for turn in prompts[i]))
    done = len(contexts) - len(waiting)
    progress(f"{arm}: replies", done=done, total=len(contexts))
    for start in range(0, len(waiting), BATCH):
        batch = waiting[start : start + BATCH]
        seeds = [seed_of(contexts[i], seed=seed) for i in batch]
        began = clock()
        texts = engine.reply_batch([prompts[i] for i in batch], arm=weights, seeds=seeds)
        seconds = (clock() - began) / len(batch)
        kept.add(
            [
                row_of(arm, contexts[i], text=text, seed=drawn, seconds=seconds)
                for i, text, drawn in zip(batch, texts, seeds, strict=True)
            ]
        )
        done += len(batch)
        progress(f"{arm}: replies", done=done, total=len(contexts))
    return [kept.rows[key_of(arm, context)] for context in contexts]


def real_replies(contexts: Sequence[Example]) -> list[ReplyRow]:
    """What the person really said, as rows of the arm `person`."""
    return [row_of("person", context, text=context.reply) for context in contexts]


def write_replies(path: Path, rows_by_arm: Mapping[str, Sequence[ReplyRow]]) -> int:
    """The file as others read it: arm after arm, contexts in the same order."""
    return write_jsonl(path, (row for rows in rows_by_arm.values() for row in rows))


def row_of(
    arm: str, context: Example, *, text: str, seed: int | None = None, seconds: float | None = None
) -> ReplyRow:
    """A reply as a row of the file."""
    return ReplyRow(
        arm=arm,
        conversation=context.conversation,
        prompt=context.prompt,
        text=text,
        seed=seed,
        seconds=seconds,
    )


def _readable_rows(path: Path) -> list[ReplyRow]:
    """The whole rows of a file whose last one a kill may have cut."""
    if not path.is_file():
        return []
    decoder = msgspec.json.Decoder(ReplyRow)
    rows = []
    for line in path.read_bytes().splitlines():
        try:
            rows.append(decoder.decode(line))
        except msgspec.DecodeError:
            break
    return rows
