"""The dataset's folder, written beside its place and moved there when it is whole.

A folder that holds anything else than a dataset is never replaced.
"""

import hashlib
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from persona.errors import DataError
from persona.folders import DatasetDir

SPLIT_FILES = ("train", "valid", "test", "reference", "others")

_OURS = frozenset({*(f"{name}.jsonl" for name in SPLIT_FILES), "manifest.json"})
_OUR_EXTRAS = frozenset({"report.md", "report.html", "export", "canaries.jsonl"})


def refuse_foreign(out: Path) -> None:
    """Raises DataError where `out` is a file, or a folder that is not a dataset's."""
    if out.exists() and not out.is_dir():
        raise DataError(f"{out}: is a file; give a folder with --out")
    if out.is_dir():
        names = {path.name for path in out.iterdir()}
        if names and not (names <= _OURS | _OUR_EXTRAS and names & _OURS):
            raise DataError(f"{out}: holds other things than a dataset; give another --out")


@contextmanager
def replaced(out: Path) -> Iterator[DatasetDir]:
    """A new folder to write in, which takes the place of `out` at the end, or vanishes on failure.

    Raises DataError where the disk refuses.
    """
    refuse_foreign(out)
    out = out.absolute()
    new, old = (out.with_name(f".{out.name}.{kind}") for kind in ("new", "old"))
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


def earlier_hashes(out: Path, *, names: Collection[str]) -> list[str]:
    """Hashes of the datasets of the person with these names that `out` held until now.

    Oldest first. By them `persona forget` finds the runs that were trained on them.
    """
    dataset = DatasetDir(out)
    if not dataset.manifest_path.is_file():
        return []
    try:
        before = dataset.manifest()
    except DataError:  # damaged: what is replaced need not be whole
        return []
    if not set(names) & set(before.get("names", ())):
        return []
    return [*before.get("earlier_data_sha256", ()), before["data_sha256"]]


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, as hexadecimal."""
    with path.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def _put_back(old: Path, out: Path) -> None:
    """What was set aside, unless something has taken its place."""
    if old.exists() and not out.exists():
        old.rename(out)


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
