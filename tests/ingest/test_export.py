"""The same rows for other trainers."""

import json
from pathlib import Path

import pytest

from ingest.export import write_also
from persona.data import Example, Turn, write_jsonl
from persona.errors import ConfigError, DataError
from persona.folders import DatasetDir

ROW = Example(
    "c",
    "chat",
    None,
    (Turn("system", "S"), Turn("user", "a"), Turn("assistant", "b"), Turn("user", "c")),
    (Turn("assistant", "d"),),
)


@pytest.fixture
def dataset(tmp_path: Path) -> DatasetDir:
    folder = DatasetDir(tmp_path)
    for path in (folder.train, folder.valid, folder.test):
        write_jsonl(path, [ROW])
    folder.manifest_path.write_text("{}")
    return folder


def test_alpaca_has_the_last_turn_as_instruction_and_the_others_as_history(
    dataset: DatasetDir,
) -> None:
    train = write_also(dataset, ["alpaca"])[0]
    assert json.loads(train.read_text()) == [
        {"instruction": "c", "input": "", "output": "d", "system": "S", "history": [["a", "b"]]}
    ]


def test_sharegpt_has_human_and_gpt(dataset: DatasetDir) -> None:
    (row,) = json.loads(write_also(dataset, ["sharegpt"])[0].read_text())
    assert row["system"] == "S"
    assert [(turn["from"], turn["value"]) for turn in row["conversations"]] == [
        ("human", "a"),
        ("gpt", "b"),
        ("human", "c"),
        ("gpt", "d"),
    ]


def test_openai_has_one_line_of_messages_per_row(dataset: DatasetDir) -> None:
    (line,) = write_also(dataset, ["openai"])[0].read_text().splitlines()
    roles = [message["role"] for message in json.loads(line)["messages"]]
    assert roles == ["system", "user", "assistant", "user", "assistant"]


def test_all_three_splits_of_each_format_are_private_files(dataset: DatasetDir) -> None:
    paths = write_also(dataset, ["alpaca", "openai"])
    assert len(paths) == 6
    assert {path.stat().st_mode & 0o777 for path in paths} == {0o600}


def test_an_unknown_format_names_the_known_ones(dataset: DatasetDir) -> None:
    with pytest.raises(ConfigError, match="known: alpaca, sharegpt, openai"):
        write_also(dataset, ["parquet"])


def test_a_half_written_dataset_is_not_exported(tmp_path: Path) -> None:
    (tmp_path / "reference.jsonl").touch()
    with pytest.raises(DataError, match="half-written"):
        write_also(DatasetDir(tmp_path), ["alpaca"])
