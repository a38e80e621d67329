"""One file of an export, wherever it lies, and the files beside it.

Reading only. How folders and archives are walked is in `archives.py`; what a file is, in
`detect.py`.
"""

import os
import posixpath
import re
import stat
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol, TypeAlias

from persona.errors import DataError
from persona.folders import inside
from persona.recognition import what_we_wrote

HEAD_BYTES = 65536
READ_ERRORS = (
    OSError,
    EOFError,
    RuntimeError,
    NotImplementedError,
    zlib.error,
    zipfile.BadZipFile,
    tarfile.TarError,
    UnicodeDecodeError,
    DataError,
)
"""What reading a file or a member of an archive can raise."""

_IN_WORDS = (
    ((zlib.error, EOFError, zipfile.BadZipFile, tarfile.TarError), "damaged or cut off"),
    ((NotImplementedError,), "packed in a way that is not known here"),
    ((RuntimeError,), "encrypted, or the program that packed it erred"),
    ((UnicodeDecodeError,), "not the text that it says it is"),
)

IGNORED_NAMES = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
IGNORED_FOLDERS = frozenset({"__MACOSX", ".git"})


class Container(Protocol):
    """A folder or an archive: finds the files beside a file."""

    @property
    def title(self) -> str:
        """The name of the folder or archive, without its extension."""

    def get(self, inner: str) -> "Source | None":
        """The file of that path inside the container."""

    def inside(self, folder: str) -> "list[Source]":
        """The files anywhere below a folder of the container."""


@dataclass(frozen=True)
class Source:
    """One file of an export, wherever it lies.

    path: as shown to the user. inner: path inside its container. size: bytes. others: the further
    files of the same export unit, in natural order.
    """

    path: str
    inner: str
    size: int
    opener: Callable[[], IO[bytes]]
    container: Container
    others: "tuple[Source, ...]" = ()

    @property
    def name(self) -> str:
        return posixpath.basename(self.inner)

    @property
    def stem(self) -> str:
        return posixpath.splitext(self.name)[0]

    @property
    def folder(self) -> str:
        """The name of the folder it lies in, empty at the top of an archive."""
        return posixpath.basename(posixpath.dirname(self.inner))

    @property
    def files(self) -> "tuple[Source, ...]":
        """Every file of the unit, this one first."""
        return (self, *self.others)

    def open(self) -> IO[bytes]:
        """A stream of its bytes. Raises OSError, or DataError for what an archive refuses."""
        return self.opener()

    def head(self, size: int = HEAD_BYTES) -> bytes:
        """Its first bytes."""
        with self.open() as stream:
            return stream.read(size)

    def read(self, limit: int = 1 << 30) -> bytes:
        """All of its bytes. Raises DataError where there are more than `limit`."""
        with self.open() as stream:
            data = stream.read(limit + 1)
        if len(data) > limit:
            raise DataError(f"{self.path}: larger than {limit >> 20} MB; split the export")
        return data

    def beside(self, relative: str) -> "Source | None":
        """The file at `relative` to this one's folder ('..' may be used), if there is one."""
        inner = posixpath.normpath(posixpath.join(posixpath.dirname(self.inner), relative))
        return self.container.get(inner)

    def below(self, relative: str) -> "list[Source]":
        """The files anywhere below a folder given relative to this one's."""
        inner = posixpath.normpath(posixpath.join(posixpath.dirname(self.inner), relative))
        return self.container.inside(inner)

    @contextmanager
    def on_disk(self) -> Iterator[Path]:
        """A path that other libraries can open; a private copy where it lies in an archive."""
        if isinstance(self.container, Folder):
            yield self.container.root / self.inner
            return
        with tempfile.TemporaryDirectory(prefix="persona-") as folder:
            copy = Path(folder, "copy")
            with self.open() as stream, copy.open("wb") as out:
                while block := stream.read(1 << 20):
                    out.write(block)
            yield copy


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that cannot be looked into, and why. is_fault: False where that is as it should be."""

    path: str
    reason: str
    is_fault: bool = True


Files: TypeAlias = "list[Source | Unreadable]"
"""What one folder or archive holds, in natural order; readable until the next one is asked for."""


class Folder:
    """A folder on disk, or the folder around one file."""

    def __init__(self, root: Path, *, label: str | None = None) -> None:
        self.root = root
        self.label = label

    @property
    def title(self) -> str:
        return Path(os.path.realpath(self.root)).name

    def get(self, inner: str) -> Source | None:
        path = self.root / inner
        if inner.startswith("../../.."):
            return None
        return self.source(inner) if path.is_file() else None

    def inside(self, folder: str) -> list[Source]:
        start = self.root / folder
        return [
            self.source(os.path.relpath(path, self.root)) for path in files_below(start, self.root)
        ]

    def source(self, inner: str) -> Source:
        path = self.root / inner
        shown = os.path.normpath(path) if self.label is None else f"{self.label}/{inner}"
        return Source(
            path=shown,
            inner=Path(inner).as_posix(),
            size=path.stat().st_size,
            opener=lambda: path.open("rb"),
            container=self,
        )


def natural_key(path: str | Path) -> list[tuple[int, str]]:
    """Sorts message_2 before message_10."""
    return [
        (int(part), "") if part.isdecimal() and part.isascii() else (-1, part)
        for part in re.split(r"(\d+)", str(path))
    ]


def files_below(start: Path, root: Path) -> list[str]:
    """The regular files below a folder of `root`; links are followed where they stay in it."""
    return [path for path in everything_below(start) if why_not(Path(path), root) is None]


def everything_below(start: Path, ours: dict[str, str] | None = None) -> list[str]:
    """Everything below a folder that is no folder, and the folders that cannot be looked into.

    What the toolkit itself wrote is no log: such folders are left out, and said in `ours`.
    """
    found: list[str] = []

    def unreadable(error: OSError) -> None:
        found.append(str(error.filename))

    for folder, names, leaves in os.walk(start, onerror=unreadable):
        if kind := what_we_wrote(names, leaves):
            names.clear()
            if ours is not None:
                ours[os.path.normpath(folder)] = kind
            continue
        names[:] = sorted(name for name in names if name not in IGNORED_FOLDERS)
        leaves += [name for name in names if Path(folder, name).is_symlink()]
        found += [str(Path(folder, leaf)) for leaf in leaves if leaf not in IGNORED_NAMES]
    return found


def why_not(path: Path, root: Path) -> str | None:
    """Why something below `root` is not read as a file; None if it is."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return why(error)
    if path.is_symlink() and not (stat.S_ISREG(mode) and inside(root, path)):
        return "a link that leads elsewhere; not followed"
    if not stat.S_ISREG(mode):
        return "cannot be read" if stat.S_ISDIR(mode) else "neither a file nor a folder"
    return None


def why(error: BaseException) -> str:
    """Why a file cannot be read, in words."""
    if isinstance(error, OSError) and error.strerror:
        return f"cannot be read: {error.strerror}"
    words = (words for kinds, words in _IN_WORDS if isinstance(error, kinds))
    return f"cannot be read: {next(words, type(error).__name__)}"
