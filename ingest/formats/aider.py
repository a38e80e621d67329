"""Aider's chat history: `.aider.chat.history.md` in the folder of a project.

    # aider chat started at 2025-10-01 10:00:00
    #### add a test  (two blanks end the line)
    > Applied edit to test_a.py  (and this one)

One file holds every run; a run is a chat. Aider ends the person's lines and its own notices with
two blanks: so a heading `#### Step 1` or a quotation in an answer is told from them. Only the start
of a run is dated: its messages carry that time, which is local. Left out: notices, empty questions.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from ingest.detect import Head
from ingest.format import EMPTY, SYSTEM, Drop, Format, ReadOptions, Row
from ingest.sides import answered, typed
from ingest.source import Source
from ingest.text import lines
from ingest.times import from_iso

_START = re.compile(r"# aider chat started at (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\s*$")
_BLANK = "<blank>"
_ENDS = "  "
LONGEST_NOTICE = 200  # lines


def sniff(head: Head) -> float:
    """The line that starts a run."""
    started = any(_START.match(line) for line in head.timed)
    return 0.97 if started else 0.0


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of every run."""
    project = source.folder or source.container.title
    run: list[str] = []
    started = ""
    for line in lines(source):
        found = _START.match(line)
        if found is None:
            run.append(line)
            continue
        yield from _messages(run, project, started)
        run, started = [], found[1]
    yield from _messages(run, project, started)


def _messages(run: Sequence[str], project: str, started: str) -> Iterator[Row]:
    chat = f"{project} {started}".strip()
    at = from_iso(started)
    for (who, _), marked in groupby(_marked(run), key=lambda line: line[:2]):
        text = "\n".join(line for _, _, line in marked).strip("\n")
        if who == "notice":
            yield Drop(SYSTEM)
        elif text.strip() and text != _BLANK:
            yield (typed if who == "user" else answered)(chat, who, at, text)
        elif who == "user":
            yield Drop(EMPTY)


def _marked(run: Sequence[str]) -> Iterator[tuple[str, int, str]]:
    """Who wrote a line, how many questions there were so far, and the line without its marks.

    Blank lines belong to the author before them, and end a question.
    """
    asks = [line for line in run if line.startswith("####")]
    is_trimmed = not any(line.endswith(_ENDS) for line in asks)
    who, question, was_blank, notice_ends = "assistant", 0, True, 0
    for place, raw in enumerate(run):
        line = raw
        ends = is_trimmed or line.endswith(_ENDS)
        if line.startswith("#### ") and ends:
            question += was_blank or who != "user"
            who, line = "user", line[5:].rstrip()
        elif place < notice_ends or (line.startswith(">") and ends):
            who, line = "notice", line.removeprefix(">").strip()
        elif line.startswith(">") and (notice_ends := _notice_end(run, place)):
            who, line = "notice", line[1:].strip()
        elif line.strip():
            who = "assistant"
        was_blank = not raw.strip()
        yield who, question, line


def _notice_end(run: Sequence[str], start: int) -> int:
    """Where a notice ends of whose lines only the first is marked; 0 if it is a quotation.

    Such notices are about commands and stand in front of the next notice.
    """
    for place in range(start, min(start + LONGEST_NOTICE, len(run))):
        if not run[place].strip():
            return 0
        if run[place].endswith(_ENDS):
            after = run[place + 1] if place + 1 < len(run) else ""
            return place + 1 if after.startswith(">") or not after.strip() else 0
    return 0


FORMAT = Format(name="aider", needs="times", sniff=sniff, parse=parse, verbatim=True)
