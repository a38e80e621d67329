"""Erasing removes a dataset and what was trained on it, and nothing else."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from persona.cli import app
from persona.errors import DataError, ModelError
from persona.folders import DatasetDir, RunDir, find_run, new_run, write_json
from persona.forget import erase, traces
from persona.register import list_runs, require_same_data


def make_dataset(root: Path, *, digest: str) -> DatasetDir:
    root.mkdir()
    dataset = DatasetDir(root)
    write_json(dataset.manifest_path, {"data_sha256": digest, "subject": "Ana"})
    return dataset


def make_run(runs: Path, *, minute: int, digest: str, is_finished: bool = True) -> RunDir:
    run = new_run(runs, name="ana", now=datetime(2026, 1, 2, 3, minute, tzinfo=UTC))
    name = "manifest.json" if is_finished else "started.json"
    write_json(run.root / name, {"data_sha256": digest, "subject": "Ana"})
    return run


def test_erasing_takes_the_dataset_and_every_run_on_it(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    dataset = make_dataset(tmp_path / "dataset", digest="aa")
    finished = make_run(runs, minute=1, digest="aa")
    other = make_run(runs, minute=2, digest="bb")
    unfinished = make_run(runs, minute=3, digest="aa", is_finished=False)
    erase(traces(dataset, runs=runs), runs=runs)
    assert [path.exists() for path in (dataset.root, finished.root, unfinished.root)] == [False] * 3
    assert find_run(None, runs=runs).root == other.root


def test_nothing_points_at_a_run_after_the_last_one_is_erased(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    dataset = make_dataset(tmp_path / "dataset", digest="aa")
    make_run(runs, minute=1, digest="aa")
    erase(traces(dataset, runs=runs), runs=runs)
    with pytest.raises(ModelError, match="no run yet"):
        find_run(None, runs=runs)


def test_folder_that_is_no_dataset_is_not_erased(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(DataError, match="half-written"):
        traces(DatasetDir(tmp_path), runs=tmp_path / "runs")


def test_where_nobody_can_be_asked_nothing_is_erased_and_the_status_says_so(
    tmp_path: Path,
) -> None:
    dataset = make_dataset(tmp_path / "dataset", digest="aa")
    arguments = ["forget", str(dataset.root), "--runs", str(tmp_path / "runs")]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 1
    assert "say --yes" in result.stderr
    assert dataset.root.exists()


def test_run_is_not_judged_on_another_dataset(tmp_path: Path) -> None:
    run = make_run(tmp_path / "runs", minute=1, digest="aa")
    with pytest.raises(ModelError, match="another dataset"):
        require_same_data(run, make_dataset(tmp_path / "dataset", digest="bb"))


def test_unfinished_run_is_listed_as_such(tmp_path: Path) -> None:
    make_run(tmp_path, minute=1, digest="aa", is_finished=False)
    assert [row["state"] for row in list_runs(tmp_path)] == ["unfinished"]
