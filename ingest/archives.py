"""Every file at a path, out of folders, zip and tar archives, without ever trusting a name.

Nothing is unpacked to a path that an archive names. Symbolic links that lead outside the folder
given are not followed, archives are opened three deep at most, and a member that
unpacks to far more than a chat would is refused. What a file is, is not decided here.
"""

import os
import posixpath
import re
import stat
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import IO, TypeAlias, cast

from ingest.own_output import folders_of_ours, is_in, left_out
from ingest.source import (
    IGNORED_FOLDERS,
    IGNORED_NAMES,
    READ_ERRORS,
    Files,
    Folder,
    Source,
    Unreadable,
    everything_below,
    natural_key,
    why,
    why_not,
)

MAX_DEPTH = 3
MAX_MEMBERS = 500_000
MAX_NESTED_BYTES = 4 << 30
BOMB_BYTES = 64 << 20
BOMB_RATIO = 250
"""A member of more than BOMB_BYTES that unpacks BOMB_RATIO-fold is no chat: text packs 3 to 20."""

DOCUMENTS = (".docx", ".xlsx", ".pptx", ".apk", ".epub", ".odt", ".jar")
Opener: TypeAlias = Callable[[IO[bytes], str], AbstractContextManager[Files]]
"""Opens an archive's stream, given its path as shown."""

Member: TypeAlias = tuple[int, Callable[[], IO[bytes]]]
"""Size in bytes, and what opens it."""


class Archive:
    """A zip or tar file that stays packed: members are streams."""

    def __init__(self, path: str, members: dict[str, Member]) -> None:
        self.path = path
        self.members = members

    @property
    def title(self) -> str:
        return re.sub(r"\.(zip|tar|tgz|tar\.gz)$", "", posixpath.basename(self.path), flags=re.I)

    def get(self, inner: str) -> Source | None:
        if inner not in self.members:
            return None
        size, opener = self.members[inner]
        return Source(
            path=f"{self.path}/{inner}", inner=inner, size=size, opener=opener, container=self
        )

    def files(self) -> Files:
        """Every member, in natural order."""
        found = (self.get(name) for name in sorted(self.members, key=natural_key))
        return [source for source in found if source]

    def inside(self, folder: str) -> list[Source]:
        prefix = "" if folder == "." else folder + "/"
        found = (self.get(name) for name in self.members if name.startswith(prefix))
        return [source for source in found if source]


