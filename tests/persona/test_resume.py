"""What a run was begun with stays in force: asked to go on with anything else, it refuses."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from persona.cli import app
from persona.config import Config, TrainConfig, dump_config
from persona.data import write_private
from persona.folders import DatasetDir, RunDir, new_run, write_json
from persona.resume import data_of, run_to_resume

FINISHED = {
    "data_sha256": "aa" * 32,
    "best_valid_loss": 2.5,
    "steps": 9,
    "seconds": 3.0,
    "startup_seconds": 1.0,
}
BEGUN = Config(seed=3, train=TrainConfig(base="tiny", backend="hf", epochs=2, lora_r=8))


def make_run(
    runs: Path, *, config: Config = BEGUN, digest: str = "aa" * 32, day: int = 2
) -> RunDir:
    run = new_run(runs, name="persona", now=datetime(2026, 1, day, tzinfo=UTC))
    write_private(run.config, dump_config(config))
    write_json(run.started, {"data_sha256": digest, "dataset": "/home/ana/first"})
    return run


def make_dataset(root: Path, *, digest: str = "aa" * 32) -> DatasetDir:
    root.mkdir()
    write_json(DatasetDir(root).manifest_path, {"subject": "Ana", "data_sha256": digest})
    return DatasetDir(root)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in with a dataset and, finished, a run on it."""
    monkeypatch.chdir(tmp_path)
    make_dataset(tmp_path / "dataset")
    write_json(make_run(tmp_path / "runs").manifest_path, FINISHED)
    return tmp_path


def resume(*options: str) -> tuple[int, str]:
    """Exit status and standard error of `persona train --resume`."""
    result = CliRunner().invoke(app, ["train", "--resume", *options])
    return result.exit_code, result.stderr


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--base", "someone/model"), "train.base is someone/model and was tiny"),
        (("--seed", "5"), "seed is 5 and was 3"),
        (("--set", "train.epochs=4"), "train.epochs is 4.0 and was 2.0"),
        (("--set", "train={lora_r=16}"), "train.lora_r is 16 and was 8"),
        (("--set", "train.max_length=64"), "train.max_length is 64 and was unset"),
        (("--set", "chat.top_p=0.5"), "chat.top_p is 0.5 and was 0.9"),
    ],
)
def test_a_setting_that_is_not_the_one_the_run_began_with_is_refused(
    folder: Path, options: tuple[str, ...], told: str
) -> None:
    status, stderr = resume(*options)
    (line,) = stderr.splitlines()
    assert status == 1
    assert line.startswith("error: ")
    assert "20260102T000000Z-persona" in line
    assert told in line
    assert line.endswith("leave it out to go on, or begin a new run under another --name")


def test_a_default_said_aloud_is_a_setting_like_any_other(folder: Path) -> None:
    assert "seed is 0 and was 3" in resume("--seed", "0")[1]


def test_several_settings_that_differ_are_told_together(folder: Path) -> None:
    _, stderr = resume("--seed", "5", "--set", "train.lora_r=16", "--set", "train.epochs=2")
    assert "seed is 5 and was 3, train.lora_r is 16 and was 8; leave them out to go on" in stderr


def test_a_file_named_by_config_is_held_to_what_the_run_began_with(folder: Path) -> None:
    (folder / "other.toml").write_text("[train]\nlora_r = 32\n", encoding="utf-8")
    status, stderr = resume("--config", "other.toml")
    assert (status, "train.lora_r is 32 and was 8" in stderr) == (1, True)


def test_what_the_run_began_with_may_be_said_again(folder: Path) -> None:
    (folder / "same.toml").write_text(dump_config(BEGUN), encoding="utf-8")
    options = ("--config", "same.toml", "--base", "tiny", "--seed", "3", "--set", "train.epochs=2")
    status, stderr = resume(*options, "--data", str(folder / "dataset"))
    assert status == 0
    assert "finished already, nothing to resume" in stderr


def test_what_was_left_to_choose_may_be_left_again(folder: Path) -> None:
    assert resume("--base", "auto", "--set", "train.backend=auto")[0] == 0


def test_a_base_s_folder_may_be_named_from_anywhere(folder: Path) -> None:
    (folder / "model").mkdir()
    config = Config(train=TrainConfig(base=str((folder / "model").resolve())))
    write_json(make_run(folder / "others", config=config).manifest_path, FINISHED)
    assert resume("--runs", "others", "--base", "./model")[0] == 0


