"""The commands around the main path: what it would cost, a demonstration, what is there and where
it goes from here."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

from typer import Argument, Option

from persona.folders import DATASET, RUNS, find_run
from persona.options import ConfigFile, Json, Run, Runs, Seed, Settings, settings


def plan(
    params: Annotated[str, Option(help="Parameters of the base: 8B, 1.7B, 500M.")],
    vram: Annotated[float, Option(min=1, help="Memory of the GPU as it is sold, in GB.")],
    rank: Annotated[int, Option(min=1, help="Rank of the adapter.")] = 16,
    max_length: Annotated[int, Option(min=16, help="Tokens of the longest example.")] = 512,
    quantization: Annotated[
        Literal["nf4", "int8", "none"], Option(help="How the base is held.")
    ] = "nf4",
    as_json: Json = False,
) -> None:
    """Tell whether a base fits a GPU that is not here.

    For this machine and your data: `persona train --dry-run`.
    """
    from persona.outlook import look_ahead
    from persona.sizes import parameters_of
    from persona.tables.training import show_outlook

    outlook = look_ahead(
        parameters_of(params),
        vram=int(vram * 2**30),
        rank=rank,
        max_length=max_length,
        quantization=quantization,
    )
    show_outlook(outlook, as_json=as_json)


def merge(
    out: Annotated[Path, Option(help="The folder to write; it must not exist.")],
    run: Run = None,
    base: Annotated[
        str | None, Option(help="The 16-bit base, if it is not where the run has it.")
    ] = None,
    runs: Runs = RUNS,
    as_json: Json = False,
) -> None:
    """Merge a run's adapter into its 16-bit base, for other programs.

    The merged model is read back and compared with base and adapter before it counts.
    """
    from persona.merge import merge as run_merge
    from persona.tables.training import show_merged

    show_merged(run_merge(find_run(run, runs=runs), out, base=base), as_json=as_json)


def curve(
    run: Run = None,
    out: Annotated[Path | None, Option(help="Write it as .svg, .html or .png.")] = None,
    tensorboard: Annotated[
        Path | None, Option(help="Write all figures as TensorBoard events into this folder.")
    ] = None,
    runs: Runs = RUNS,
) -> None:
    """Write a run's loss curve, also while it trains.

    Without options it goes to `curve.html` in the run's folder.
    """
    from persona.curve_files import write_curve, write_tensorboard
    from persona.tables.training import show_written

    found = find_run(run, runs=runs)
    if tensorboard:
        write_tensorboard(found, tensorboard)
        show_written(tensorboard)
    if out or not tensorboard:
        out = out or found.root / "curve.html"
        write_curve(found, out)
        show_written(out)


def list_runs(runs: Runs = RUNS, as_json: Json = False) -> None:
    """List the runs with their loss and score."""
    from persona.tables.upkeep import show_runs

    show_runs(runs, as_json=as_json)


def forget(
    folder: Annotated[
        Path, Argument(metavar="FOLDER", help="The folder of a dataset, or of a run.")
    ] = DATASET,
    runs: Runs = RUNS,
    yes: Annotated[bool, Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase a dataset with every run trained on it or on what lay there before, or a run alone.

    With a run go its adapter, checkpoints, replies, reports and votes. Everything is named first,
    and so is every run that stays, with whom it imitates.
    """
    from persona.forget import erase, traces
    from persona.tables.upkeep import confirm_erasing, show_erased, show_traces

    found = traces(folder, runs=runs)
    show_traces(found)
    if yes or confirm_erasing():
        erase(found)
        show_erased(found)


def doctor(as_json: Json = False) -> None:
    """Show what was found here, what is chosen, and why."""
    from persona.doctor import examine
    from persona.tables.upkeep import show_findings

    show_findings(examine(), as_json=as_json)


def show_config(
    config_file: ConfigFile = None,
    overrides: Settings = None,
    as_json: Json = False,
) -> None:
    """Print the settings in force, as persona.toml."""
    from persona.tables.upkeep import show_settings

    show_settings(settings(config_file, overrides), as_json=as_json)


def demo(
    out: Annotated[Path, Option(help="Folder to work in.")] = Path("demo"),
    seed: Seed = None,
) -> None:
    """Run the whole path on the sample chats, offline."""
    from persona.demo import run_demo

    run_demo(out, seed=seed)


UPKEEP: dict[str, Callable[..., None]] = {
    "plan": plan,
    "curve": curve,
    "merge": merge,
    "demo": demo,
    "runs": list_runs,
    "forget": forget,
    "doctor": doctor,
    "config": show_config,
}
