"""The dataset's folder, written beside its place and moved there when it is whole.

A folder that holds anything else than a dataset of the same person is never replaced.
"""

import hashlib
import shlex
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from persona.errors import DataError
from persona.folders import DATASET_FILES, SPLIT_FILES, DatasetDir

_OURS = frozenset({*(f"{name}.jsonl" for name in SPLIT_FILES), "manifest.json"})


def refuse_foreign(out: Path) -> None:
    """Raises DataError where `out` is a file, or a folder that is not a dataset's."""
    if out.exists() and not out.is_dir():
        raise DataError(f"{out}: is a file; give a folder with --out")
    if out.is_dir():
        names = {path.name for path in out.iterdir()}
        if names and not (names <= DATASET_FILES and names & _OURS):
            raise DataError(f"{out}: holds other things than a dataset; give another --out")


@contextmanager
def replaced(out: Path) -> Iterator[DatasetDir]:
    """A new folder to write in, which takes the place of `out` at the end, or vanishes on failure.

    Raises DataError where the disk refuses.
    """
    refuse_foreign(out)
    out = out.absolute()
    new, old = out.with_name(f".{out.name}.new"), _aside(out)
    try:
        _put_back(old, out)
        _remove(new)
        new.mkdir(parents=True, mode=0o700)
        yield DatasetDir(new)
        _remove(old)
        if out.exists():
            out.rename(old)
        new.rename(out)
    except OSError as error:
        raise DataError(f"{out}: cannot be written: {error.strerror}") from None
    finally:
        _remove(new)
        _put_back(old, out)
        _remove(old)


def refuse_another_subject(out: Path, *, subject: str, names: Collection[str]) -> None:
    """Raises DataError where `out` holds the dataset of somebody else than this subject.

    Replaced, it could not lead `persona forget` to the runs trained on it any more.
    names: every name of the subject.
    """
    before = _before(out)
    whose = str(before.get("subject", subject))
    if {subject, *names} & {whose, *before.get("names", ())}:
        return
    raise DataError(
        f"{out}: is the dataset of {whose}, not of {subject}; give another --out, "
        f"or erase it and its runs first: `persona forget {shlex.quote(str(out))}`"
    )


def earlier_hashes(out: Path) -> list[str]:
    """Hashes of the datasets that `out` held until now, oldest first.

    By them `persona forget` finds the runs that were trained on them.
    """
    before = _before(out)
    return [*before.get("earlier_data_sha256", ()), before["data_sha256"]] if before else []


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, as hexadecimal."""
    with path.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def _before(out: Path) -> dict[str, Any]:
    """The manifest of what lies in `out`, or was set aside from there by a killed run.

    Empty where nothing whole does.
    """
    out = out.absolute()
    dataset = DatasetDir(out if out.exists() else _aside(out))
    if not dataset.manifest_path.is_file():
        return {}
    try:
        return dataset.manifest()
    except DataError:  # damaged: what is replaced need not be whole
        return {}


def _aside(out: Path) -> Path:
    """Where the dataset before waits while the next takes its place."""
    return out.with_name(f".{out.name}.old")


def _put_back(old: Path, out: Path) -> None:
    """What was set aside, unless something has taken its place."""
    if old.exists() and not out.exists():
        old.rename(out)


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
