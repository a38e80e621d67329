"""How `persona chat` looks: bubbles and columns at a terminal, plain lines through a pipe.

No model and no commands here; `terminal.py` decides what is said.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from persona.console import say, show, stderr, stdout
from persona.data import split_bubbles

if TYPE_CHECKING:
    from rich.console import RenderableType

COLOURS = {"base": "bright_black", "adapter": "magenta", "person": "green"}
FRAMES_PER_SECOND = 12
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Column(NamedTuple):
    """Replies under a heading. kind: the arm, which gives the colour."""

    kind: str
    title: str
    text: str


class Screen(Protocol):
    """Where a conversation is shown and where it comes from."""

    def lines(self) -> Iterator[str]:
        """What the visitor types, until the end of input."""
        ...

    def note(self, text: str) -> None:
        """A remark of the program, not of the persona."""
        ...

    def said(self, name: str, text: str) -> None:
        """Something said before."""
        ...

    def replies(self, frames: Iterable[Sequence[Column]]) -> Sequence[Column]:
        """Shows replies as they grow, one column or several; gives the last frame back."""
        ...


def readable(text: str) -> list[str]:
    """The bubbles of a text without control characters, which could steer the terminal."""
    return split_bubbles(CONTROL.sub("", text))


def screen(*, is_terminal: bool, lines: Iterable[str]) -> Screen:
    """Bubbles at a terminal, plain lines where a program listens."""
    return TerminalScreen() if is_terminal else PipeScreen(lines)


class PipeScreen:
    """One message a line in; out, one bubble a line and an empty line after each reply."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = lines

    def lines(self) -> Iterator[str]:
        """The lines of standard input."""
        for line in self._lines:
            yield line.rstrip("\r\n")

    def note(self, text: str) -> None:
        """On standard error, so that standard output holds replies only."""
        say(text)

    def said(self, name: str, text: str) -> None:
        """Named, one bubble a line."""
        for bubble in readable(text):
            show(f"{name}: {bubble}")

    def replies(self, frames: Iterable[Sequence[Column]]) -> Sequence[Column]:
        """The finished replies; named where there are several columns."""
        *_, columns = [(), *frames]
        for column in columns:
            for bubble in readable(column.text):
                show(f"{column.title}: {bubble}" if len(columns) > 1 else bubble)
        show("")
        return columns


class TerminalScreen:
    """Bubbles that grow while the reply is written; Ctrl-C ends the reply, not the program."""

    def lines(self) -> Iterator[str]:
        """What is typed, with line editing; nothing is kept in a history file."""
        import readline  # noqa: F401  # gives input() its line editing

        while True:
            try:
                yield input("you  ")
            except EOFError:
                show("")
                return

    def note(self, text: str) -> None:
        """Dim, between the bubbles."""
        stderr().print(text, style="dim", markup=False)

    def said(self, name: str, text: str) -> None:
        """A heading and its bubbles."""
        stdout().print(_column(Column("", name, text)))

    def replies(self, frames: Iterable[Sequence[Column]]) -> Sequence[Column]:
        """Redraws the replies in place while they grow."""
        from rich.live import Live

        columns: Sequence[Column] = ()
        with Live(console=stdout(), refresh_per_second=FRAMES_PER_SECOND) as live:
            try:
                for columns in frames:
                    live.update(_side_by_side(columns))
            except KeyboardInterrupt:
                self.note("stopped")
        return columns


def _side_by_side(columns: Sequence[Column]) -> "RenderableType":
    from rich.table import Table

    if len(columns) == 1:
        return _column(columns[0])
    grid = Table.grid(expand=True, padding=(0, 2))
    for _ in columns:
        grid.add_column(ratio=1)
    grid.add_row(*map(_column, columns))
    return grid


def _column(column: Column) -> "RenderableType":
    from rich import box
    from rich.console import Group
    from rich.panel import Panel
    from rich.text import Text

    colour = COLOURS.get(column.kind, "none")
    bubbles = [
        Panel(Text(bubble), box=box.ROUNDED, expand=False, border_style=colour)
        for bubble in readable(column.text)
    ]
    return Group(Text(column.title, style=f"bold {colour}"), *bubbles)


def titles(names: Mapping[str, str], texts: Mapping[str, str]) -> list[Column]:
    """Texts by arm as columns, in the order of `names`."""
    return [Column(arm, names[arm], texts[arm]) for arm in names if arm in texts]
