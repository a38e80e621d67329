"""Erasing removes a dataset and what was trained on it, and nothing else."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from persona.cli import app
from persona.errors import DataError, ModelError
from persona.folders import DatasetDir, RunDir, find_run, new_run, write_json
from persona.forget import erase, traces
from persona.register import list_runs, require_same_data


def make_dataset(root: Path, *, digest: str, earlier: Sequence[str] = ()) -> DatasetDir:
    root.mkdir()
    dataset = DatasetDir(root)
    about = {"data_sha256": digest, "subject": "Ana", "earlier_data_sha256": earlier}
    write_json(dataset.manifest_path, about)
    return dataset


def make_run(
    runs: Path, *, minute: int, digest: str, subject: str = "Ana", is_finished: bool = True
) -> RunDir:
    run = new_run(runs, name="ana", now=datetime(2026, 1, 2, 3, minute, tzinfo=UTC))
    path = run.manifest_path if is_finished else run.started
    write_json(path, {"data_sha256": digest, "subject": subject})
    return run


def forget(dataset: DatasetDir, runs: Path, *options: str) -> Result:
    arguments = ["forget", str(dataset.root), "--runs", str(runs), *options]
    return CliRunner().invoke(app, arguments)


def test_erasing_takes_the_dataset_and_every_run_on_it(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    dataset = make_dataset(tmp_path / "dataset", digest="aa")
    finished = make_run(runs, minute=1, digest="aa")
    other = make_run(runs, minute=2, digest="bb")
    unfinished = make_run(runs, minute=3, digest="aa", is_finished=False)
    erase(traces(dataset, runs=runs), runs=runs)
    assert [path.exists() for path in (dataset.root, finished.root, unfinished.root)] == [False] * 3
    assert find_run(None, runs=runs).root == other.root


def test_runs_trained_before_the_logs_were_ingested_anew_go_too(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    dataset = make_dataset(tmp_path / "dataset", digest="cc", earlier=["aa", "bb"])
    earlier = [make_run(runs, minute=1, digest="aa"), make_run(runs, minute=2, digest="bb")]
    unfinished = make_run(runs, minute=3, digest="aa", is_finished=False)
    other = make_run(runs, minute=4, digest="dd")
    erase(traces(dataset, runs=runs), runs=runs)
    assert not any(run.root.exists() for run in (*earlier, unfinished))
    assert other.root.exists()


def test_a_run_that_never_got_to_its_data_stays(tmp_path: Path) -> None:
    dataset = make_dataset(tmp_path / "dataset", digest="cc")
    run = new_run(tmp_path / "runs", name="ana", now=datetime(2026, 1, 2, tzinfo=UTC))
    assert traces(dataset, runs=tmp_path / "runs").paths == (dataset.root,)
    assert run.root.exists()


def test_everything_is_named_before_it_is_erased_and_what_stays_of_the_person_too(
    tmp_path: Path,
) -> None:
    runs = tmp_path / "runs"
    dataset = make_dataset(tmp_path / "dataset", digest="cc", earlier=["aa"])
    earlier = make_run(runs, minute=1, digest="aa")
    same = make_run(runs, minute=2, digest="dd")
    other = make_run(runs, minute=3, digest="ee", subject="Ben")
    result = forget(dataset, runs, "--yes")
    assert result.exit_code == 0
    named = [line.strip() for line in result.stderr.splitlines()]
    assert named[:2] == [str(dataset.root), str(earlier.root)]
    assert named[2] == f"stays: {same.root}: imitates Ana too, trained on another dataset"
    assert str(other.root) not in result.stderr
    assert result.stdout.split("\n")[:-1] == [
        f"erased: {dataset.root}",
        f"erased: {earlier.root}",
    ]
    assert same.root.exists()
    assert other.root.exists()


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
    result = forget(dataset, tmp_path / "runs")
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


@pytest.mark.parametrize("part", ["manifest.json", "eval/report.json"])
def test_a_damaged_run_is_listed_as_such_beside_the_others(tmp_path: Path, part: str) -> None:
    damaged = make_run(tmp_path, minute=1, digest="aa").root / part
    make_run(tmp_path, minute=2, digest="bb")
    damaged.parent.mkdir(exist_ok=True)
    damaged.write_text('{"subject": "An', encoding="utf-8")
    result = CliRunner().invoke(app, ["runs", "--runs", str(tmp_path)])
    assert result.exit_code == 0
    first, second = (line for line in result.stdout.splitlines() if "Z-ana" in line)
    assert "damaged" in first
    assert "finished" in second


def test_a_run_with_a_damaged_manifest_is_erased_by_what_it_began_with(tmp_path: Path) -> None:
    dataset = make_dataset(tmp_path / "dataset", digest="aa")
    run = make_run(tmp_path / "runs", minute=1, digest="aa", is_finished=False)
    run.manifest_path.write_text("{", encoding="utf-8")
    assert traces(dataset, runs=tmp_path / "runs").paths == (dataset.root, run.root)
    run.started.write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match="damaged"):
        traces(dataset, runs=tmp_path / "runs")
