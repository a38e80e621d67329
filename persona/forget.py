"""Erasing: a dataset, every run trained on it, and what was kept beside them; or a run alone.

Only folders that this toolkit wrote are erased: a dataset has a manifest or its files and no
others, a run has its settings and what it was begun with. With a dataset go the runs in the runs
folder that name its hash, or that of one of the same person that it replaced.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from persona.data import write_private
from persona.errors import DataError, ModelError
from persona.folders import LATEST, DatasetDir, RunDir, all_runs, read_json
from persona.recognition import is_run
from persona.register import origin_of


@dataclass(frozen=True, slots=True)
class Traces:
    """The folders that hold a dataset or were made from it, or a run alone."""

    paths: tuple[Path, ...]
    staying: tuple[tuple[Path, str], ...] = ()  # every other run, and whose it is


def traces(folder: Path, *, runs: Path) -> Traces:
    """What `erase` would remove: a dataset with its runs, or a run alone.

    folder: of either, or the name of a run in `runs`. A half-written dataset tells of no runs, so
    all of them stay. Raises DataError if it is neither.
    """
    for candidate in (folder, runs / folder):
        if is_run(candidate):
            return Traces((candidate,))
    about = _about(DatasetDir(folder))
    trained, staying = list[Path](), list[tuple[Path, str]]()
    for run in all_runs(runs):
        if _origin(run).get("data_sha256") in _hashes(about):
            trained.append(run.root)
        else:
            staying.append((run.root, _whose(run, subject=about.get("subject"))))
    return Traces((folder, *trained), tuple(staying))


def erase(found: Traces) -> None:
    """Removes those folders; `latest` beside a run then names the newest run left, or goes too.

    Raises DataError naming what could not be removed.
    """
    pointers = {path.parent / LATEST for path in found.paths if is_run(path)}
    for path in found.paths:
        try:
            shutil.rmtree(path)
        except OSError as error:
            raise DataError(f"{path}: could not be erased: {error.strerror}") from None
    for pointer in pointers:
        left = all_runs(pointer.parent)
        if left:
            write_private(pointer, left[-1].root.name + "\n")
        else:
            pointer.unlink(missing_ok=True)


def _about(dataset: DatasetDir) -> dict[str, Any]:
    """The manifest; empty for a half-written dataset. Raises DataError if it is none."""
    if not dataset.root.is_dir():
        raise DataError(
            f"{dataset.root}: no dataset and no run here; `persona runs` lists the runs, and "
            "`persona forget RUN_FOLDER` erases one"
        )
    try:
        about = dataset.manifest()
    except DataError:
        if dataset.is_half_written:
            return {}
        raise
    if "data_sha256" not in about:
        raise DataError(f"{dataset.root}: is no dataset (its manifest.json is another program's)")
    return about


def _hashes(about: dict[str, Any]) -> set[str]:
    """The hash of a dataset and those of the ones it replaced."""
    return {about["data_sha256"], *about.get("earlier_data_sha256", ())} if about else set()


def _origin(run: RunDir) -> dict[str, Any]:
    """What a run was trained on, with its `dataset` folder where that is known.

    Empty where all that says so is damaged: the run stays, is named, and can be erased alone.
    """
    try:
        origin = origin_of(run)
    except ModelError:
        return {}
    try:
        return {**read_json(run.started, error=ModelError), **origin}
    except ModelError:
        return origin


def _whose(run: RunDir, *, subject: str | None) -> str:
    """Whom a run imitates and where its dataset is, for somebody who erases that of `subject`."""
    origin = _origin(run)
    if not origin:
        return "does not tell whom it imitates"
    too = " too" if origin["subject"] == subject else ""
    told = f"imitates {origin['subject']}{too}; its dataset is"
    folder = origin.get("dataset")
    if folder is None:
        return f"{told} not known"
    try:
        there = origin["data_sha256"] in _hashes(_about(DatasetDir(Path(folder))))
    except DataError:
        there = False
    return f"{told} {folder}" if there else f"{told} not in {folder} any more"
