"""Logs to a dataset: the steps in their order, and nothing else.

    read > people > overlap > redact > sessions > examples > split > write

Each step is a module of its own. No torch, no network, no terminal.
"""

import platform
from collections.abc import Iterable, Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from ingest.collect import Collected, collect
from ingest.dataset import refuse_foreign
from ingest.examples import Place, place
from ingest.fates import OTHERS, Fates
from ingest.lines import Accounts, Session, Thread
from ingest.others import others
from ingest.overlap import join_parts
from ingest.parse import LogFile, ReadOptions, open_logs
from ingest.people import ChooseSubject, People, SpeakerCount, ask_subject, join_subject
from ingest.redact import redact_threads
from ingest.segment import sessions
from ingest.split import REPEATED, Split, split
from ingest.write import write_dataset
from persona.config import Config
from persona.errors import DataError


def ingest(
    paths: Sequence[Path],
    *,
    out: Path,
    config: Config,
    now: datetime,
    choose_subject: ChooseSubject | None = None,
) -> dict[str, Any]:
    """Reads the exports in `paths`, writes the dataset to `out` and returns its manifest.

    choose_subject: asks which of the speakers is meant where nothing else tells.
    Raises DataError if nothing can be read, the subject is not known or too little is left.
    """
    refuse_foreign(out)
    options = ReadOptions(keep_media=config.ingest.keep_media, date_order=config.ingest.date_order)
    logs = open_logs(paths, options)
    return ingest_logs(logs, out=out, config=config, now=now, choose_subject=choose_subject)


def ingest_logs(
    logs: Iterable[LogFile],
    *,
    out: Path,
    config: Config,
    now: datetime,
    choose_subject: ChooseSubject | None = None,
) -> dict[str, Any]:
    """`ingest` for logs that are open already."""
    accounts = Accounts()
    found = collect(logs, accounts)
    if not found.parts:
        raise DataError("no messages in these files: nothing to learn from")
    people = People(config.people)
    settings = config.ingest
    subject = join_subject(
        people, found.speakers, names=settings.subject, side=settings.assistant_side
    )
    threads = join_parts(found.parts, people, accounts)
    counts = count_speakers(threads)
    if subject is None:
        subject = ask_subject(counts, choose_subject)
    names = _names_of(subject, found, people)
    found.parts.clear()  # half of the memory
    if settings.redact:
        threads = list(redact_threads(threads, accounts))
    spoken = list(sessions(threads, gap_minutes=settings.gap_minutes))
    fates = Fates(spoken)
    splits, rest = _rows(spoken, subject=subject, config=config, fates=fates)
    used, dropped = fates.count()
    manifest = {
        "subject": subject,
        "names": names,
        "created_at": now,
        "files": found.files,
        "speakers": [msgspec.to_builtins(speaker) for speaker in counts],
        "messages": {
            "read": accounts.read,
            "used": used,
            "dropped": {**accounts.dropped, **dropped},
        },
        "redacted": dict(accounts.redacted),
        "conversations": len(spoken),
        "seed": config.seed,
        "settings": msgspec.to_builtins(settings),
        "versions": {"persona-kit": version("persona-kit"), "python": platform.python_version()},
        "notes": accounts.notes,
    }
    return write_dataset(out, splits=splits, others=rest, manifest=manifest)


def count_speakers(threads: Iterable[Thread]) -> list[SpeakerCount]:
    """Who speaks, the most talkative first."""
    counts: dict[str, int] = {}
    for thread in threads:
        for line in thread.lines:
            counts[line.sender] = counts.get(line.sender, 0) + 1
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [SpeakerCount(name, messages) for name, messages in ranked]


def _rows(
    spoken: Sequence[Session], *, subject: str, config: Config, fates: Fates
) -> tuple[Split, list[Place]]:
    """The subject's replies by split and the others' replies; what befalls each is entered."""
    places: list[Place] = []
    for session in spoken:
        for index, burst in enumerate(session.bursts):
            if burst.sender == subject:
                at = place(session, index, limits=config.ingest)
                if isinstance(at, Place):
                    places.append(at)
                else:
                    fates.drop(session, index, reason=at)
    splits, repeated = split(places, seed=config.seed)
    for at in repeated:
        fates.drop(at.session, at.index, reason=REPEATED)
    for rows in splits.values():
        for at in rows:
            fates.use(at)
    rest = others(spoken, subject=subject, limits=config.ingest)
    for at in rest:
        fates.use(at, reply=OTHERS)
    return splits, rest


def _names_of(subject: str, found: Collected, people: People) -> list[str]:
    return sorted(name for name in found.speakers.by_name if people.main(name) == subject)
