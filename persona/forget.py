"""Erasing: a dataset, every run trained on it, and what was kept beside them.

Only folders that this toolkit wrote are erased: a dataset has a manifest, a run lies in the runs
folder and names the hash of the dataset, or of one of the same person that the dataset replaced.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from persona.data import write_private
from persona.errors import DataError
from persona.folders import LATEST, DatasetDir, all_runs
from persona.register import origin_of


@dataclass(frozen=True, slots=True)
class Traces:
    """The folders that hold a dataset or were made from it."""

    subject: str
    paths: tuple[Path, ...]
    staying: tuple[Path, ...]  # runs that imitate the subject too, trained on another dataset


def traces(dataset: DatasetDir, *, runs: Path) -> Traces:
    """What `erase` would remove. Raises DataError if `dataset` is none."""
    manifest = dataset.manifest()
    subject = str(manifest["subject"])
    hashes = {manifest["data_sha256"], *manifest.get("earlier_data_sha256", ())}
    trained, staying = list[Path](), list[Path]()
    for run in all_runs(runs):
        origin = origin_of(run)
        if origin.get("data_sha256") in hashes:
            trained.append(run.root)
        elif origin.get("subject") == subject:
            staying.append(run.root)
    return Traces(subject, (dataset.root, *trained), tuple(staying))


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
