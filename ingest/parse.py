"""Exports in, messages out: every file is recognised, read, and accounted for.

    for log in open_logs(paths, ReadOptions()):
        for message in log.messages(): ...
        log.summary                 # what was read as what, how surely, and what was dropped why

One bad file never spoils the others: its summary says what is wrong with it. Nothing is cleaned or
put into order here, except in `write_messages`, which is what `persona parse` prints.
"""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from ingest.archives import walk
from ingest.detect import Guess, Head, candidates, is_media, text_encoding
from ingest.format import DAMAGED, Format, ReadOptions
from ingest.formats import FORMATS, format_named
from ingest.formats.table import OTHER_COLUMNS, unknown_columns
from ingest.log_file import FileSummary, LogFile
from ingest.ordering import Sorter
from ingest.source import READ_ERRORS, Files, Source, Unreadable, why
from persona.counted import counted

__all__ = [
    "FileSummary",
    "LogFile",
    "ReadOptions",
    "open_logs",
    "refusal",
    "write_messages",
]

UTF8_LETTER = re.compile(rb"[\xc3-\xf4][\x80-\xbf]")
UNKNOWN = "no chat export that is known here"
NOTHING = "no message in it"
MISNAMED = "a picture, a sound, a film or a PDF, whatever its name says"
NO_CHAT = "a picture, a sound, a film or a PDF, or an archive of nothing else"
TEXTS = (
    ".txt",
    ".log",
    ".json",
    ".jsonl",
    ".csv",
    ".tsv",
    ".html",
    ".htm",
    ".xml",
    ".eml",
    ".mbox",
)
HARMLESS = (None, UNKNOWN, NOTHING, MISNAMED, NO_CHAT)
"""What is no damage: a stylesheet in a folder is not."""

CUT_OFF = "JSON that breaks off before it shows what it is; export it again"


def open_logs(paths: Sequence[Path], options: ReadOptions) -> Iterator[LogFile]:
    """Every export in the files, folders and archives at `paths`; read each before the next.

    Those that hold no chat are given too, with their `error`, save a folder's pictures or sounds.
    Raises DataError for an unknown `options.format`.
    """
    formats = (format_named(options.format),) if options.format else FORMATS
    for path in paths:
        is_empty = True
        for files in walk(path):
            for log in _exports(files, formats, options):
                is_empty = False
                yield log
        if is_empty and path.is_file():
            yield LogFile(os.path.normpath(path), error=NO_CHAT)


def write_messages(paths: Sequence[Path], options: ReadOptions, out: BinaryIO) -> list[FileSummary]:
    """Writes the messages of every export as JSON lines and says what became of each export.

    In time order within a chat, and chats in the order in which they are first met. Where
    `refusal` has something to say of `options.strict`, nothing is written.
    """
    summaries: list[FileSummary] = []
    with Sorter() as sorter:
        for log in open_logs(paths, options):
            for batch in log.batches():
                sorter.add(batch)
            summaries.append(log.summary)
        if refusal(paths, summaries, strict=options.strict) is None:
            for block in sorter.sorted_blocks():
                out.write(block)
    return summaries


def refusal(paths: Sequence[Path], files: Sequence[FileSummary], *, strict: bool) -> str | None:
    """Why what was read in `paths` will not do: no message in any of them.

    With `strict` a damaged file is enough, and a file given by name that has no message.
    """
    if strict:
        for file in files:
            damaged = file.dropped.get(DAMAGED, 0)
            error = file.error
            failed = error not in HARMLESS and not str(error).startswith(OTHER_COLUMNS)
            if failed or damaged:
                return (
                    f"{file.path}: {file.error if failed else counted(damaged, 'damaged row')}; "
                    "leave the file out, export it again, or do without --strict"
                )
        for path in filter(Path.is_file, paths):
            mine = [f for f in files if Path(f.path).is_relative_to(os.path.normpath(path))]
            if not any(file.messages for file in mine):
                reason = next((file.error for file in mine if file.error), NOTHING)
                return f"{path}: {reason}; leave the file out, or do without --strict"
    if not any(file.messages for file in files):
        named = ", ".join(map(str, paths))
        return f"{named}: no message could be read; give a chat export, a zip or a folder"
    return None


def _exports(files: Files, formats: Sequence[Format], options: ReadOptions) -> Iterator[LogFile]:
    """The exports of one container: files of the same unit are read together."""
    units: dict[tuple[str, str], tuple[list[Source], list[Guess]]] = {}
    others: list[LogFile] = []
    for file in files:
        if isinstance(file, Unreadable):
            others.append(_unread(file))
            continue
        found = _guess(file, formats, forced=bool(options.format))
        if isinstance(found, LogFile):
            others.append(found)
        elif found:
            key = (found[0].format.name, found[0].format.unit(file))
            units.setdefault(key, ([], found))[0].append(file)
    companions = {name for _, found in units.values() for name in found[0].format.companions}
    yield from (log for log in others if Path(log.path).name not in companions)
    for sources, guesses in units.values():
        yield _open(sources, guesses, options)


def _unread(file: Unreadable) -> LogFile:
    if file.is_fault:
        return LogFile(file.path, error=file.reason)
    return LogFile(file.path, notes=[file.reason])


def _guess(source: Source, formats: Sequence[Format], *, forced: bool) -> list[Guess] | LogFile:
    """What a file may be, likeliest first; empty for media, a LogFile saying why for others."""
    try:
        head = Head(source, source.head())
    except READ_ERRORS as error:
        return LogFile(source.path, error=why(error))
    if is_media(head.data):
        is_misnamed = source.name.lower().endswith(TEXTS)
        return LogFile(source.path, error=MISNAMED) if is_misnamed else []
    if not head.data:
        return LogFile(source.path, error="empty file")
    if forced:
        return candidates(head, formats) or [Guess(formats[0], 0.0)]
    return candidates(head, formats) or LogFile(source.path, error=_unknown(head))


def _unknown(head: Head) -> str:
    """Why a file is taken for no chat."""
    if head.is_cut_off:
        return CUT_OFF
    is_table = head.source.name.lower().endswith((".csv", ".tsv")) and len(head.columns) > 1
    return (is_table and unknown_columns(head.columns)) or UNKNOWN


def _open(sources: Sequence[Source], guesses: Sequence[Guess], options: ReadOptions) -> LogFile:
    """The export read as the likeliest format that finds a message in it."""
    first = replace(sources[0], others=tuple(sources[1:]))
    tried: list[LogFile] = []
    for guess in guesses:
        next_best = next((str(other) for other in guesses if other is not guess), None)
        log = LogFile(first.path, guess=guess, runner_up=next_best)
        log.rows = guess.format.parse(first, options)
        if log.has_message():
            log.notes += _encoding_notes(first)
            return log
        tried.append(log)
    nothing = tried[0]
    nothing.error = nothing.error or NOTHING
    return nothing


def _encoding_notes(source: Source) -> list[str]:
    """What is said of a text that is in none of the encodings exports are written in."""
    data = source.head()
    if b"\0" in data or UTF8_LETTER.search(data) or text_encoding(data) != "cp1252":
        return []
    return ["not in UTF-8; read as Windows-1252, so letters may be wrong"]
