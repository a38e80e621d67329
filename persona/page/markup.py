"""HTML of the page's own parts: bubbles, threads, panes, notices. Pure text in, markup out.

Everything a person or a model wrote goes through `escape`, so that `i <3 u & a<b` is shown as it
is and nothing in a log can become markup. Colours and spacing are in `style.css`.
"""

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from persona.data import OPENER, Turn, split_bubbles

IMITATION = "AI imitation of {subject} - not the real person"


@dataclass(frozen=True, slots=True)
class Take:
    """One reply in a pane: where it comes from, and its text; None where there is none.

    size: how long it is, beside the caption. is_live: whether it is being written.
    """

    caption: str
    text: str | None
    size: str = ""
    is_live: bool = False


@dataclass(frozen=True, slots=True)
class Pane:
    """A column of replies. kind: the arm, which gives the accent, or 'sealed' for none."""

    kind: str
    title: str
    takes: Sequence[Take]


def escape(text: str) -> str:
    """`text` so that a browser shows exactly these characters, in content and in attributes."""
    return html.escape(text, quote=True)


def banner(subject: str, *, run: str) -> str:
    """The line that stands above every view."""
    text = IMITATION.format(subject=subject)
    return (
        f'<p class="imitation" role="note"><span class="dot" aria-hidden="true"></span>'
        f'{escape(text)}<span class="run">{escape(run)}</span></p>'
    )


def bubbles(text: str) -> str:
    """A burst as one bubble per message."""
    return "".join(
        f'<p class="bubble" dir="auto">{escape(bubble)}</p>' for bubble in split_bubbles(text)
    )


def thread(
    turns: Sequence[Turn],
    names: Mapping[str, str],
    *,
    label: str,
    is_live: bool = False,
    editing: int | None = None,
    can_edit: bool = False,
    pending: str | None = None,
) -> str:
    """A conversation. names: the speaker shown for each role, '' for none.

    pending: the reply that is being written, '' before its first token, None where none is.
    """
    rows = [
        _turn(
            turn,
            names.get(turn.role, ""),
            edit=index if can_edit else None,
            is_edited=index == editing,
        )
        for index, turn in enumerate(turns)
    ]
    if pending is not None:
        rows.append(_pending(pending, names.get("assistant", "")))
    live = 'role="log" aria-live="polite"' if is_live else 'role="group"'
    return f'<div class="thread" {live} aria-label="{escape(label)}">{"".join(rows)}</div>'


def past(turns: Sequence[Turn], *, subject: str) -> str:
    """What was said before a held-out reply, scrolled to its end."""
    inner = thread(turns, {"user": "", "assistant": subject}, label="What was said before")
    return f'<div class="past" tabindex="0">{inner}</div>'


def _turn(turn: Turn, name: str, *, edit: int | None, is_edited: bool) -> str:
    if turn.content == OPENER:
        return '<p class="aside">start of the conversation</p>'
    side = "theirs" if turn.role == "user" else "subject"
    who = f'<span class="who">{escape(name)}</span>' if name else ""
    button = ""
    if edit is not None:
        button = (
            f'<button class="edit" data-index="{edit}" '
            f'aria-label="Edit message {edit + 1}">edit</button>'
        )
    mark = " edited" if is_edited else ""
    return f'<div class="turn {side}{mark}">{who}{bubbles(turn.content)}{button}</div>'


def _pending(text: str, name: str) -> str:
    who = f'<span class="who">{escape(name)}</span>' if name else ""
    return f'<div class="turn subject writing">{who}{bubbles(text) or TYPING}</div>'


TYPING = '<p class="bubble typing" aria-label="is writing"><i></i><i></i><i></i></p>'


def panes(columns: Sequence[Pane]) -> str:
    """Columns of equal height, side by side; below one another on a phone."""
    return f'<div class="panes">{"".join(_pane(column) for column in columns)}</div>'


def _pane(pane: Pane) -> str:
    takes = "".join(_take(take) for take in pane.takes)
    return (
        f'<section class="pane {escape(pane.kind)}" aria-label="{escape(pane.title)}">'
        f'<header><span class="dot" aria-hidden="true"></span><h3>{escape(pane.title)}</h3>'
        f"</header>{takes}</section>"
    )


def _take(take: Take) -> str:
    live = ' aria-live="polite"' if take.is_live else ""
    size = f"<span>{escape(take.size)}</span>" if take.size else ""
    caption = f'<p class="caption">{escape(take.caption)}{size}</p>' if take.caption else ""
    if take.text is None:
        return f'<div class="take empty">{caption}</div>'
    body = bubbles(take.text) or (TYPING if take.is_live else '<p class="aside">empty reply</p>')
    return f'<div class="take"{live}>{caption}{body}</div>'


def index(entries: Iterable[tuple[int, str, str]], *, current: int, more: int = 0) -> str:
    """A list to pick from. entries: number, the line shown, the smaller line below it."""
    rows = "".join(
        f'<li><button data-index="{number}" {_current(number == current)}>'
        f'<span class="number">{number}</span><span class="cue" dir="auto">{escape(cue)}</span>'
        f'<span class="small">{escape(small)}</span></button></li>'
        for number, cue, small in entries
    )
    rest = f'<li class="aside">{more} more; search to narrow them down</li>' if more else ""
    empty = "" if rows else '<li class="aside">nothing found</li>'
    return f'<ul class="index" aria-label="Held-out contexts">{rows}{rest}{empty}</ul>'


def _current(is_current: bool) -> str:
    return 'aria-current="true"' if is_current else ""


def bars(rows: Sequence[tuple[str, int, str]], *, total: int) -> str:
    """Counts as bars of their share of `total`. rows: name, count, kind ('used' or 'dropped')."""
    lines = "".join(
        f'<div class="bar {escape(kind)}"><span class="name">{escape(name)}</span>'
        f'<span class="track"><i style="width:{100 * number / max(total, 1):.2f}%"></i></span>'
        f'<span class="count">{number:,}</span></div>'
        for name, number, kind in rows
    )
    return f'<div class="bars">{lines}</div>'


def section(title: str, body: str) -> str:
    """A titled part of a view."""
    return f'<section class="part"><h3>{escape(title)}</h3>{body}</section>'


def heading(title: str, origin: str) -> str:
    """A small title with where and when beside it."""
    return f'<h3 class="scene">{escape(title)} <span>{escape(origin)}</span></h3>'


def welcome(subject: str) -> str:
    """What an empty chat shows."""
    return (
        '<div class="welcome"><p>Say something.</p>'
        f"<p>An imitation of {escape(subject)} answers, in {escape(subject)}'s manner. "
        f"It is not {escape(subject)}, and what it says was never said.</p></div>"
    )


def notice(text: str) -> str:
    """Sentences in a quiet box, one a line."""
    return f'<p class="notice">{escape(text)}</p>'


def aside(text: str) -> str:
    """A small line that explains what is beside it."""
    return f'<p class="aside">{escape(text)}</p>'


def status(text: str, *, kind: str = "") -> str:
    """The small line that says what just happened, read out by a screen reader."""
    return f'<p class="status {kind}" role="status">{escape(text)}</p>'


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, label: str) -> str:
    """A table of figures; the first column names the row."""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in rest)
        + "</tr>"
        for first, *rest in rows
    )
    return (
        f'<div class="table"><table aria-label="{escape(label)}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
