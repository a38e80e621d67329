"""The two folders the toolkit writes, with every path in them named once.

A manifest is written last: a folder without one is half-written and is refused as such.
"""

import os
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from persona.data import Example, Utterance, read_jsonl, write_private
from persona.errors import ConfigError, DataError, ModelError

DATASET = Path("dataset")
RUNS = Path("runs")
LATEST = "latest"
RUN_NAME = re.compile(r"\w[\w .+-]*")
"""What a run may be called: it becomes part of a folder's name."""

SPLIT_FILES = ("train", "valid", "test", "reference", "others")
DATASET_FILES = frozenset(
    {f"{name}.jsonl" for name in (*SPLIT_FILES, "canaries")}
    | {"manifest.json", "report.md", "report.html", "export", "selftest.json"}
)
"""All that a dataset's folder may hold."""


@dataclass(frozen=True, slots=True)
class DatasetDir:
    """What `persona ingest` writes and everything after it reads."""

    root: Path

    @property
    def train(self) -> Path:
        return self.root / "train.jsonl"

    @property
    def valid(self) -> Path:
        return self.root / "valid.jsonl"

    @property
    def test(self) -> Path:
        return self.root / "test.jsonl"

    @property
    def reference(self) -> Path:
        return self.root / "reference.jsonl"

    @property
    def others(self) -> Path:
        return self.root / "others.jsonl"

    @property
    def canaries(self) -> Path:
        return self.root / "canaries.jsonl"

    @property
    def selftest(self) -> Path:
        return self.root / "selftest.json"

    @property
    def manifest_path(self) -> Path:
        return self.root / "manifest.json"

    @property
    def is_half_written(self) -> bool:
        """Whether it holds a dataset's files and no others; train.jsonl alone may be anybody's."""
        names = {path.name for path in self.root.iterdir()}
        return names <= DATASET_FILES and bool(names & {self.reference.name, self.others.name})

    def manifest(self) -> dict[str, Any]:
        """The manifest. Raises DataError if the folder is missing, half-written or another's."""
        if not self.root.is_dir():
            raise DataError(f"{self.root}: no dataset here; make one with `persona ingest LOGS`")
        if not self.manifest_path.is_file():
            if not self.is_half_written:
                raise DataError(
                    f"{self.root}: is no dataset; if these are exports, make one of them with "
                    f"`persona ingest {shlex.quote(str(self.root))}`"
                )
            raise DataError(
                f"{self.root}: the dataset is half-written (no manifest.json); "
                "run `persona ingest` again"
            )
        return read_json(self.manifest_path, error=DataError)

    def examples(self, split: str) -> list[Example]:
        """The examples of 'train', 'valid' or 'test'."""
        return list(read_jsonl(self.root / f"{split}.jsonl", Example))

    def utterances(self, kind: str) -> Iterator[Utterance]:
        """The rows of 'reference' or 'others'."""
        return read_jsonl(self.root / f"{kind}.jsonl", Utterance)


