"""The inside of a run folder while it is trained: its lock, its metric lines, its checkpoints.

A checkpoint counts only with its mark, which is written after everything else in it, so a kill in
the middle of writing leaves the one before it in force.
"""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from persona.data import open_private, write_private
from persona.errors import ModelError
from persona.folders import RunDir

COMPLETE = "complete"
BEST = "best"
LOCK = ".lock"


@contextmanager
def lock(run: RunDir) -> Iterator[None]:
    """Holds the run for this process; freed when it ends, however it ends.

    Raises ModelError if another process is training it.
    """
    with open_private(run.root / LOCK) as handle:
        try:
            _lock_file(handle.fileno())
        except OSError:
            raise ModelError(
                f"{run.root}: another process is training this run; wait for it or give --name"
            ) from None
        yield


if sys.platform == "win32":

    def _lock_file(descriptor: int) -> None:
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:

    def _lock_file(descriptor: int) -> None:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def append_metric(run: RunDir, line: dict[str, Any]) -> None:
    """Adds one line to metrics.jsonl, on disk at once."""
    with run.metrics.open("ab") as out:
        out.write(msgspec.json.encode(line) + b"\n")


def read_metrics(run: RunDir) -> list[dict[str, Any]]:
    """The metric lines, oldest first; a last line cut short by a kill is left out."""
    if not run.metrics.is_file():
        return []
    lines = []
    for line in run.metrics.read_bytes().splitlines():
        try:
            lines.append(msgspec.json.decode(line, type=dict[str, Any]))
        except msgspec.DecodeError:
            continue
    return lines


def trim_metrics(run: RunDir, *, step: int) -> None:
    """Drops the lines of steps after `step`: they will be trained again."""
    kept = [line for line in read_metrics(run) if line["step"] <= step]
    write_private(run.metrics, b"".join(msgspec.json.encode(line) + b"\n" for line in kept))


def last_checkpoint(run: RunDir) -> Path | None:
    """The newest complete checkpoint."""
    found = [path for path in run.checkpoints.glob("checkpoint-*") if (path / COMPLETE).is_file()]
    return max(found, key=checkpoint_step, default=None)


def last_step(run: RunDir) -> int:
    """The optimizer step up to which nothing is lost; 0 at the beginning."""
    checkpoint = last_checkpoint(run)
    return checkpoint_step(checkpoint) if checkpoint else 0


def checkpoint_step(path: Path) -> int:
    """The optimizer step after which a checkpoint was written."""
    return int(path.name.rpartition("-")[2])


def drop_incomplete(run: RunDir) -> None:
    """Removes checkpoints that a kill left half-written."""
    for path in run.checkpoints.glob("checkpoint-*"):
        if not (path / COMPLETE).is_file():
            shutil.rmtree(path)


def need_space(folder: Path, *, size: int) -> None:
    """Raises ModelError if `folder` has no room for `size` bytes."""
    free = shutil.disk_usage(folder).free
    if free < size:
        raise ModelError(
            f"{folder}: no space left: {size / 1e6:.0f} MB are needed and {free / 1e6:.0f} MB are "
            "free; make room and go on with the same command and --resume"
        )
