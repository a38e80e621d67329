"""Who wrote a WhatsApp line: the author as one name, or nobody where the line is a notice.

Notices hold ': ' too ("Bob changed the subject from "a: b""), and so do some names ("Dad: work").
Both are settled by what else the file says under that name.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from ingest.formats.whatsapp_layout import BLANKS, MARKS
from ingest.formats.whatsapp_phrases import phrases

LONGEST_NAME = 80
LEAST_REPEATS = 3
"""So many messages of an author must begin with the same 'word: ' for it to be part of the name."""

NOBODY = ""

_NOTICES = tuple(phrases("notice"))
_LONGEST_WORDS = 6
"""A name of more words that begins with somebody's name is the beginning of a notice."""


class Names(dict[bytes | None, str]):
    """Author as written to name as meant; NOBODY for a notice. Learns from a sample of the file.

    longer: 'Dad' -> 'work: ', where the contact is called 'Dad: work'.
    """

    def __init__(self, sample: Iterable[tuple[bytes | None, bytes]], *, title: str) -> None:
        bodies: dict[bytes, list[bytes]] = defaultdict(list)
        for author, body in sample:
            if author is not None:
                bodies[author].append(body[:LONGEST_NAME])
        self.known = {clean_name(author) for author, said in bodies.items() if len(said) > 1}
        self.longer = {author: tail for author, said in bodies.items() if (tail := _tail(said))}
        self[None] = NOBODY
        for author in self.longer:
            self[author] = NOBODY
        people = [author for author, said in bodies.items() if clean_name(author) != title]
        if title and len(people) > 2 and title.encode() in bodies:
            # In a group, the group itself is no author: its lines are notices.
            self[title.encode()] = NOBODY

    def __missing__(self, author: bytes | None) -> str:
        name = self[author] = self._judge(clean_name(author or b""))
        return name

    def _judge(self, name: str) -> str:
        if len(name) > LONGEST_NAME or re.search(r"[\"“”«]", name):
            return NOBODY
        if name in self.known:
            return name
        told = [name.removeprefix(known) for known in self.known if name.startswith(known + " ")]
        is_notice = any(rest.strip(BLANKS).startswith(_NOTICES) for rest in told)
        return NOBODY if is_notice or (told and len(name.split()) > _LONGEST_WORDS) else name

    def long_name(self, author: bytes | None, body: str) -> tuple[str, str]:
        """The name and the text of a line of an author with ': ' in the name; NOBODY if none."""
        tail = self.longer.get(author) if author is not None else None
        if author is None or tail is None:
            return NOBODY, body
        if body.startswith(tail):
            return clean_name(author) + ": " + tail[:-2], body.removeprefix(tail)
        return clean_name(author), body


def clean_name(author: bytes) -> str:
    """A name without the export's marks, and without the '~ ' before one who is no contact."""
    name = author.decode("utf-8", "replace").strip(MARKS + " \u202f\u00a0\t")
    if name.startswith("~"):
        name = name[1:]
    return name.strip(MARKS + " \u202f\u00a0\t")


def _tail(bodies: list[bytes]) -> str | None:
    """What belongs to a name with ': ' in it: the beginning that nearly all its messages share."""
    starts = Counter(
        body[: colon + 2] for body in bodies if 0 < (colon := body.find(b": ")) < LONGEST_NAME
    )
    if not starts:
        return None
    start, count = starts.most_common(1)[0]
    if count < LEAST_REPEATS or count < 0.6 * len(bodies) or b"\n" in start:
        return None
    return start.decode("utf-8", "replace")
