"""Tables, progress and messages for a person at a terminal; nothing else prints.

Results go to standard output, progress and log to standard error. rich is imported on first use, so
`--help` does not pay for it. NO_COLOR and a redirected stream are respected by rich itself.
"""

import sys
from collections.abc import Iterable, Sequence
from functools import cache
from textwrap import fill
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress


WIDE = 200
"""Columns of a table that goes into a file or a pipe."""
NARROW, READABLE = 30, 100
"""Columns of a broken line, at least and at most."""


@cache
def stdout() -> "Console":
    """The console for results; where there is no terminal its lines are not broken."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else WIDE)


@cache
def stderr() -> "Console":
    """The console for progress and log."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=True)


def say(text: str) -> None:
    """One line of log. `text` is shown as it is: no markup is read from it."""
    stderr().print(text, markup=False)


def show(text: str) -> None:
    """A line of result, as it is."""
    stdout().print(text, markup=False)


def show_note(text: str) -> None:
    """A note on a result; at a terminal it is broken between words, the rest set in."""
    line, console = f"note: {text}", stdout()
    if console.is_terminal:
        line = fill(line, max(NARROW, min(console.width, READABLE)), subsequent_indent="  ")
    show(line)


def show_error(text: str) -> None:
    """The one line in which a failed command says what, where and how to mend it."""
    sys.stderr.write(f"error: {text}\n")


def show_json(value: object) -> None:
    """One JSON value on standard output."""
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")


def show_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table of results; the first column is text, the others are aligned to the right."""
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=title or None, title_justify="left", show_edge=False, pad_edge=False)
    for index, column in enumerate(columns):
        table.add_column(column, justify="left" if index == 0 else "right")
    for row in rows:
        table.add_row(*(escape(str(cell)) for cell in row))
    stdout().print(table)


def progress() -> "Progress":
    """A progress display on standard error with time left; silent where that is no terminal."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
        console=stderr(),
        disable=not stderr().is_terminal,
        transient=True,
    )
