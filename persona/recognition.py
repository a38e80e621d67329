"""What a folder is, told by the names in it: what the toolkit wrote is never read as a log, and
nothing else is ever erased."""

import re
from collections.abc import Collection
from pathlib import Path

from persona.folders import LATEST, DatasetDir, RunDir

_RUN_FOLDER = re.compile(r"\d{8}T\d{6}Z-")


def what_we_wrote(folders: Collection[str], files: Collection[str]) -> str | None:
    """What a folder with these names in it is, if the toolkit wrote it; None for any other."""
    dataset, run = DatasetDir(Path()), RunDir(Path())
    if {each.name for each in (dataset.train, dataset.reference, dataset.others)}.issubset(files):
        return "a dataset"
    if run.config.name in files and {run.started.name, run.manifest_path.name}.intersection(files):
        return "a run"
    return "runs" if LATEST in files and any(map(_RUN_FOLDER.match, folders)) else None


def is_run(folder: Path) -> bool:
    """Whether a run's folder is here, also one that ended before it got to its data.

    Settings and a manifest.json alone may be anybody's: then its name has to be a run's.
    """
    if not folder.is_dir():
        return False
    names = {path.name for path in folder.iterdir()}
    run = RunDir(folder)
    if _RUN_FOLDER.match(folder.name):
        ours = {run.config.name, run.started.name, run.manifest_path.name, ".lock"}
        return not names or bool(names & ours)
    return {run.config.name, run.started.name} <= names
