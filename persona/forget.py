"""Erasing: a dataset, every run trained on it, and what was kept beside them.

Only folders that this toolkit wrote are erased: a dataset has a manifest, a run lies in the runs
folder and names the hash of the dataset.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from persona.data import write_private
from persona.errors import DataError
from persona.folders import LATEST, DatasetDir, all_runs
from persona.register import data_of


@dataclass(frozen=True, slots=True)
class Traces:
    """The folders that hold a dataset or were made from it."""

    paths: tuple[Path, ...]


def traces(dataset: DatasetDir, *, runs: Path) -> Traces:
    """What `erase` would remove. Raises DataError if `dataset` is none."""
    digest = dataset.manifest()["data_sha256"]
    trained = [run.root for run in all_runs(runs) if data_of(run) == digest]
    return Traces((dataset.root, *trained))


def erase(found: Traces, *, runs: Path) -> None:
    """Removes those folders; `runs/latest` then names the newest run left, or goes too.

    Raises DataError naming what could not be removed.
    """
    for path in found.paths:
        try:
            shutil.rmtree(path)
        except OSError as error:
            raise DataError(f"{path}: could not be erased: {error.strerror}") from None
    pointer = runs / LATEST
    left = all_runs(runs)
    if left:
        write_private(pointer, left[-1].root.name + "\n")
    else:
        pointer.unlink(missing_ok=True)
