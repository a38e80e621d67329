"""Who is in the dataset, and under which names: the subject, the partners, their stand-ins.

collected chats -> people joined -> threads -> subject -> stand-ins
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.collect import Collected
from ingest.lines import Accounts, Thread
from ingest.notes import owner_note, people_notes, silence_note
from ingest.overlap import join_parts
from ingest.people import (
    ChooseSubject,
    People,
    SpeakerCount,
    ask_subject,
    join_subject,
    subject_named,
    unknown_names,
)
from ingest.redact import spellings_of, stand_ins
from persona.config import Config
from persona.counted import counted
from persona.errors import ConfigError, DataError


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of a dataset, under the names that are in it.

    speakers: the most talkative first. names: stand-ins by main name. spellings: stand-ins by
    other ways to write a name. silence: where the subject may go by another name.
    """

    subject: str
    subject_names: list[str]
    speakers: list[SpeakerCount]
    names: dict[str, str]
    spellings: dict[str, str]
    silence: str


def cast(
    found: Collected,
    *,
    config: Config,
    accounts: Accounts,
    choose: ChooseSubject | None,
    aliases: Sequence[str] = (),
) -> tuple[Cast, list[Thread]]:
    """The people and the threads of what was read; empties `found.parts`.

    aliases: names that must be somebody's. Raises DataError where there is no message, or nothing
    tells who the subject is.
    """
    if not found.parts:
        raise DataError(_nothing(found, accounts))
    _require_redaction(config)
    people = People(config.people)
    settings = config.ingest
    missing = list(unknown_names(config.people, found.speakers, required=aliases))
    subject = join_subject(
        people, found.speakers, names=settings.subject, side=settings.assistant_side
    )
    threads = join_parts(found.parts, people, accounts)
    found.parts.clear()
    speakers = count_speakers(threads)
    if subject is None:
        subject = subject_named(ask_subject(speakers, choose), people, found.speakers)
    mains = {name: people.main(name) for name in found.speakers.by_name}
    if settings.subject:
        given = [*settings.subject, *config.people.get(subject, ())]
        accounts.notes += owner_note(found.speakers, mains, subject=subject, given=given)
    names: dict[str, str] = {}
    if settings.redact:
        known = [speaker.name for speaker in speakers]
        names = stand_ins(known, subject=subject, pseudonyms=settings.pseudonyms)
    if not settings.pseudonyms:
        accounts.notes += missing
        accounts.notes += people_notes(threads, speakers, subject=subject)
    silence = silence_note(threads, subject=subject, hidden=names)
    return (
        Cast(
            subject=names.get(subject, subject),
            subject_names=sorted(name for name, main in mains.items() if main == subject),
            speakers=[
                SpeakerCount(names.get(each.name, each.name), each.messages) for each in speakers
            ],
            names=names,
            spellings=spellings_of(names, mains, subject=subject) if settings.pseudonyms else {},
            silence=silence,
        ),
        threads,
    )


def _require_redaction(config: Config) -> None:
    """Raises ConfigError where names should be replaced in texts that are left as they are."""
    if config.ingest.pseudonyms and not config.ingest.redact:
        raise ConfigError("ingest.pseudonyms is a part of redaction; it needs ingest.redact = true")


def count_speakers(threads: Iterable[Thread]) -> list[SpeakerCount]:
    """Who speaks, the most talkative first."""
    counts: dict[str, int] = {}
    for thread in threads:
        for line in thread.lines:
            counts[line.sender] = counts.get(line.sender, 0) + 1
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [SpeakerCount(name, messages) for name, messages in ranked]


def _nothing(found: Collected, accounts: Accounts) -> str:
    """Why there is nothing to learn from: never zero rows without an explanation."""
    mend = "give a chat export, a zip or a folder"
    if not found.files:
        return f"no files here: nothing to learn from; {mend}"
    reasons = Counter(accounts.dropped)
    for file in found.files:
        reasons.update(file["dropped"])
        if file["error"]:
            reasons[file["error"]] += 1
    first = found.files[0]["path"]
    if len(found.files) == reasons.total() == 1:
        return f"{first}: {next(iter(reasons))}; {mend}"
    why = ", ".join(f"{reason} ({count})" for reason, count in sorted(reasons.items()))
    why = why or "; ".join(accounts.notes)
    more = counted(len(found.files) - 1, "more file")
    where = first if len(found.files) == 1 else f"{first} and {more}"
    return f"{where}: no message in it: {why or 'it is empty'}; {mend}"
