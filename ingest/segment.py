"""Threads to sessions, and the messages in them to bursts.

A session ends with a silence: of a length set, or found in the chat's own gaps (`ingest.gaps`).
What is said in it is not changed.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from ingest.gaps import LONGEST_GAP, usual_gap
from ingest.lines import Burst, Line, Session, Thread

LONGEST_SESSION = 120
"""Messages. A chat that never rests is cut at its longest silences, so that it can be split."""


def sessions_of(thread: Thread, *, gap_minutes: int | None) -> Iterator[list[Line]]:
    """The conversations of a thread, in order."""
    gap = _gap_seconds(thread, gap_minutes)
    session: list[Line] = []
    for line in thread.lines:
        if session and _silence(session[-1], line) > gap:
            yield from _cut(session)
            session = []
        session.append(line)
    if session:
        yield from _cut(session)


def bursts_of(lines: list[Line], *, first: int) -> list[Burst]:
    """The turns of a session; `first`: the place of its first message in the accounts."""
    bursts: list[Burst] = []
    run: list[Line] = []
    for line in lines:
        if run and run[0].sender != line.sender:
            bursts.append(_burst(run, first))
            first += len(run)
            run = []
        run.append(line)
    if run:
        bursts.append(_burst(run, first))
    return bursts


def sessions(threads: Iterable[Thread], *, gap_minutes: int | None) -> Iterator[Session]:
    """The sessions of all threads, each under a name of its own."""
    names: set[str] = set()
    first = 0
    for thread in threads:
        for lines in sessions_of(thread, gap_minutes=gap_minutes):
            yield Session(
                conversation=_name(thread, lines[0], names),
                chat=thread.chat,
                verbatim=thread.verbatim,
                start=lines[0].when,
                bursts=bursts_of(lines, first=first),
            )
            first += len(lines)


def _gap_seconds(thread: Thread, gap_minutes: int | None) -> float:
    if gap_minutes is not None:
        return min(gap_minutes * 60.0, LONGEST_GAP)
    if thread.verbatim:
        return LONGEST_GAP  # a session of its own already; an assistant waits without meaning it
    times = [line.when for line in thread.lines if line.when is not None]
    return usual_gap([later - earlier for earlier, later in pairwise(times)])


def _silence(before: Line, after: Line) -> float:
    """Seconds between two lines; none where a time is unknown."""
    if before.when is None or after.when is None:
        return 0.0
    return after.when - before.when


def _cut(lines: list[Line]) -> Iterator[list[Line]]:
    """`lines` in pieces of at most LONGEST_SESSION, cut at the longest silence near the middle."""
    pending = [lines]
    while pending:
        piece = pending.pop()
        if len(piece) <= LONGEST_SESSION:
            yield piece
            continue
        quarter = len(piece) // 4
        places = range(quarter, len(piece) - quarter)
        middle = len(piece) // 2
        at = max(places, key=lambda i: (_silence(piece[i - 1], piece[i]), -abs(i - middle)))
        pending += [piece[at:], piece[:at]]


def _burst(run: list[Line], first: int) -> Burst:
    text = "\n\n".join(line.text for line in run)
    return Burst(run[0].sender, text, run[0].sent_at, first, len(run))


def _name(thread: Thread, line: Line, taken: set[str]) -> str:
    """The conversation's own name: its chat, when it began, and a number where needed."""
    when = f" {line.sent_at:%Y-%m-%d %H:%M}" if line.sent_at else ""
    name, number = f"{thread.chat}{when}", 1
    while name in taken:
        number += 1
        name = f"{thread.chat}{when} #{number}"
    taken.add(name)
    return name
