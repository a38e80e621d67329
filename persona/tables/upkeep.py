"""What is there and how it is set up, and what is about to be erased."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from persona.config import Config, dump_config
from persona.console import say, show, show_json, show_table, stderr
from persona.errors import ConfigError

if TYPE_CHECKING:
    from persona.forget import Traces


def show_runs(runs: Path, *, as_json: bool) -> None:
    """All runs, oldest first."""
    from persona.register import list_runs

    found = list_runs(runs)
    if as_json:
        show_json(found)
        return
    if not found:
        say(f"{runs}: no run yet; make one with `persona train`")
        return
    columns = ("run", "subject", "base", "state", "steps", "held-out loss", "style score")
    show_table("", columns, [[_cell(row[name]) for name in columns] for row in found])


def show_settings(config: Config, *, as_json: bool) -> None:
    """The settings in force."""
    if as_json:
        show_json(config)
    else:
        show(dump_config(config).rstrip())


def show_findings(findings: Sequence[tuple[str, str]], *, as_json: bool) -> None:
    """What `persona doctor` found."""
    if as_json:
        show_json(dict(findings))
        return
    width = max(len(name) for name, _ in findings)
    for name, value in findings:
        show(f"{name:{width}}  {value}")


def show_traces(traces: "Traces") -> None:
    """What is about to be erased, and which runs are not."""
    for path in traces.paths:
        say(f"  {path}")
    for path, whose in traces.staying:
        say(f"stays: {path}: {whose}")
    if traces.staying:
        say("a run that stays is erased alone with `persona forget RUN_FOLDER`")


def confirm_erasing() -> bool:
    """Asks before anything is erased. Raises ConfigError where there is nobody to ask."""
    if not sys.stdin.isatty():
        raise ConfigError("nothing was erased: say --yes where there is nobody to ask")
    from rich.prompt import Confirm

    return Confirm.ask("Erase all of these for good?", default=False, console=stderr())


def show_erased(traces: "Traces") -> None:
    """What is gone."""
    for path in traces.paths:
        show(f"erased: {path}")
    say(
        "not known here, so look yourself: runs in another folder than --runs, folders written "
        "with `persona merge --out` and `persona eval --out`, answers of judges, and copies"
    )


def _cell(value: object) -> str:
    return "-" if value is None else f"{value:.3g}" if isinstance(value, float) else str(value)
