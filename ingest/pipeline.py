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

from ingest.cast import Cast, cast
from ingest.collect import collect
from ingest.dataset import refuse_another_subject, refuse_foreign
from ingest.format import ReadOptions
from ingest.lines import Accounts, Session
from ingest.log_file import LogFile
from ingest.notes import canary_notes, size_notes
from ingest.parse import open_logs
from ingest.people import ChooseSubject
from ingest.redact import redact_threads
from ingest.rows import Rows, choose_rows
from ingest.segment import sessions
from ingest.write import write_dataset
from persona.canaries import draw_canaries
from persona.config import Config
from persona.errors import DataError


def ingest(
    paths: Sequence[Path],
    *,
    out: Path,
    config: Config,
    now: datetime,
    choose_subject: ChooseSubject | None = None,
    aliases: Sequence[str] = (),
) -> dict[str, Any]:
    """Reads the exports in `paths`, writes the dataset to `out` and returns its manifest.

    choose_subject: asks which of the speakers is meant where nothing else tells. aliases: those of
    the names in [people] that somebody in these logs must have.
    Raises DataError if nothing can be read, the subject is not known, too little is left, or `out`
    holds the dataset of somebody else.
    """
    refuse_foreign(out)
    options = ReadOptions(keep_media=config.ingest.keep_media, date_order=config.ingest.date_order)
    logs = open_logs(paths, options)
    return ingest_logs(
        logs, out=out, config=config, now=now, choose_subject=choose_subject, aliases=aliases
    )


def ingest_logs(
    logs: Iterable[LogFile],
    *,
    out: Path,
    config: Config,
    now: datetime,
    choose_subject: ChooseSubject | None = None,
    aliases: Sequence[str] = (),
) -> dict[str, Any]:
    """`ingest` for logs that are open already."""
    accounts = Accounts()
    found = collect(logs, accounts)
    files = found.files
    persons, threads = cast(
        found, config=config, accounts=accounts, choose=choose_subject, aliases=aliases
    )
    refuse_another_subject(out, subject=persons.subject, names=persons.subject_names)
    del found  # what was read is half of the memory
    if config.ingest.redact:
        threads = redact_threads(
            threads, names=persons.names, spellings=persons.spellings, accounts=accounts
        )
    spoken = list(sessions(threads, gap_minutes=config.ingest.gap_minutes))
    rows = _rows(spoken, persons, config)
    accounts.notes += size_notes(rows.splits)
    if persons.silence:
        accounts.notes.append(persons.silence)
    manifest = {
        **_about(persons, config, now),
        "files": files,
        "conversations": len(spoken),
        "messages": {
            "read": accounts.read,
            "used": rows.used,
            "dropped": {**accounts.dropped, **rows.dropped},
        },
        "dropped_rows": rows.dropped_rows,
        "redacted": dict(accounts.redacted),
        "notes": accounts.notes,
    }
    canaries = draw_canaries(config.ingest.canaries, seed=config.seed)
    accounts.notes += canary_notes(canaries)
    return write_dataset(out, rows=rows, manifest=manifest, canaries=canaries)


def _rows(spoken: Sequence[Session], persons: Cast, config: Config) -> Rows:
    """The rows; the DataError where they are too few says whose, and where more may be."""
    try:
        return choose_rows(spoken, subject=persons.subject, config=config)
    except DataError as error:
        silence = f". {persons.silence}" if persons.silence else ""
        raise DataError(f"{persons.subject}: {error}{silence}") from None


def _about(persons: Cast, config: Config, now: datetime) -> dict[str, Any]:
    """Whose dataset this is, and what made it."""
    return {
        "subject": persons.subject,
        "names": persons.subject_names,
        "speakers": msgspec.to_builtins(persons.speakers),
        "created_at": now.isoformat(),
        "seed": config.seed,
        "consent": config.consent,
        "settings": msgspec.to_builtins(config.ingest),
        "versions": {"persona-kit": version("persona-kit"), "python": platform.python_version()},
    }
