"""The dataset's folder, written beside its place and moved there when it is whole.

A folder that holds anything else than a dataset is never replaced.
"""

import hashlib
import shutil
from collections.abc import Iterator
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
        if out.exists():
            _remove(old)
        elif old.exists():
            old.rename(out)


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, as hexadecimal."""
    with path.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
