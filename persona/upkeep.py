"""The commands around the main path: a demonstration, what is there, and how to erase it."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from persona.folders import RUNS, DatasetDir
from persona.options import DATASET, ConfigFile, Json, Runs, Seed, Settings, settings


def list_runs(runs: Runs = RUNS, as_json: Json = False) -> None:
    """List the runs with their loss and score."""
    from persona.tables import show_runs

    show_runs(runs, as_json=as_json)


def forget(
    data: Annotated[Path, Argument(help="The dataset folder to erase.")] = DATASET,
    runs: Runs = RUNS,
    yes: Annotated[bool, Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase a dataset and every run trained on it.

    With a run go its adapter, checkpoints, replies, reports and votes.
    """
    from persona.forget import erase, traces
    from persona.tables import confirm_erasing

    found = traces(DatasetDir(data), runs=runs)
    if yes or confirm_erasing(found):
        erase(found, runs=runs)


def doctor(as_json: Json = False) -> None:
    """Show what was found here, what is chosen, and why."""
    from persona.doctor import examine
    from persona.tables import show_findings

    show_findings(examine(), as_json=as_json)


def show_config(
    config_file: ConfigFile = None,
    overrides: Settings = None,
    as_json: Json = False,
) -> None:
    """Print the settings in force, as persona.toml."""
    from persona.tables import show_settings

    show_settings(settings(config_file, overrides), as_json=as_json)


def demo(
    out: Annotated[Path, Option(help="Folder to work in.")] = Path(),
    seed: Seed = None,
) -> None:
    """Run the whole path on the sample chats, offline."""
    from persona.demo import run_demo

    run_demo(out, seed=seed)


UPKEEP: dict[str, Callable[..., None]] = {
    "demo": demo,
    "runs": list_runs,
    "forget": forget,
    "doctor": doctor,
    "config": show_config,
}
