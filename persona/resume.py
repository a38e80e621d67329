"""What a run was begun with, and where it goes on."""

from collections.abc import Callable, Collection
from pathlib import Path

import msgspec

from persona.config import Config, load_config
from persona.errors import ConfigError, ModelError
from persona.folders import DatasetDir, RunDir, runs_named, write_json
from persona.prepare import Prepared
from persona.recognition import is_run
from persona.runs import last_checkpoint, last_step, trim_metrics
from persona.setting_tables import by_name

A_NEW_RUN = "begin a new run under another --name"


class Start(msgspec.Struct, frozen=True):
    """What a run was begun with, so that it goes on with nothing else; `started.json`."""

    subject: str
    dataset: str  # its folder, absolute
    data_sha256: str
    base: str
    template_sha256: str
    steps: int
    threads: int


def begun_with(
    runs: Path, name: str, dataset: DatasetDir, config: Config, *, asked: Collection[str]
) -> tuple[RunDir, DatasetDir, Config]:
    """The run to go on with, and the dataset and the settings that it was begun with.

    dataset, config: those of the command line; asked: see `as_begun`. Raises ModelError or
    ConfigError.
    """
    run = run_to_resume(runs, name)
    dataset = dataset if "data" in asked else data_of(run, dataset)
    return run, dataset, as_begun(run, config, dataset, asked=asked)


def run_to_resume(runs: Path, name: str) -> RunDir:
    """The newest run called `name`, else the one whose folder that is, in `runs` or anywhere.

    Raises ModelError where there is none.
    """
    if found := runs_named(name, runs=runs):
        return found[-1]
    for folder in (runs / name, Path(name)):
        if is_run(folder):
            return RunDir(folder)
    raise ModelError(f"{runs}: no run called '{name}' to resume; `persona runs` lists them")


def data_of(run: RunDir, dataset: DatasetDir) -> DatasetDir:
    """The dataset that the run was begun on; `dataset` where that is not there any more."""
    begun = run.begun().get("dataset")
    if begun and (Path(begun).is_dir() or not dataset.root.is_dir()):
        return DatasetDir(Path(begun))
    return dataset


def as_begun(run: RunDir, config: Config, dataset: DatasetDir, *, asked: Collection[str]) -> Config:
    """The settings the run was begun with; consent may be given later.

    asked: names of the settings in `config` that were asked for, and 'data' where `dataset` was.
    Raises ConfigError where one of them is not what the run was begun with; 'auto' leaves it to the
    run. Raises ModelError where the run would go on with other data.
    """
    if "data" in asked or not run.is_finished:
        _require_data_of(run, dataset)
    begun = load_config(run.config)
    then, now = (by_name(msgspec.to_builtins(each)) for each in (begun, config))
    differ = [
        f"{name} is {_shown(now.get(name))} and was {_shown(then.get(name))}"
        for name in sorted(asked)
        if name not in ("consent", "data") and not _is_same(name, now.get(name), then.get(name))
    ]
    if differ:
        it = "it" if len(differ) == 1 else "them"
        told = ", ".join(differ)
        raise ConfigError(f"{run.root}: {told}; leave {it} out to go on, or {A_NEW_RUN}")
    return msgspec.structs.replace(begun, consent=begun.consent or config.consent)


def begin(run: RunDir, ready: Prepared, dataset: DatasetDir) -> Start:
    """What the run was begun with, written down at its beginning. Raises as `start_of`."""
    start = start_of(run, ready, dataset)
    write_json(run.started, start)
    return start


def start_of(run: RunDir, ready: Prepared, dataset: DatasetDir) -> Start:
    """What the run was begun with, or is now.

    Raises ModelError if the data, the base or the settings are not those any more.
    """
    begun = run.begun()
    data = dataset.manifest()
    start = Start(
        subject=data["subject"],
        dataset=begun.get("dataset") or str(dataset.root.resolve()),
        data_sha256=data["data_sha256"],
        base=ready.base.name,
        template_sha256=ready.template_sha256,
        steps=len(ready.material.steps),
        threads=begun.get("threads") or _threads(ready),
    )
    now = msgspec.to_builtins(start)
    changed = [key for key, value in begun.items() if now[key] != value]
    if changed:
        raise ModelError(
            f"{run.root}: cannot go on, changed since it was begun: {', '.join(changed)}; "
            "train anew without --resume"
        )
    return start


def go_on_from(run: RunDir, ready: Prepared, *, note: Callable[[str], None]) -> Path | None:
    """Where the run goes on, its metric lines trimmed to that; None at its beginning."""
    checkpoint, step = last_checkpoint(run), last_step(run)
    trim_metrics(run, step=step)
    if checkpoint:
        where = f"going on after step {step} of {len(ready.material.steps)}"
        note(f"{run.root}: {where}, with the settings it was begun with")
    return checkpoint


def _require_data_of(run: RunDir, dataset: DatasetDir) -> None:
    """Raises ModelError where the run was begun on other data than `dataset` holds."""
    begun = run.begun()
    now = str(dataset.manifest()["data_sha256"])
    if not begun or begun["data_sha256"] == now:
        return
    then, folder = str(begun["data_sha256"]), begun.get("dataset")
    if folder in (None, str(dataset.root.resolve())):
        raise ModelError(
            f"{run.root}: {dataset.root} holds other data (data {now[:12]}) than it began on "
            f"(data {then[:12]}); {A_NEW_RUN}"
        )
    raise ModelError(
        f"{run.root}: {dataset.root} (data {now[:12]}) is not what it began on, {folder} "
        f"(data {then[:12]}); give that with --data, or {A_NEW_RUN}"
    )


def _is_same(name: str, now: object, then: object) -> bool:
    if name == "train.base" and Path(str(now)).is_dir():
        return str(Path(str(now)).resolve()) == then or now == then
    return now in ("auto", then)


def _shown(value: object) -> str:
    return "unset" if value is None else str(value)


def _threads(ready: Prepared) -> int:
    from persona.backends.threads import choose_threads

    return choose_threads() if ready.machine.device == "cpu" else ready.machine.cores
