"""What the trainers do when memory runs out: smaller micro-batches, the same losses."""

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from persona.config import Config, TrainConfig
from persona.errors import ModelError
from persona.folders import DatasetDir, RunDir
from persona.runs import read_metrics

pytestmark = pytest.mark.slow

torch = pytest.importorskip("torch")
pytest.importorskip("trl")


@pytest.fixture
def train_once(
    make_dataset: Callable[..., DatasetDir], tiny_base: Path, tmp_path: Path
) -> Callable[..., RunDir]:
    from persona.train import train

    dataset = make_dataset()

    def once(name: str, notes: list[str] | None = None, **settings: Any) -> RunDir:
        wanted = {"learning_rate": 5e-3, "batch_size": 24, "epochs": 1, "lora_dropout": 0.0}
        config = Config(train=TrainConfig(base=str(tiny_base), **{**wanted, **settings}))
        now = datetime(2024, 5, 1, tzinfo=UTC)
        heard = [] if notes is None else notes
        return train(dataset, config, runs=tmp_path / "runs", name=name, now=now, note=heard.append)

    return once


def losses(run: RunDir) -> list[float]:
    return [line["loss"] for line in read_metrics(run) if "loss" in line]


def short_of_memory(monkeypatch: pytest.MonkeyPatch, *, tokens: int) -> list[int]:
    """Has every training micro-batch of more tokens fail as a full GPU does; the sizes tried."""
    from persona.backends import trainer

    tried: list[int] = []
    original = trainer.token_nll

    def nll(model: Any, batch: dict[str, Any]) -> Any:
        tried.append(batch["input_ids"].numel())
        if tried[-1] > tokens:
            raise torch.OutOfMemoryError("pretended")
        return original(model, batch)

    monkeypatch.setattr(trainer, "token_nll", nll)
    return tried


def test_a_micro_batch_that_does_not_fit_is_halved_and_the_losses_stay(
    train_once: Callable[..., RunDir], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = losses(train_once("whole"))
    tried = short_of_memory(monkeypatch, tokens=150)
    notes = list[str]()
    assert losses(train_once("short", notes)) == pytest.approx(whole, rel=1e-4)
    assert "out of memory: going on with micro-batches of" in notes[0]
    assert max(tried) > 150  # it was really tried, and only at the beginning
    assert all(size <= 150 for size in tried[len(tried) // 2 :])


def test_an_example_that_does_not_fit_alone_says_what_to_lower(
    train_once: Callable[..., RunDir], monkeypatch: pytest.MonkeyPatch
) -> None:
    short_of_memory(monkeypatch, tokens=10)
    with pytest.raises(ModelError, match=r"lower train.max_length, choose a smaller --base"):
        train_once("hopeless")


def test_validation_that_does_not_fit_is_done_in_smaller_parts(
    train_once: Callable[..., RunDir], monkeypatch: pytest.MonkeyPatch
) -> None:
    from persona.backends import scoring

    whole = [line["valid_loss"] for line in read_metrics(train_once("a")) if "valid_loss" in line]
    original = scoring.collate

    def collate(sequences: Any, device: Any) -> Any:
        batch = original(sequences, device)
        if batch["input_ids"].numel() > 150:
            raise torch.OutOfMemoryError("pretended")
        return batch

    monkeypatch.setattr(scoring, "collate", collate)
    parts = [line["valid_loss"] for line in read_metrics(train_once("b")) if "valid_loss" in line]
    assert parts == pytest.approx(whole, rel=1e-5)


def test_a_4_bit_base_is_trained_on_a_cpu_and_its_adapter_opens_again(
    train_once: Callable[..., RunDir],
) -> None:
    from persona.chat import open_persona
    from persona.data import Turn

    run = train_once("nf4", quantization="nf4", learning_rate=1e-2, epochs=2)
    assert run.manifest()["quantization"] == "nf4"
    assert losses(run)[-1] < losses(run)[0]
    assert isinstance(open_persona(run).reply([Turn("user", "tea")]), str)


def test_importing_the_backend_prints_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import persona.backends.hf"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("", "")
