"""The demo keeps to a folder of its own, and what it says to do next works."""

import re
import shlex
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from persona import demo
from persona.cli import app
from persona.folders import RunDir


@pytest.mark.parametrize("options", [[], ["--out", "my demo"]])
def test_the_demo_touches_no_dataset_of_ones_own_and_names_its_folders_in_what_comes_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(demo, "_train", lambda *_, runs: RunDir(runs / "a"))
    monkeypatch.setattr(demo, "judge_run", lambda *_: SimpleNamespace())
    monkeypatch.setattr(demo, "show_report", lambda *_, as_json: None)
    result = CliRunner().invoke(app, ["demo", *options])
    assert result.exit_code == 0, result.stderr
    folder = Path(options[1] if options else "demo")
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]
    commands = [shlex.split(each) for each in re.findall(r"next: (.*)", result.stderr)]
    assert [command[1] for command in commands] == ["chat", "app"]
    for command in commands:
        assert command[2:] == ["--runs", str(folder / "runs"), "--data", str(folder / "dataset")]
