"""`persona ab` as a user meets it: a sheet and its key, then the judges' answers."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.replies import ReplyRow
from persona.cli import app
from persona.data import Turn, Utterance, write_jsonl
from persona.folders import write_json


@pytest.fixture
def options(tmp_path: Path) -> list[str]:
    run, data = tmp_path / "runs" / "r", tmp_path / "dataset"
    (run / "eval").mkdir(parents=True)
    data.mkdir()
    write_json(data / "manifest.json", {"subject": "Mo"})
    write_jsonl(data / "others.jsonl", [Utterance("x", "Ana", None, "hello there", ())])
    rows = [
        ReplyRow(arm=arm, conversation=f"c{n}", prompt=(Turn("user", f"q {n}"),), text=f"{arm} {n}")
        for arm in ("adapter", "person")
        for n in range(20)
    ]
    write_jsonl(run / "eval" / "replies.jsonl", rows)
    return ["ab", str(run), "--data", str(data), "--json"]


def test_sheet_is_written_once_and_answers_are_reported(options: list[str], tmp_path: Path) -> None:
    made = json.loads(CliRunner().invoke(app, options).stdout)
    assert made["trials"] == 20
    assert made["seal"] in Path(made["sheet"]).read_text(encoding="utf-8")
    assert Path(made["key"]).stat().st_mode & 0o777 == 0o600
    saved = tmp_path / "answers.json"
    answers = {str(number): "A" for number in range(1, 21)}
    saved.write_text(json.dumps({"sheet": made["seal"], "judge": "self", "answers": answers}))
    result = CliRunner().invoke(app, [*options, "--answers", str(saved)])
    (verdict,) = json.loads(result.stdout)["verdicts"]
    assert verdict["clone"]["choices"] == 13
    shown = CliRunner().invoke(app, [*options[:-1], "--answers", str(saved)])
    assert "the real Mo was recognised" in shown.stdout


def made(options: list[str]) -> dict[str, str]:
    """What `persona ab --json` told about the sheet it wrote."""
    told: dict[str, str] = json.loads(CliRunner().invoke(app, options).stdout)
    return told


def saved_by(path: Path, sheet: dict[str, str], side: str) -> str:
    """A judge's file that gives every trial the same side."""
    answers = {str(number): side for number in range(1, 21)}
    path.write_text(json.dumps({"sheet": sheet["seal"], "judge": "self", "answers": answers}))
    return str(path)


def test_a_second_sheet_leaves_the_first_readable(options: list[str], tmp_path: Path) -> None:
    sheets = made(options), made(options)
    assert len({sheet[name] for sheet in sheets for name in ("sheet", "key")}) == 4
    files = [saved_by(tmp_path / f"{number}.json", sheets[number], "A") for number in (0, 1)]
    for sheet, path in zip(sheets, files, strict=True):
        result = CliRunner().invoke(app, [*options, "--answers", path])
        assert json.loads(result.stdout)["seal"] == sheet["seal"]
    both = CliRunner().invoke(app, [*options, "--answers", files[0], "--answers", files[1]])
    (line,) = both.stderr.splitlines()
    assert both.exit_code == 1
    assert line.endswith("read each sheet's answers alone")


def test_answers_to_no_sheet_of_the_run_are_told_which_it_has(
    options: list[str], tmp_path: Path
) -> None:
    seal = made(options)["seal"]
    path = saved_by(tmp_path / "a.json", {"seal": "f" * 64}, "A")
    result = CliRunner().invoke(app, [*options, "--answers", path])
    assert result.exit_code == 1
    assert result.stderr.endswith(f"which has {seal[:8]}\n")


def test_a_file_given_twice_is_said_to_count_once(options: list[str], tmp_path: Path) -> None:
    path = saved_by(tmp_path / "a.json", made(options), "B")
    twice = ["--answers", path, "--answers", path]
    told = json.loads(CliRunner().invoke(app, [*options, *twice]).stdout)
    assert (told["repeated"], told["verdicts"][0]["judges"]) == ([path], 1)
    shown = CliRunner().invoke(app, [*options[:-1], *twice]).stdout
    assert f"{path}: the same answers as in a file before it, counted once" in shown


def test_answers_without_a_sheet_say_how_to_make_one(options: list[str], tmp_path: Path) -> None:
    result = CliRunner().invoke(app, [*options, "--answers", str(tmp_path / "none.json")])
    assert result.exit_code == 1
    assert "write a sheet with `persona ab`" in result.stderr


def test_a_run_that_was_not_evaluated_is_told_to_be(options: list[str]) -> None:
    (Path(options[1]) / "eval" / "replies.jsonl").unlink()
    result = CliRunner().invoke(app, options)
    assert result.exit_code == 1
    assert "run `persona eval` first" in result.stderr


def test_an_arm_that_the_run_has_not_is_told_with_those_it_has(options: list[str]) -> None:
    result = CliRunner().invoke(app, [*options, "--arm", "foo"])
    (line,) = result.stderr.splitlines()
    assert result.exit_code == 1
    assert line.startswith("error: --arm foo: ")
    assert line.endswith("has no such arm; it has adapter")