def walk(path: Path) -> Iterator[Files]:
    """The files at `path`: itself, or those of the folder and then of every archive in it."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        yield [Unreadable(str(path), why(error))]
        return
    if stat.S_ISDIR(mode):
        folder = Folder(path)
        ours: dict[str, str] = {}
        files = sorted(everything_below(path, ours), key=natural_key)
        if ours:
            yield [_left_out(path, ours)]
        yield from _sort_out([_from_disk(folder, os.path.relpath(file, path)) for file in files])
    elif stat.S_ISREG(mode):
        yield from _sort_out([Folder(path.parent).source(path.name)])
    else:
        yield [Unreadable(str(path), "not a file or folder")]


def _left_out(path: Path, ours: dict[str, str]) -> Unreadable:
    """What is said of folders that the toolkit wrote, in the folder at `path` or as that folder."""
    if kind := ours.get(os.path.normpath(path)):
        return Unreadable(str(path), f"{kind} already, made by persona out of logs; give the logs")
    return left_out(str(path), ours)


def _from_disk(folder: Folder, inner: str) -> Source | Unreadable:
    if reason := why_not(folder.root / inner, folder.root):
        return Unreadable(os.path.normpath(folder.root / inner), reason)
    try:
        return folder.source(inner)
    except OSError as error:
        return Unreadable(os.path.normpath(folder.root / inner), why(error))


def _sort_out(files: Files, *, depth: int = 0) -> Iterator[Files]:
    """The plain files of a container as one list, then the files of each archive in it."""
    plain: Files = []
    archives: list[tuple[Source, Opener]] = []
    for file in files:
        checked = file if isinstance(file, Unreadable) else _look(file)
        if isinstance(checked, tuple):
            archives.append(checked)
        else:
            plain.append(checked)
    if plain:
        yield plain
    for archive, opener in archives:
        yield from _unpack(archive, opener, depth=depth)


def _look(source: Source) -> "Source | Unreadable | tuple[Source, Opener]":
    try:
        opener = _archive_kind(source, source.head(265))
    except READ_ERRORS as error:
        return Unreadable(source.path, why(error))
    return (source, opener) if opener else source


def _unpack(source: Source, opener: "Opener", *, depth: int) -> Iterator[Files]:
    if depth >= MAX_DEPTH:
        yield [Unreadable(source.path, "an archive inside too many archives")]
        return
    with ExitStack() as stack:
        try:
            stream = stack.enter_context(source.open())
            seekable = stream if depth == 0 else stack.enter_context(_copy(stream))
            files = stack.enter_context(opener(seekable, source.path))
        except (*READ_ERRORS, ValueError) as error:
            yield [Unreadable(source.path, _broken(error))]
            return
        yield from _sort_out(files, depth=depth + 1)


def _broken(error: BaseException) -> str:
    if type(error) is ValueError:
        return f"damaged archive: {error}"
    return f"damaged archive: {why(error)}; copy or download it again"


def _archive_kind(source: Source, magic: bytes) -> "Opener | None":
    name = source.name.lower()
    if magic.startswith((b"PK\x03\x04", b"PK\x05\x06")) and not name.endswith(DOCUMENTS):
        return _open_zip
    is_packed_tar = magic.startswith(b"\x1f\x8b") and name.endswith((".tgz", ".tar.gz"))
    return _open_tar if magic[257:262] == b"ustar" or is_packed_tar else None


@contextmanager
def _open_zip(stream: IO[bytes], path: str) -> Iterator[Files]:
    with zipfile.ZipFile(stream) as packed:
        infos = packed.infolist()
        if len(infos) > MAX_MEMBERS:
            raise ValueError("too many members")
        refused: Files = []
        members: dict[str, Member] = {}
        for info in infos:
            name = safe_name(info.filename)
            if not name or info.is_dir():  # in this order: zipfile fails on a name of nothing
                continue
            if reason := _refusal(info):
                refused.append(Unreadable(f"{path}/{name}", reason))
            else:
                members[name] = (info.file_size, partial(packed.open, info))
        yield _logs(path, members) + refused


def _refusal(info: zipfile.ZipInfo) -> str | None:
    if info.flag_bits & 1:
        return "encrypted; unpack it with its password first"
    ratio = info.file_size / max(info.compress_size, 1)
    if info.file_size > BOMB_BYTES and ratio > BOMB_RATIO:
        return f"unpacks {ratio:.0f}-fold to {info.file_size >> 20} MB, which no chat does"
    return None


@contextmanager
def _open_tar(stream: IO[bytes], path: str) -> Iterator[Files]:
    with tarfile.open(fileobj=stream, mode="r:*") as packed:
        members: dict[str, Member] = {}
        for info in packed:
            name = safe_name(info.name)
            if info.isfile() and name:
                members[name] = (info.size, partial(_tar_member, packed, info))
            if len(members) > MAX_MEMBERS:
                raise ValueError("too many members")
        yield _logs(path, members)


def _logs(path: str, members: dict[str, Member]) -> Files:
    """An archive's members without what the toolkit wrote, and that it is left out."""
    ours = folders_of_ours(members)
    kept = {name: member for name, member in members.items() if not is_in(ours, name)}
    said = {posixpath.join(path, folder).rstrip("/"): kind for folder, kind in ours.items()}
    return Archive(path, kept).files() + ([left_out(path, said)] if ours else [])


def _tar_member(packed: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    stream = packed.extractfile(info)
    if stream is None:
        raise OSError("not a regular file")
    return stream


def safe_name(name: str) -> str:
    """An archive's own name for a member, unable to leave the archive; empty if to be ignored."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in {"", ".", ".."}]
    if not parts or parts[-1] in IGNORED_NAMES or IGNORED_FOLDERS.intersection(parts):
        return ""
    return "/".join(parts)


def _copy(stream: IO[bytes]) -> IO[bytes]:
    """A seekable private copy of an archive that lies in an archive."""
    copy = tempfile.SpooledTemporaryFile(max_size=16 << 20)  # noqa: SIM115 (closed by the caller)
    size = 0
    while block := stream.read(1 << 20):
        size += len(block)
        if size > MAX_NESTED_BYTES:
            copy.close()
            raise ValueError("nested archive too large")
        copy.write(block)
    copy.seek(0)
    return cast("IO[bytes]", copy)
