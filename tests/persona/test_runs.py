"""The inside of a run folder: its lock, its metric lines, its checkpoints."""

import re
from pathlib import Path

import pytest

from persona.errors import ConfigError, ModelError
from persona.folders import RunDir, check_name, find_run, runs_named, write_json
from persona.runs import (
    COMPLETE,
    append_metric,
    drop_incomplete,
    last_checkpoint,
    lock,
    need_space,
    read_metrics,
    trim_metrics,
)


@pytest.fixture
def run(tmp_path: Path) -> RunDir:
    run = RunDir(tmp_path / "20240101T000000Z-a")
    run.checkpoints.mkdir(parents=True)
    return run


def checkpoint(run: RunDir, step: int, *, complete: bool = True) -> Path:
    folder = run.checkpoints / f"checkpoint-{step}"
    folder.mkdir()
    if complete:
        (folder / COMPLETE).touch()
    return folder


def test_only_the_runs_of_that_very_name_are_found(tmp_path: Path) -> None:
    for name in ("20240101T000000Z-a", "20240102T000000Z-AZ-a", "20240103T000000Z-a b"):
        (tmp_path / name).mkdir()
    assert [run.root.name for run in runs_named("a", runs=tmp_path)] == ["20240101T000000Z-a"]


def test_a_name_means_the_newest_run_called_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first, second, other = (
        Path("runs") / name
        for name in ("20240101T000000Z-jule", "20240102T000000Z-jule", "20240103T000000Z-ana")
    )
    for folder in (first, second, other, Path("jule")):  # the last one holds her logs
        folder.mkdir(parents=True)
    assert find_run("jule").root == second
    assert find_run(first.name).root == first
    assert find_run(str(first)).root == first
    assert find_run("./jule").root == Path("jule")
    monkeypatch.chdir(first)
    assert find_run(".", runs=tmp_path / "runs").root == Path()
    with pytest.raises(ModelError, match="no such run"):
        find_run("jul", runs=tmp_path / "runs")


@pytest.mark.parametrize("name", ["../a", "a/b", "*", "", " a", "a\n"])
def test_a_name_that_would_leave_the_folder_of_runs_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="--name"):
        check_name(name)


def test_two_processes_cannot_train_one_run(run: RunDir) -> None:
    with lock(run), pytest.raises(ModelError, match="another process"), lock(run):
        pass


def test_the_lock_is_free_again_afterwards(run: RunDir) -> None:
    for _ in range(2):
        with lock(run):
            pass


def test_metric_lines_come_back_in_order(run: RunDir) -> None:
    for step in (1, 2):
        append_metric(run, {"step": step, "loss": 0.5})
    assert [line["step"] for line in read_metrics(run)] == [1, 2]


def test_a_line_cut_short_by_a_kill_is_left_out(run: RunDir) -> None:
    append_metric(run, {"step": 1, "loss": 0.5})
    with run.metrics.open("ab") as out:
        out.write(b'{"step": 2, "lo')
    assert [line["step"] for line in read_metrics(run)] == [1]


def test_lines_past_the_checkpoint_are_trimmed(run: RunDir) -> None:
    for step in (1, 2, 3):
        append_metric(run, {"step": step, "loss": 0.5})
    trim_metrics(run, step=2)
    assert [line["step"] for line in read_metrics(run)] == [1, 2]


def test_the_newest_checkpoint_is_by_number_not_by_name(run: RunDir) -> None:
    for step in (9, 10):
        checkpoint(run, step)
    assert last_checkpoint(run) == run.checkpoints / "checkpoint-10"


def test_a_checkpoint_that_a_kill_cut_short_does_not_count(run: RunDir) -> None:
    whole = checkpoint(run, 1)
    torn = checkpoint(run, 2, complete=False)
    assert last_checkpoint(run) == whole
    drop_incomplete(run)
    assert not torn.exists()
    assert whole.exists()


def test_a_full_disk_is_told_before_it_is_full(run: RunDir) -> None:
    need_space(run.root, size=1)
    with pytest.raises(ModelError, match="no space left"):
        need_space(run.root, size=10**18)


@pytest.mark.parametrize(
    ("runs", "data", "told"),
    [
        ("runs", None, ""),
        ("runs", "dataset", ""),
        ("runs", "of jule", " --data '{here}/of jule'"),
        ("old", "dataset", " --runs old"),
    ],
)
def test_an_unfinished_run_says_the_whole_command_that_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runs: str, data: str | None, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    run = RunDir(Path(runs) / "20261126T132741Z-my-run")
    run.root.mkdir(parents=True)
    if data:
        write_json(run.started, {"dataset": str(tmp_path / data)})
    command = "`persona train --resume --name my-run" + told.format(here=tmp_path) + "`"
    with pytest.raises(ModelError, match=re.escape(command)):
        run.manifest()
