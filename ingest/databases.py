"""SQLite files of other programs, looked into and never written to."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.source import Source
from persona.errors import DataError

MAGIC = b"SQLite format 3\0"


@contextmanager
def opened(source: Source) -> Iterator[sqlite3.Connection]:
    """The database; a private copy where its newest rows are in a log beside it.

    Raises DataError, also while it is used, where it is damaged or not built as expected.
    """
    log = source.beside(source.name + "-wal")
    with source.on_disk() as path, tempfile.TemporaryDirectory(prefix="persona-") as folder:
        address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        if log and log.size:
            copy = Path(folder, "copy.db")
            shutil.copyfile(path, copy)
            with log.open() as stream, Path(folder, "copy.db-wal").open("wb") as out:
                shutil.copyfileobj(stream, out)
            address = copy.as_uri()
        database = sqlite3.connect(address, uri=True)
        database.text_factory = lambda raw: raw.decode("utf-8", "replace")
        try:
            yield database
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise DataError(
                f"{source.path}: damaged, or not the database it seems ({error})"
            ) from None
        finally:
            database.close()
