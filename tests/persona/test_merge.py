"""Merging: the folder answers as base plus adapter did, or it is not written."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from persona import merge as merging
from persona.chat import open_base, open_persona
from persona.config import ChatConfig, Config, TrainConfig
from persona.errors import ModelError
from persona.folders import DatasetDir, RunDir, write_json
from persona.merge import merge

pytestmark = pytest.mark.slow

pytest.importorskip("trl")


@pytest.fixture
def run(make_dataset: Callable[..., DatasetDir], tiny_base: Path, tmp_path: Path) -> RunDir:
    from persona.train import train

    config = Config(train=TrainConfig(base=str(tiny_base), learning_rate=1e-2))
    now = datetime(2024, 5, 1, tzinfo=UTC)
    return train(make_dataset(), config, runs=tmp_path / "runs", name="a", now=now)


def test_the_merged_model_says_what_the_persona_says(
    run: RunDir, tmp_path: Path, kit: SimpleNamespace
) -> None:
    merged = merge(run, tmp_path / "merged")
    assert merged.difference < 1e-4
    cold = ChatConfig(temperature=0, max_new_tokens=12)
    persona = open_persona(run, sampling=cold)
    alone = open_base(merged.folder, sampling=cold)
    turns = kit.chat("tea", "rain", "bus?")
    assert alone.reply(turns, arm="base") == persona.reply(turns, arm="adapter")
    assert alone.reply(turns, arm="base") != persona.reply(turns, arm="base")
    assert "AI imitation" in (tmp_path / "merged" / "README.md").read_text(encoding="utf-8")


def test_a_merge_that_answers_differently_is_not_written(
    run: RunDir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(merging.MOST_DIFFERENCE, "float32", -1.0)
    with pytest.raises(ModelError, match="not written"):
        merge(run, tmp_path / "merged")
    assert [path.name for path in tmp_path.iterdir() if "merged" in path.name] == []


def test_4_bit_weights_and_taken_folders_are_refused(run: RunDir, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="4-bit weights cannot be merged into"):
        merge(run, tmp_path / "merged", base="unsloth/Qwen3-8B-unsloth-bnb-4bit")
    with pytest.raises(ModelError, match="exists already"):
        merge(run, run.root)


def test_a_4_bit_run_is_merged_into_its_16_bit_base(run: RunDir, tmp_path: Path) -> None:
    copy = RunDir(tmp_path / "20240501T000000Z-copy")
    shutil.copytree(run.root, copy.root)
    write_json(copy.manifest_path, {**run.manifest(), "merge_into": "nobody/sixteen-bit"})
    with pytest.raises(ModelError, match="nobody/sixteen-bit: not in the local cache"):
        merge(copy, tmp_path / "merged")
