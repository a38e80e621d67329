"""The whole path on the sample chats: export -> dataset -> adapter -> report, on the bundled model.

Opens no socket. The samples are found beside the packages, from whatever folder it is run.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from shutil import which

import persona
from persona.config import Config, load_config, with_settings
from persona.console import say
from persona.errors import DataError, require_extra
from persona.folders import DATASET, RUNS, DatasetDir, RunDir
from persona.judging import judge_run
from persona.live import TrainingDisplay
from persona.tables.logs import show_dataset
from persona.tables.measures import show_report
from persona.tables.training import show_run

SAMPLES = Path(persona.__file__).parent.parent / "samples"


def run_demo(out: Path, *, seed: int | None) -> None:
    """Writes `out/dataset` and `out/runs` and shows the report.

    Raises DataError if the samples are not beside the package, that is, outside a clone, and
    MissingExtraError where nothing can be trained.
    """
    require_extra("train", command="demo")
    config = sample_settings(seed)
    dataset = DatasetDir(out / DATASET)
    say("1/3  the chats of five invented friends become a dataset of one of them")
    _ingest(dataset, config)
    say("2/3  a persona adapter is trained on the bundled model")
    run = _train(dataset, config, runs=out / RUNS)
    say("3/3  its replies are compared with what she really wrote")
    show_report(judge_run(run, dataset, config), run.eval, as_json=False)
    where = f"--runs {quote(str(out / RUNS))} --data {quote(str(out / DATASET))}"
    for command in ("chat", "app"):
        say(f"next: {_program()} {command} {where}")


def _program() -> str:
    """How this program is called at a prompt: by its name only where that is found."""
    return "persona" if which("persona") else quote(str(Path(sys.executable).parent / "persona"))


def sample_settings(seed: int | None) -> Config:
    """The settings of the samples: who is who, and the bundled model."""
    path = SAMPLES / "persona.toml"
    if not path.is_file():
        raise DataError(f"{path}: the samples are missing; run the demo from a whole clone")
    changes = {"seed": seed, "consent": True, "train": {"base": "tiny"}}
    return with_settings(load_config(path), changes)


def _ingest(dataset: DatasetDir, config: Config) -> None:
    from ingest.pipeline import ingest

    exports = [SAMPLES / "exports"]
    manifest = ingest(exports, out=dataset.root, config=config, now=datetime.now(UTC))
    show_dataset(manifest, dataset.root, as_json=False)


def _train(dataset: DatasetDir, config: Config, *, runs: Path) -> RunDir:
    from persona.train import train

    with TrainingDisplay() as display:
        run = train(
            dataset,
            config,
            runs=runs,
            name="demo",
            now=datetime.now(UTC),
            progress=display.progress,
            prepared=display.prepared,
            note=display.note,
        )
    show_run(run, as_json=False)
    return run
