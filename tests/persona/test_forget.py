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
    runs: Path,
    *,
    minute: int,
    digest: str,
    subject: str = "Ana",
    is_finished: bool = True,
    begun_on: Path | None = None,
) -> RunDir:
    run = new_run(runs, name="ana", now=datetime(2026, 1, 2, 3, minute, tzinfo=UTC))
    origin = {"data_sha256": digest, "subject": subject}
    if is_finished:
        write_json(run.manifest_path, origin)
    if begun_on or not is_finished:
        write_json(run.started, {**origin, **({"dataset": str(begun_on)} if begun_on else {})})
    return run


def forget(folder: Path | str, runs: Path, *options: str) -> Result:
    arguments = ["forget", str(folder), "--runs", str(runs), *options]
    return CliRunner().invoke(app, arguments)


def test_erasing_takes_the_dataset_and_every_run_on_it(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    dataset = make_dataset(tmp_path / "dataset", digest="aa")
    finished = make_run(runs, minute=1, digest="aa")
    other = make_run(runs, minute=2, digest="bb")
    unfinished = make_run(runs, minute=3, digest="aa", is_finished=False)
    erase(traces(dataset.root, runs=runs))
    assert [path.exists() for path in (dataset.root, finished.root, unfinished.root)] == [False] * 3
    assert find_run(None, runs=runs).root == other.root


def test_runs_trained_before_the_logs_were_ingested_anew_go_too(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    dataset = make_dataset(tmp_path / "dataset", digest="cc", earlier=["aa", "bb"])
    earlier = [make_run(runs, minute=1, digest="aa"), make_run(runs, minute=2, digest="bb")]
    unfinished = make_run(runs, minute=3, digest="aa", is_finished=False)
    other = make_run(runs, minute=4, digest="dd")
    erase(traces(dataset.root, runs=runs))
    assert not any(run.root.exists() for run in (*earlier, unfinished))
    assert other.root.exists()


def test_a_run_that_never_got_to_its_data_stays(tmp_path: Path) -> None:
    dataset = make_dataset(tmp_path / "dataset", digest="cc")
    run = new_run(tmp_path / "runs", name="ana", now=datetime(2026, 1, 2, tzinfo=UTC))
    assert traces(dataset.root, runs=tmp_path / "runs").paths == (dataset.root,)
    assert run.root.exists()


def test_everything_is_named_before_it_is_erased_and_every_run_that_stays_too(
    tmp_path: Path,
) -> None:
    runs = tmp_path / "runs"
    dataset = make_dataset(tmp_path / "dataset", digest="cc", earlier=["aa"])
    hers = make_dataset(tmp_path / "hers", digest="ff", earlier=["dd"])
    earlier = make_run(runs, minute=1, digest="aa")
    same = make_run(runs, minute=2, digest="dd", begun_on=hers.root)
    replaced = make_run(runs, minute=3, digest="ee", subject="Ben", begun_on=dataset.root)
    unknown = make_run(runs, minute=4, digest="ee", subject="Ben")
    begun = new_run(runs, name="ana", now=datetime(2026, 1, 2, 4, tzinfo=UTC))
    result = forget(dataset.root, runs, "--yes")
    assert result.exit_code == 0
    assert [line.strip() for line in result.stderr.splitlines()][:-1] == [
        str(dataset.root),
        str(earlier.root),
        f"stays: {same.root}: imitates Ana too; its dataset is {hers.root}",
        f"stays: {replaced.root}: imitates Ben; its dataset is not in {dataset.root} any more",
        f"stays: {unknown.root}: imitates Ben; its dataset is not known",
        f"stays: {begun.root}: does not tell whom it imitates",
        "a run that stays is erased alone with `persona forget RUN_FOLDER`",
    ]
    assert result.stdout.splitlines() == [f"erased: {dataset.root}", f"erased: {earlier.root}"]
    assert all(run.root.exists() for run in (same, replaced, unknown, begun))


def test_what_cannot_be_known_is_told_at_the_end(tmp_path: Path) -> None:
    dataset = make_dataset(tmp_path / "dataset", digest="aa")
    last = forget(dataset.root, tmp_path / "runs", "--yes").stderr.splitlines()[-1]
    assert "persona merge --out" in last
    assert "persona eval --out" in last


@pytest.mark.parametrize("is_finished", [True, False])
@pytest.mark.parametrize("by_name", [True, False])
def test_a_run_is_erased_alone_by_its_folder_or_its_name(
    tmp_path: Path, *, is_finished: bool, by_name: bool
) -> None:
    runs = tmp_path / "runs"
    dataset = make_dataset(tmp_path / "dataset", digest="aa")
    left = make_run(runs, minute=1, digest="aa")
    run = make_run(runs, minute=2, digest="aa", is_finished=is_finished)
    elsewhere = runs if by_name else tmp_path
    result = forget(run.root.name if by_name else run.root, elsewhere, "--yes")
    assert result.stderr.splitlines()[0].strip() == str(run.root)
    assert result.stdout == f"erased: {run.root}\n"
    assert not run.root.exists()
    assert dataset.root.exists()
    assert find_run(None, runs=runs).root == left.root


def test_a_run_that_was_moved_is_erased_and_a_project_with_settings_in_it_is_not(
    tmp_path: Path,
) -> None:
    for name in ("persona.toml", "started.json"):
        (tmp_path / "moved").mkdir(exist_ok=True)
        (tmp_path / "moved" / name).write_text("{}", encoding="utf-8")
    assert traces(tmp_path / "moved", runs=tmp_path).paths == (tmp_path / "moved",)
    (tmp_path / "site").mkdir()
    for name in ("persona.toml", "manifest.json"):
        (tmp_path / "site" / name).write_text("{}", encoding="utf-8")
    with pytest.raises(DataError, match="is no dataset"):
        traces(tmp_path / "site", runs=tmp_path)


@pytest.mark.parametrize("manifest", [None, "{"])
def test_a_half_written_dataset_is_erased_and_its_runs_are_named(
    tmp_path: Path, manifest: str | None
) -> None:
    dataset = make_dataset(tmp_path / "dataset", digest="aa")
    run = make_run(tmp_path / "runs", minute=1, digest="aa", begun_on=dataset.root)
    dataset.manifest_path.unlink()
    for path in (dataset.train, dataset.reference):
        path.touch()
    if manifest:
        dataset.manifest_path.write_text(manifest, encoding="utf-8")
    result = forget(dataset.root, tmp_path / "runs", "--yes")
    assert result.stdout == f"erased: {dataset.root}\n"
    assert f"stays: {run.root}: imitates Ana; " in result.stderr
    assert not dataset.root.exists()


def test_nothing_points_at_a_run_after_the_last_one_is_erased(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    dataset = make_dataset(tmp_path / "dataset", digest="aa")
    make_run(runs, minute=1, digest="aa")
    erase(traces(dataset.root, runs=runs))
    with pytest.raises(ModelError, match="no run yet"):
        find_run(None, runs=runs)


@pytest.mark.parametrize("name", ["WhatsApp Chat.txt", "train.jsonl"])
def test_a_folder_that_is_no_dataset_is_not_erased_and_what_to_do_with_it_is_told(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text("mine", encoding="utf-8")
    with pytest.raises(DataError, match=f"is no dataset; .*`persona ingest {tmp_path}`"):
        traces(tmp_path, runs=tmp_path / "runs")


def test_files_beside_a_half_written_dataset_keep_it_from_being_erased(tmp_path: Path) -> None:
    for name in ("reference.jsonl", "thesis.txt"):
        (tmp_path / name).write_text("mine", encoding="utf-8")
    with pytest.raises(DataError, match="is no dataset"):
        traces(tmp_path, runs=tmp_path / "runs")


def test_where_the_dataset_is_gone_already_the_way_to_the_runs_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="`persona runs` lists the runs, and `persona forget RUN"):
        traces(tmp_path / "dataset", runs=tmp_path / "runs")


def test_where_nobody_can_be_asked_nothing_is_erased_and_the_status_says_so(
    tmp_path: Path,
) -> None:
    dataset = make_dataset(tmp_path / "dataset", digest="aa")
    result = forget(dataset.root, tmp_path / "runs")
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
    assert traces(dataset.root, runs=tmp_path / "runs").paths == (dataset.root, run.root)
    run.started.write_text("{", encoding="utf-8")
    found = traces(dataset.root, runs=tmp_path / "runs")
    assert found.staying == ((run.root, "does not tell whom it imitates"),)
    assert traces(run.root, runs=tmp_path / "runs").paths == (run.root,)


def test_a_finished_run_goes_though_what_it_began_with_is_damaged(tmp_path: Path) -> None:
    dataset = make_dataset(tmp_path / "dataset", digest="aa")
    run = make_run(tmp_path / "runs", minute=1, digest="aa")
    run.started.write_text("{", encoding="utf-8")
    assert traces(dataset.root, runs=tmp_path / "runs").paths == (dataset.root, run.root)
