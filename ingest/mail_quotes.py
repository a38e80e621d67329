"""What somebody wrote into a mail himself: without quotations, forwarded mails and signatures.

    own("Yes!\\n\\nOn Mon, 5 Feb 2024 at 10:00, Bo <bo@example.com> wrote:\\n> lunch?")  ->  "Yes!"

Answers between quoted lines stay. A greeting and a closing line are the writer's own words and stay
too. Mail programs write in the language of their owner: the phrases are in `mail_phrases.py`.
"""

import re
from collections.abc import Sequence

from ingest.mail_phrases import (
    FORWARDS,
    FROM,
    HEADERS,
    ON,
    ORIGINALS,
    SENT_FROM,
    WROTE,
)

LONGEST_ATTRIBUTION = 4
"""Lines over which 'On ... wrote:' may be wrapped."""

_QUOTED = re.compile(r"[ \t]?(?:>|\u203a|\|[ \t]?>)")
_ATTRIBUTION = re.compile(
    rf"(?=.*\d)(?:.*(?:{WROTE}).*|.*\d\d?[:.]\d\d.*<\s*[^<>\s]+@[^<>\s]+>)[ \t\u00a0]*[:：]\s*-*"
    rf"|-{{2,}}(?=.*\d).*(?:{WROTE}).{{0,60}}-{{2,}}",
    re.IGNORECASE,
)
_CERTAIN = re.compile(rf"\S@\S|\A[ \t]*-*[ \t]*(?:{ON})\b|\d{{4}}", re.IGNORECASE)
"""What tells an introduction from a sentence of the writer's where nothing is marked as quoted."""

_TELLING = re.compile(r"\d[:.h]\d\d|\d{4}|@|年")
_ORIGINAL = re.compile(
    rf"[ \t]*-{{2,}}[ \t]*(?:{ORIGINALS})[ \t]*-*[ \t]*"
    rf"|[ \t]*(?:{ORIGINALS})[ \t]*:?[ \t]*-{{2,}}",
    re.IGNORECASE,
)
_FORWARD = re.compile(rf"[ \t]*-*[ \t]*(?:{FORWARDS})[ \t]*:?[ \t]*-*[ \t]*", re.IGNORECASE)
_FROM = re.compile(rf"[ \t]*\*?(?:{FROM})[ \t\u00a0]?:\*?[ \t].*\S[ \t]*", re.IGNORECASE)
_HEADER = re.compile(rf"[ \t]*\*?(?:{HEADERS})[ \t\u00a0]?:\*?(?:[ \t].*)?", re.IGNORECASE)
_RULE = re.compile(r"[ \t]*(?:_{10,}|-{20,}|={20,})[ \t]*")
_SIGNATURE = re.compile(r"(?:-- ?|--\u00a0|\u2014 ?)")
_SENT_FROM = re.compile(rf"[ \t]*(?:{SENT_FROM})[ \t.]*", re.IGNORECASE)
_LIST = re.compile(r".{1,80} mailing list\b|.*\bunsubscribe\b.*", re.IGNORECASE)


def own(text: str) -> str:
    """The writer's own words. Empty where a mail only quotes or forwards."""
    lines = text.split("\n")
    end = _end(lines)
    kept = _without_quotations(lines[:end])
    kept = kept[: _signature(kept)]
    while kept and (not kept[-1].strip() or _SENT_FROM.fullmatch(kept[-1])):
        kept.pop()
    return "\n".join(line.rstrip() for line in kept).strip("\n")


def is_forward(text: str) -> bool:
    """Whether a mail passes another one on."""
    return any(_FORWARD.fullmatch(line) for line in text.split("\n"))


def _end(lines: Sequence[str]) -> int:
    """Where a copy of another mail begins that has no marks in front of its lines."""
    for place, line in enumerate(lines):
        if _ORIGINAL.fullmatch(line) or _FORWARD.fullmatch(line):
            return place
        if _FROM.fullmatch(line) and _heads(lines[place + 1 : place + 7]):
            return place - 1 if place and _RULE.fullmatch(lines[place - 1]) else place
        if (count := _attribution(lines, place)) and _is_certain(lines[place : place + count]):
            behind = [rest for rest in lines[place + count :] if rest.strip()]
            if not any(_QUOTED.match(rest) for rest in behind):
                return place
    return len(lines)


def _heads(lines: Sequence[str]) -> bool:
    """Whether the lines behind 'From:' are those of a mail's head, two at least."""
    block = [line for line in lines if line.strip()][:4]
    return sum(1 for line in block if _HEADER.fullmatch(line)) >= 2


def _attribution(lines: Sequence[str], place: int) -> int:
    """Over how many lines from `place` 'On ... wrote:' goes; 0 if there is none."""
    if not lines[place].strip() or _QUOTED.match(lines[place]):
        return 0
    joined = ""
    for count, line in enumerate(lines[place : place + LONGEST_ATTRIBUTION], start=1):
        if not line.strip() or _QUOTED.match(line):
            return 0
        joined = f"{joined} {line.strip()}".strip()
        if _ATTRIBUTION.fullmatch(joined):
            return count if _TELLING.search(joined) and len(joined) < 400 else 0
        if line.rstrip().endswith((":", "：")):
            return 0
    return 0


def _without_quotations(lines: Sequence[str]) -> list[str]:
    """The lines without those quoted and what introduces them; one blank line in their place."""
    kept: list[str] = []
    place = 0
    was_quoted = False
    while place < len(lines):
        line = lines[place]
        count = 1 if _QUOTED.match(line) else _introduction(lines, place)
        if count:
            was_quoted = True
            place += count
            continue
        if was_quoted and line.strip():
            while kept and not kept[-1].strip():
                kept.pop()
            kept.append("")
            was_quoted = False
        if not was_quoted:
            kept.append(line)
        place += 1
    return kept


def _introduction(lines: Sequence[str], place: int) -> int:
    """Over how many lines the introduction of a quotation goes that stands right behind it."""
    count = _attribution(lines, place)
    if count == 0:
        return 0
    behind = range(place + count, len(lines))
    following = next((lines[at] for at in behind if lines[at].strip()), "")
    is_last = not following and _is_certain(lines[place : place + count])
    return count if is_last or _QUOTED.match(following) else 0


def _is_certain(lines: Sequence[str]) -> bool:
    return bool(_CERTAIN.search(" ".join(lines)))


def _signature(lines: Sequence[str]) -> int:
    """Where the signature or a mailing list's footer begins."""
    for place, line in enumerate(lines):
        if _SIGNATURE.fullmatch(line):
            return place
        following = lines[place + 1 : place + 4]
        if _RULE.fullmatch(line) and any(_LIST.match(next_line) for next_line in following):
            return place
    return len(lines)
