"""The command that trains: `persona train`."""

from datetime import UTC, datetime
from typing import Annotated

from typer import Argument, BadParameter, Option

from persona.folders import DATASET, RUNS, DatasetDir
from persona.options import (
    ConfigFile,
    Consent,
    Json,
    Runs,
    Seed,
    Settings,
    TrainData,
    asked_for,
    settings,
)

Begun = Annotated[
    str | None,
    Argument(
        metavar="RUN",
        help="With --resume: the run's folder or its name, instead of the newest called --name.",
    ),
]


def train(
    run: Begun = None,
    data: TrainData = None,
    base: Annotated[str | None, Option(help="auto, tiny, a model folder or a hub id.")] = None,
    name: Annotated[str, Option(help="What to call the run.")] = "persona",
    dry_run: Annotated[
        bool, Option("--dry-run", help="Show steps, memory and time; load no weights.")
    ] = False,
    resume: Annotated[
        bool, Option("--resume", help="Go on with the newest run of that name, or with RUN.")
    ] = False,
    runs: Runs = RUNS,
    consent: Consent = False,
    config_file: ConfigFile = None,
    overrides: Settings = None,
    seed: Seed = None,
    as_json: Json = False,
) -> None:
    """Train a persona adapter; its cost is shown first."""
    from persona.console import say
    from persona.live import TrainingDisplay
    from persona.tables.training import show_plan, show_run
    from persona.train import dry_run as plan_only
    from persona.train import train as run_train

    if run and not resume:
        raise BadParameter("RUN is what --resume goes on with; a dataset is given with --data")
    chosen = {"base": base}
    config = settings(config_file, overrides, seed=seed, consent=consent, train=chosen)
    asked = asked_for(config_file, overrides, seed=seed, train=chosen, data=data)
    dataset, name = DatasetDir(data or DATASET), run or name
    if dry_run:
        if plan := plan_only(
            dataset, config, runs=runs, name=name, resume=resume, asked=asked, note=say
        ):
            show_plan(plan, as_json=as_json)
        return
    with TrainingDisplay() as display:
        made = run_train(
            dataset,
            config,
            runs=runs,
            name=name,
            now=datetime.now(UTC),
            resume=resume,
            asked=asked,
            progress=display.progress,
            prepared=display.prepared,
            note=display.note,
        )
    show_run(made, as_json=as_json)
