"""What was read: the files of an export, who speaks in them, the dataset they became."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from persona.console import say, show, show_json, show_note, show_table, stderr
from persona.counted import counted

if TYPE_CHECKING:
    from ingest.log_file import FileSummary
    from ingest.people import SpeakerCount

_NAMED = 3


def show_files(files: Sequence["FileSummary"]) -> None:
    """What `persona parse` read, file by file, on standard error."""
    if files:
        say("\n".join(line for file in files for line in _account(file)))


def show_file_json(files: Sequence["FileSummary"]) -> None:
    """The same for machines, as one line on standard error."""
    rows = [
        {name: getattr(file, name) for name in ("path", "format", "messages", "dropped")}
        for file in files
    ]
    sys.stderr.write(msgspec.json.encode({"files": rows}).decode() + "\n")


def ask_subject() -> "Callable[[Sequence[SpeakerCount]], str] | None":
    """The question who is to be imitated; None where there is nobody to ask."""
    if not (sys.stdin.isatty() and stderr().is_terminal):
        return None
    return _ask


def show_dataset(manifest: Mapping[str, Any], out: Path, *, as_json: bool) -> None:
    """What `persona ingest` made of the logs."""
    from ingest.report import rows, split_rows, unread

    if as_json:
        show_json(manifest)
        return
    show_table(f"{manifest['subject']}: {out}", ("", "count"), _thousands(rows(manifest)))
    files = [(f"{name}.jsonl: {use}", size) for name, size, _, _, use in split_rows(manifest)]
    show_table("", ("file", "replies"), _thousands(files))
    if len(manifest["names"]) > 1:
        show(f"{manifest['subject']} under all names: {', '.join(manifest['names'])}")
    for reason, paths in unread(manifest).items():
        show(f"not read or damaged: {counted(len(paths), 'file')}: {reason}: {_first(paths)}")
    for note in manifest["notes"]:
        show_note(note)
    show(f"report: {out / 'report.html'}")


def _first(paths: Sequence[str]) -> str:
    """A few of the files by name."""
    return ", ".join(paths[:_NAMED]) + (", ..." if len(paths) > _NAMED else "")


def _account(file: "FileSummary") -> Iterator[str]:
    """The lines about one file."""
    yield f"{file.path}: {_recognised(file)}: {counted(file.messages, 'message')}"
    for reason, count in sorted(file.dropped.items(), key=lambda item: -item[1]):
        yield f"  dropped {count:,}: {reason}"
    for note in file.notes:
        yield f"  note: {note}"
    if file.error:
        yield f"  {'damaged' if file.messages else 'why'}: {file.error}"


def _recognised(file: "FileSummary") -> str:
    """As what a file was read, how surely, and what it would have been otherwise."""
    if file.format is None:
        return "not read"
    if not file.confidence:
        return f"{file.format} (as asked for; it does not look like it)"
    other = f", next {file.runner_up}" if file.runner_up else ""
    return f"{file.format} ({file.confidence:.0%} sure{other})"


def _ask(speakers: "Sequence[SpeakerCount]") -> str:
    from rich.prompt import Prompt

    for number, speaker in enumerate(speakers, start=1):
        say(f"{number:3}  {speaker.name}  ({counted(speaker.messages, 'message')})")
    numbers = [str(number) for number in range(1, len(speakers) + 1)]
    answer = Prompt.ask("Who is to be imitated?", choices=numbers, console=stderr())
    return speakers[int(answer) - 1].name


def _thousands(rows: Sequence[tuple[str, int]]) -> list[tuple[str, str]]:
    """Counts with their thousands set apart."""
    return [(name, f"{count:,}") for name, count in rows]
