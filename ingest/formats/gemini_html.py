"""Gemini on the web as Takeout's page: `My Activity/Gemini Apps/MyActivity.html`.

    <div class="outer-cell ..."><p class="mdl-typography--title">Gemini Apps<br></p>...
      <div class="content-cell ...">Prompted how do i make soup?<br>Feb 1, 2024, 9:30:00 AM UTC<br>
      <p>Start with onions.</p></div></div>

Read as `gemini_activity.py`. The line of the date parts question and answer. Times are aware where
the zone is one whose offset is certain, local elsewhere.
"""

import html
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from itertools import chain, islice

from ingest.detect import Head
from ingest.format import DAMAGED, SYSTEM, Drop, Format, Note, ReadOptions, Row
from ingest.formats.gemini_activity import ASSISTANT, CHAT, PERSON, asked
from ingest.html_nodes import Node, inner_text, nodes
from ingest.html_text import words
from ingest.sides import answered, typed
from ingest.source import Source
from ingest.times import TimeReader

_DATED = re.compile(r".{6,40}\d{1,2}[:.]\d\d[:.]\d\d.{0,20}")
_TITLE = re.compile(rb'mdl-typography--title">[^<]*(?:Gemini|Bard)')
_ZONE = re.compile(r"\s+([A-Z]{3,5})$")
SAMPLE = 200
LONGEST_STYLE = 1 << 20
OFFSETS = {
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2,
}  # fmt: skip
"""Hours of the zones that RFC 2822 names, and Central Europe's."""


def sniff(head: Head) -> float:
    """A page of activities, the first ones Gemini's or Bard's, behind a long style sheet."""
    if b"mdl-typography" not in head.data:
        return 0.0
    data = head.data if b"outer-cell" in head.data else head.source.head(LONGEST_STYLE)
    return 0.97 if _TITLE.search(data) else 0.0


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """Questions and answers, in the page's order."""
    cells = nodes(source, {"outer-cell"})
    sample = list(islice(cells, SAMPLE))
    dates = (text for cell in sample for text in _texts(cell) if _DATED.fullmatch(text))
    times = TimeReader(dates, date_order=options.date_order)
    if times.layout.ambiguous:
        yield Note(times.layout.note)
    for cell in chain(sample, cells):
        title = inner_text(cell.first("mdl-typography--title"))
        content = cell.first("content-cell")
        if content is None or not ("Gemini" in title or "Bard" in title):
            yield Drop(SYSTEM)
            continue
        yield from _exchange(content, times)


def _texts(cell: Node) -> Iterator[str]:
    content = cell.first("content-cell")
    return (text.strip() for text in (content.children if content else ()) if isinstance(text, str))


def _exchange(content: Node, times: TimeReader) -> Iterator[Row]:
    lines, place = _above_date(content.children, times)
    if not lines:
        yield Drop(DAMAGED)
        return
    question = asked("\n".join(lines[:-1]).strip(), "")
    if not question:
        yield Drop(SYSTEM)
        return
    at = _time(lines[-1], times)
    yield typed(CHAT, PERSON, at, question)
    answer = words("".join(map(_rendered, content.children[place:])))
    if answer:
        yield answered(CHAT, ASSISTANT, at, answer)


def _above_date(children: Sequence[Node | str], times: TimeReader) -> tuple[list[str], int]:
    """The lines up to that of the date, and where the answer begins; nothing without a date."""
    lines = [""]
    for place, child in enumerate(children):
        if isinstance(child, Node) and child.tag == "br":
            lines.append("")
            continue
        text = (child if isinstance(child, str) else child.text()).strip("\r\n\t ")
        if _DATED.fullmatch(text) and _time(text, times) and not lines[-1]:
            return [*lines, text], place + 1
        lines[-1] += child if isinstance(child, str) else child.text()
    return [], 0


def _time(text: str, times: TimeReader) -> datetime | None:
    zone = _ZONE.search(text)
    hours = OFFSETS.get(zone[1]) if zone else None
    at = times.read(text if zone is None or zone[1] in ("UTC", "GMT") else text[: zone.start()])
    if at is None or hours is None:
        return at
    return at.replace(tzinfo=timezone(timedelta(hours=hours)))


def _rendered(node: Node | str) -> str:
    """A piece of the page as HTML again, to be read as an answer is."""
    if isinstance(node, str):
        return html.escape(node)
    inner = "".join(map(_rendered, node.children))
    return f"<{node.tag}>{inner}</{node.tag}>" if inner or node.tag != "br" else "<br>"


FORMAT = Format(name="gemini-html", needs="tags", sniff=sniff, parse=parse, verbatim=True)
