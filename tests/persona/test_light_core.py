"""Without the extras a command that needs one names it in one line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import persona
from persona.config import Config, dump_config
from persona.data import write_private
from persona.folders import LATEST, RunDir, write_json

LEFT_OUT = "torch transformers peft trl datasets"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a finished run in it, and with a dataset of one example."""
    example = b'{"id":"1","prompt":[{"role":"user","content":"hi"}],"completion":"hello"}\n'
    (tmp_path / "dataset").mkdir()
    for name in ("train", "valid", "test", "reference", "others"):
        write_private(tmp_path / "dataset" / f"{name}.jsonl", example)
    about = {"subject": "Ana", "data_sha256": "aa", "base": "tiny"}
    write_json(tmp_path / "dataset" / "manifest.json", about)
    run = RunDir(tmp_path / "runs" / "20260102T000000Z-ana")
    run.adapter.mkdir(parents=True)
    write_json(run.manifest_path, about)
    write_private(run.config, dump_config(Config()))
    write_private(tmp_path / "runs" / LATEST, run.root.name)
    return tmp_path


def run_light(folder: Path, *arguments: str, without: str = LEFT_OUT) -> tuple[int, str]:
    """Exit status and standard error of `persona` where those modules cannot be imported."""
    code = (
        f"import sys\nfor name in {without.split()}: sys.modules[name] = None\n"
        "from persona.cli import main; main()"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(persona.__file__).parent.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    return result.returncode, result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("train",),
        ("train", "--dry-run"),
        ("merge", "--out", "merged"),
        ("chat",),
        ("demo", "--out", "new"),
    ],
)
def test_a_command_that_needs_torch_names_the_extra(
    folder: Path, arguments: tuple[str, ...]
) -> None:
    before = sorted(folder.rglob("*"))
    status, stderr = run_light(folder, *arguments)
    assert status == 1
    assert stderr.splitlines()[-1] == (
        f"error: `persona {arguments[0]}` needs the 'train' extra, which is not installed here: "
        "run `pip install -e '.[train]'` in the clone"
    )
    assert sorted(folder.rglob("*")) == before


def test_another_missing_module_stays_a_bug(folder: Path) -> None:
    status, stderr = run_light(folder, "demo", without="persona.demo")
    assert status == 1
    assert "a bug of ours (ModuleNotFoundError)" in stderr