def test_settings_that_lie_in_the_folder_are_not_asked_for(folder: Path) -> None:
    (folder / "persona.toml").write_text("[train]\nlora_r = 32\n", encoding="utf-8")
    assert resume()[0] == 0


def test_consent_may_be_given_later(folder: Path) -> None:
    assert resume("--consent")[0] == 0


@pytest.mark.parametrize("is_finished", [True, False])
def test_another_dataset_is_refused_with_the_folder_the_run_began_on(
    folder: Path, is_finished: bool
) -> None:
    make_dataset(folder / "second", digest="bb" * 32)
    if not is_finished:
        (folder / "runs" / "20260102T000000Z-persona" / "manifest.json").unlink()
    status, stderr = resume("--data", "second")
    (line,) = stderr.splitlines()
    assert status == 1
    assert "second (data bbbbbbbbbbbb) is not what it began on" in line
    assert "/home/ana/first (data aaaaaaaaaaaa)" in line
    assert line.endswith("give that with --data, or begin a new run under another --name")


def test_a_run_goes_on_with_its_own_dataset_where_none_is_asked_for(folder: Path) -> None:
    (folder / "runs" / "20260102T000000Z-persona" / "manifest.json").unlink()
    second = make_dataset(folder / "second", digest="bb" * 32)
    run = RunDir(folder / "runs" / "20260102T000000Z-persona")
    write_json(run.started, {"data_sha256": "bb" * 32, "dataset": str(second.root)})
    assert data_of(run, DatasetDir(folder / "dataset")) == second
    status, stderr = resume("--data", "dataset")  # the default, but asked for
    assert (status, "is not what it began on" in stderr) == (1, True)


def test_a_dataset_that_was_moved_is_looked_for_where_datasets_are(folder: Path) -> None:
    run = RunDir(folder / "runs" / "20260102T000000Z-persona")
    assert data_of(run, DatasetDir(folder / "dataset")).root == folder / "dataset"
    assert data_of(run, DatasetDir(folder / "none")).root == Path("/home/ana/first")


@pytest.mark.parametrize("named", ["20260101T000000Z-persona", "runs/20260101T000000Z-persona"])
@pytest.mark.parametrize("option", [(), ("--name",)])
def test_an_older_run_of_the_same_name_is_found_by_its_folder(
    folder: Path, named: str, option: tuple[str, ...]
) -> None:
    older = make_run(folder / "runs", day=1)
    assert run_to_resume(folder / "runs", "persona").root.name.startswith("20260102")
    status, stderr = resume(*option, named, "--seed", "5")
    assert (status, f"{older.root.name}: seed is 5 and was 3" in stderr) == (1, True)


def test_an_older_run_says_how_it_goes_on_and_not_how_the_newest_does(folder: Path) -> None:
    older, newest = make_run(folder / "runs", day=1), make_run(folder / "runs", day=3)
    assert older.resume_command().startswith("persona train --resume 20260101T000000Z-persona")
    assert newest.resume_command().startswith("persona train --resume --name persona")


def test_a_folder_that_is_no_run_is_not_gone_on_with(folder: Path) -> None:
    status, stderr = resume(str(folder / "dataset"))
    assert (status, "no run called" in stderr) == (1, True)


def test_a_run_without_resume_is_wrong_usage(folder: Path) -> None:
    result = CliRunner().invoke(app, ["train", "20260102T000000Z-persona"])
    assert (result.exit_code, "--resume" in result.stderr) == (2, True)


def test_a_dry_run_looks_at_the_run_that_would_go_on(folder: Path) -> None:
    assert resume("--dry-run") == (
        0,
        "runs/20260102T000000Z-persona: finished already, nothing to resume\n",
    )
    assert "seed is 5 and was 3" in resume("--dry-run", "--seed", "5")[1]
    assert "no run called 'other'" in resume("--dry-run", "--name", "other")[1]


def test_a_dry_run_refuses_the_names_that_a_run_cannot_have(folder: Path) -> None:
    result = CliRunner().invoke(app, ["train", "--dry-run", "--name", "../evil"])
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "--name '../evil': a run's name is letters" in result.stderr
