"""One of something is not several."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from persona.cli import app
from persona.config import TrainConfig
from persona.counted import counted
from persona.presets import settle


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (counted(1, "file"), "1 file"),
        (counted(0, "reply"), "0 replies"),
        (counted(1200, "day"), "1,200 days"),
        (counted(1.0, "epoch"), "1 epoch"),
        (counted(0.5, "epoch"), "0.5 epochs"),
        (counted(1, "other person", "other people"), "1 other person"),
        (counted(2, "other person", "other people"), "2 other people"),
    ],
)
def test_a_count_agrees_with_its_noun(found: str, expected: str) -> None:
    assert found == expected


def test_one_message_in_a_file_is_one_message(tmp_path: Path) -> None:
    chat = tmp_path / "chat.jsonl"
    chat.write_text('{"sender": "Ann", "text": "hi", "time": "2024-01-02T03:04:05Z"}\n')

    told = CliRunner().invoke(app, ["parse", str(chat)]).stderr

    assert told.rstrip().endswith(": 1 message")


def test_one_epoch_is_one_epoch() -> None:
    config = TrainConfig(epochs=1, batch_size=1)
    _, reason = settle(config, turns=900, parameters=10**9, max_length=512)
    assert "1 epoch, 1 example a step" in reason
