"""The script that made the bundled model, run for seconds on composed dialogues."""

import argparse
import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from persona.tiny import MODEL_DIR
from persona.tiny.evaluate import load
from persona.tiny.recipe import RECIPES
from persona.tiny.train import train

pytestmark = pytest.mark.slow
DIALOGUES = MODEL_DIR.parent / "dialogues" / "situations.txt"


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RECIPES, "laptop", replace(RECIPES["laptop"], step_tokens=1024))


def run(folder: Path, *, minutes: float) -> dict[str, float]:
    threads = torch.get_num_threads()
    arguments = argparse.Namespace(
        data=[DIALOGUES],
        out=folder / "model",
        work=folder / "work",
        minutes=minutes,
        seed=0,
        recipe="laptop",
    )
    train(arguments)
    torch.set_num_threads(threads)
    facts: dict[str, float] = json.loads((folder / "model" / "training.json").read_text())
    return facts


def test_run_writes_a_loadable_model_and_a_longer_one_goes_on_from_its_constant_rate(
    tmp_path: Path,
) -> None:
    first = run(tmp_path, minutes=0.2)
    model, tokenizer = load(tmp_path / "model")
    assert model.config.eos_token_id == tokenizer.eos_token_id
    assert not (tmp_path / "work" / "decay.pt").exists()
    second = run(tmp_path, minutes=0.4)
    assert second["step"] > first["step"]
    assert second["decay_from"] > first["decay_from"]
