"""Gemini (and Bard) on the web, in Google Takeout: `My Activity/Gemini Apps/MyActivity.json`.

    [{"header": "Gemini Apps", "title": "Prompted how do i make soup?",
      "time": "2025-10-01T10:00:00.000Z", "products": ["Gemini Apps"],
      "safeHtmlItem": [{"html": "<p>Start with onions.</p>"}]}]

Newest first; the export knows no conversations, so all is one chat. In front of a question stands a
word in the account's language. Left out: everything else that was done, other Google products.
The same as a page is `gemini_html.py`.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice, takewhile

import msgspec

from ingest.detect import Head
from ingest.format import DAMAGED, SYSTEM, Drop, Format, ReadOptions, Row
from ingest.html_text import words
from ingest.json_elements import Elements
from ingest.sides import answered, typed
from ingest.source import Source
from ingest.times import from_iso

PERSON, ASSISTANT = "user", "Gemini"
CHAT = "Gemini Apps"
SAMPLE = 400
LEAST_ALIKE = 5
"""Questions that begin alike before what they begin with is taken for the account's word."""

_ASKED = re.compile(r"(?:Prompted(?: with:)?|Asked(?: Gemini:| Bard:)?|Said|Branched|Answered)\s+")
_DONE = re.compile(
    r"(?:Created|Used|Added|Gave|Selected|Shared|Deleted|Viewed|Visited|Searched|Edited|Pinned"
    r"|Renamed|Exported|Updated|Opened|Turned)\s"
)
_ATTACHED = re.compile(r"\s*Attached \d+ files?\.?\s*$")


class _Item(msgspec.Struct, gc=False):
    html: str | None = None


class _Record(msgspec.Struct, gc=False):
    title: str = ""
    header: str | None = None
    products: list[str] = []
    time: str | None = None
    answer: list[_Item] = msgspec.field(name="safeHtmlItem", default_factory=list)


_RECORDS = Elements(_Record)


def sniff(head: Head) -> float:
    """Activities of Gemini or Bard."""
    if not head.has("[].header", "[].title", "[].time"):
        return 0.0
    return (
        0.97 if re.search(rb'"(?:header|products)":[^}]{0,80}(?:Gemini|Bard)', head.data) else 0.0
    )


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """Questions and answers, in the file's order."""
    records = _RECORDS.rows(source)
    sample = list(islice(records, SAMPLE))
    word = account_word([r.title for r in sample if r and r.answer])
    for record in chain(sample, records):
        if record is None:
            yield Drop(DAMAGED)
            continue
        question = asked(record.title, word) if _is_own(record) else ""
        if not question:
            yield Drop(SYSTEM)
            continue
        at = from_iso(record.time or "")
        yield typed(CHAT, PERSON, at, question)
        answer = "\n\n".join(filter(None, (words(item.html or "") for item in record.answer)))
        if answer:
            yield answered(CHAT, ASSISTANT, at, answer)


def _is_own(record: _Record) -> bool:
    labels = [record.header or "", *record.products]
    return any("Gemini" in label or "Bard" in label for label in labels)


def account_word(titles: Sequence[str]) -> str:
    """What all questions of an account in another language begin with; empty if nothing."""
    if len(titles) < LEAST_ALIKE or sum(map(bool, map(_ASKED.match, titles))) * 2 > len(titles):
        return ""
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*titles, strict=False))
    common = "".join(letters[0] for letters in alike)
    return common[: max(common.rfind(" "), common.rfind("\u00a0")) + 1]


def asked(title: str, word: str) -> str:
    """The question in a title; empty where it tells of something else that was done."""
    if _DONE.match(title):
        return ""
    bare = _ASKED.sub("", title, count=1) if _ASKED.match(title) else title.removeprefix(word)
    return _ATTACHED.sub("", bare).strip()


FORMAT = Format(name="gemini-activity", needs="keys", sniff=sniff, parse=parse, verbatim=True)
