"""Private things in the lines of a dataset replaced by placeholders, consistently.

A message is never dropped for what it holds. A contact known by a number alone is Person_1 in any
case; under `pseudonyms` so are all partners, wherever their names stand. People who are only
talked about are not recognised: a name has no shape.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from unicodedata import normalize

from ingest.clean import fold
from ingest.lines import Accounts, Line, Thread
from persona.redaction import redact, redact_counted

NAME = "name"
"""The kind under which replaced names are counted."""

_LEAST_LETTERS = 3
# First names that are words: these are taken for a name only with a capital.
_ALSO_WORDS = """
amber angel april art autumn bill carol chase chuck dad dawn dean dr drew faith frank gene grace
grant guy hope hunter ivy jack jay jean joy june lance mark may melody miles mom mr mrs mum nick
olive pat penny ray rich rob robin rose ruby rusty sky stew summer sunny tim will
"""
_WORDS = frozenset(_ALSO_WORDS.split())


def stand_ins(speakers: Sequence[str], *, subject: str, pseudonyms: bool) -> dict[str, str]:
    """Person_1, Person_2, ... for the names that may not stay, the most talkative first."""
    hidden = [name for name in speakers if redact(name) != name or (pseudonyms and name != subject)]
    return {name: f"Person_{number}" for number, name in enumerate(hidden, start=1)}


def redact_threads(
    threads: list[Thread],
    *,
    names: Mapping[str, str],
    spellings: Mapping[str, str],
    accounts: Accounts,
) -> list[Thread]:
    """The threads with placeholders in texts, senders and chat names; counted in `accounts`.

    names: stand-ins of senders. spellings: other ways to write a person's name, and the stand-in.
    Empties `threads` as it goes.
    """
    rename = _renamer(spellings)
    redacted: list[Thread] = []

    def changed(text: str) -> str:
        text, counts = redact_counted(text)
        text, renamed = rename(text)
        accounts.redacted.update(counts)
        if renamed:
            accounts.redacted[NAME] += renamed
        return text

    threads.reverse()
    while threads:
        thread = threads.pop()
        lines = [
            Line(names.get(line.sender, line.sender), changed(line.text), line.sent_at, line.when)
            for line in thread.lines
        ]
        chat = names.get(thread.chat) or rename(redact(thread.chat))[0]
        redacted.append(Thread(chat, thread.verbatim, lines))
    return redacted


def spellings_of(
    names: Mapping[str, str], all_names: Mapping[str, str], *, subject: str
) -> dict[str, str]:
    """How the people of `names` may be called in a text, and their stand-ins.

    all_names: main names by every sender name. A word that two people share, or that is the
    subject's, is nobody's.
    """
    owners: dict[str, set[str]] = {}
    ways: dict[str, set[str]] = {}
    for name, main in all_names.items():
        for whole in (name, main):
            words = [word.strip(".,()'\"") for word in whole.split()]
            for spelling in [" ".join(whole.split()), *words]:
                folded = fold(spelling)
                if len(folded) >= _LEAST_LETTERS and any(map(str.isalpha, folded)):
                    owners.setdefault(folded, set()).add(main)
                    ways.setdefault(folded, set()).update(_ways(spelling))
    return {
        way: names[main]
        for folded, mains in owners.items()
        for main in mains
        if len(mains) == 1 and main in names and main != subject
        for way in sorted(ways[folded])
    }


def _ways(spelling: str) -> set[str]:
    """One spelling as characters: folded ('weiss' for Weiß) and not, accents apart and not."""
    return {normalize(form, way) for way in (spelling, fold(spelling)) for form in ("NFC", "NFD")}


def _renamer(spellings: Mapping[str, str]) -> Callable[[str], tuple[str, int]]:
    """Puts the stand-ins into a text and says how many."""
    if not spellings:
        return lambda text: (text, 0)
    longest_first = sorted(spellings, key=lambda spelling: (-len(spelling), spelling))
    # A group each tells which it was: no folding of what was found gives that back in all scripts.
    groups = "|".join(f"({re.escape(spelling)})" for spelling in longest_first)
    pattern = re.compile(rf"(?<!\w)(?:{groups})(?!\w)", re.IGNORECASE)

    def rename(text: str) -> tuple[str, int]:
        count = 0

        def stand_in(match: re.Match[str]) -> str:
            nonlocal count
            found = match.group()
            if found.casefold() in _WORDS and not found[0].isupper():
                return found
            count += 1
            return spellings[longest_first[(match.lastindex or 1) - 1]]

        return pattern.sub(stand_in, text), count

    return rename
