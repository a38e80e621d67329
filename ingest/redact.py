"""Private things in the lines of a dataset replaced by placeholders, consistently.

A message is never dropped for what it holds. Names are handled for the speakers only, and only
where it is asked for: a contact known by a number alone is Person_1 in any case.
"""

from collections.abc import Iterable, Iterator

from ingest.lines import Accounts, Line, Thread
from persona.redaction import redact, redact_counted


def redact_threads(threads: Iterable[Thread], accounts: Accounts) -> Iterator[Thread]:
    """The threads with placeholders in texts, names and chat names; counted in `accounts`."""
    names: dict[str, str] = {}
    for thread in threads:
        lines = [
            Line(_name(line.sender, names), _text(line.text, accounts), line.sent_at, line.when)
            for line in thread.lines
        ]
        chat = names.get(thread.chat) or redact(thread.chat)
        yield Thread(chat, thread.verbatim, lines)


def _text(text: str, accounts: Accounts) -> str:
    redacted, counts = redact_counted(text)
    if counts:
        accounts.redacted.update(counts)
    return redacted


def _name(name: str, names: dict[str, str]) -> str:
    """`name`, or Person_1, Person_2, ... where it is a number or an address."""
    known = names.get(name)
    if known is None:
        number = 1 + sum(value.startswith("Person_") for value in names.values())
        known = names[name] = name if redact(name) == name else f"Person_{number}"
    return known