@dataclass(frozen=True, slots=True)
class RunDir:
    """What `persona train` writes; `persona eval` adds `eval/`."""

    root: Path

    @property
    def config(self) -> Path:
        return self.root / "persona.toml"

    @property
    def started(self) -> Path:
        return self.root / "started.json"

    @property
    def manifest_path(self) -> Path:
        return self.root / "manifest.json"

    @property
    def metrics(self) -> Path:
        return self.root / "metrics.jsonl"

    @property
    def adapter(self) -> Path:
        return self.root / "adapter"

    @property
    def checkpoints(self) -> Path:
        return self.root / "checkpoints"

    @property
    def eval(self) -> Path:
        return self.root / "eval"

    @property
    def replies(self) -> Path:
        return self.eval / "replies.jsonl"

    @property
    def report_json(self) -> Path:
        return self.eval / "report.json"

    @property
    def name(self) -> str:
        """What the run was called, without the time it began."""
        return self.root.name.partition("Z-")[2]

    @property
    def is_finished(self) -> bool:
        return self.manifest_path.is_file()

    def manifest(self) -> dict[str, Any]:
        """The manifest. Raises ModelError if the run is missing or not finished."""
        if not self.root.is_dir():
            raise ModelError(f"{self.root}: no such run; `persona runs` lists them")
        if not self.is_finished:
            raise ModelError(
                f"{self.root}: the run is not finished; go on with `{self.resume_command()}`"
            )
        return read_json(self.manifest_path, error=ModelError)

    def begun(self) -> dict[str, Any]:
        """What the run was begun with (`resume.Start`); empty where it never got that far.

        Raises ModelError if that is damaged.
        """
        return read_json(self.started, error=ModelError) if self.started.is_file() else {}

    def resume_command(self) -> str:
        """What to type here to go on with the run; folders that are the defaults are left out."""
        words = ["persona", "train", "--resume"]
        is_newest = runs_named(self.name, runs=self.root.parent)[-1:] == [self]
        words += ["--name", self.name] if is_newest else [self.root.name]
        data = self.begun().get("dataset")
        if data and Path(data) != DATASET.resolve():
            words += ["--data", data]
        if self.root.parent.resolve() != RUNS.resolve():
            words += ["--runs", str(self.root.parent)]
        return shlex.join(words)


def new_run(runs: Path, *, name: str, now: datetime) -> RunDir:
    """Makes `runs/<UTC>-<name>/` and points `runs/latest` at it. Raises ModelError."""
    folder = f"{now:%Y%m%dT%H%M%SZ}-{name}"
    run = RunDir(runs / folder)
    try:
        run.root.mkdir(parents=True, mode=0o700)
    except FileExistsError:
        raise ModelError(f"{run.root}: exists already; wait a second or give --name") from None
    except OSError as error:
        raise ModelError(f"{run.root}: cannot be made: {error.strerror}") from None
    write_private(runs / LATEST, folder + "\n")
    return run


def find_run(run: str | None, *, runs: Path = RUNS) -> RunDir:
    """The newest run of that name, or the run in that folder; the latest where none is given.

    A name goes before a folder here that is called the same: logs of a person may be. Raises
    ModelError.
    """
    if run is None:
        pointer = runs / LATEST
        if not pointer.is_file():
            raise ModelError(f"{runs}: no run yet; make one with `persona train`")
        run = pointer.read_text(encoding="utf-8").strip()
    named = [runs / run, *(each.root for each in reversed(runs_named(run, runs=runs)))]
    for candidate in [*(named if RUN_NAME.fullmatch(run) else ()), Path(run)]:
        if candidate.is_dir():
            return RunDir(candidate)
    raise ModelError(f"{run}: no such run; `persona runs` lists them")


def all_runs(runs: Path) -> list[RunDir]:
    """Every run folder, oldest first, finished or not."""
    return [RunDir(path) for path in sorted(runs.glob("*Z-*")) if path.is_dir()]


def runs_named(name: str, *, runs: Path = RUNS) -> list[RunDir]:
    """The runs called `name`, oldest first."""
    return [run for run in all_runs(runs) if run.name == name]


def check_name(name: str) -> None:
    """Raises ConfigError where `name` cannot be a run's: it would lie in another folder."""
    if not RUN_NAME.fullmatch(name):
        raise ConfigError(f"--name '{name}': a run's name is letters, digits, space and . + - _")


def read_json(path: Path, *, error: type[DataError] | type[ModelError]) -> dict[str, Any]:
    """A JSON object from disk; `error` is raised where it cannot be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except OSError as failure:
        raise error(f"{path}: cannot be read: {failure.strerror}") from None
    except msgspec.DecodeError:
        raise error(f"{path}: damaged (not valid JSON); make it again") from None


def write_json(path: Path, value: object) -> None:
    """`value` as indented JSON, mode 0600, whole or not at all."""
    write_private(path, msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")


def inside(folder: Path, path: Path) -> bool:
    """Whether `path` lies in `folder`, links resolved."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))
