"""A dataset in the formats that other trainers read: Alpaca, ShareGPT and OpenAI messages.

`train`, `valid` and `test` are written, one folder per format; the other files have no place there.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from persona.data import Example, Turn, make_private_folder, write_private
from persona.errors import ConfigError
from persona.folders import DatasetDir

EXPORT = "export"
"""The folder in the dataset's folder that holds them."""

_SPLITS = ("train", "valid", "test")
_SHAREGPT = {"user": "human", "assistant": "gpt"}


def write_also(dataset: DatasetDir, formats: Sequence[str]) -> list[Path]:
    """Writes the dataset in each of `formats`, returns the files. ConfigError if one is unknown."""
    for name in formats:
        if name not in WRITERS:
            raise ConfigError(f"--also {name}: not a format; known: {', '.join(WRITERS)}")
    return [path for name in formats for path in WRITERS[name](dataset)]


def write_alpaca(dataset: DatasetDir) -> list[Path]:
    """JSON lists of `instruction`, `input`, `output`, `system` and the `history` of turn pairs."""
    return _write(dataset, "alpaca", ".json", _alpaca)


def write_sharegpt(dataset: DatasetDir) -> list[Path]:
    """JSON lists of `conversations` (`from` human or gpt, `value`) with their `system`."""
    return _write(dataset, "sharegpt", ".json", _sharegpt)


def write_openai(dataset: DatasetDir) -> list[Path]:
    """JSON lines of `messages` with `role` and `content`."""
    return _write(dataset, "openai", ".jsonl", _openai)


WRITERS: dict[str, Callable[[DatasetDir], list[Path]]] = {
    "alpaca": write_alpaca,
    "sharegpt": write_sharegpt,
    "openai": write_openai,
}


def _write(
    dataset: DatasetDir, name: str, suffix: str, convert: Callable[[Example], dict[str, Any]]
) -> list[Path]:
    dataset.manifest()  # refuses a half-written dataset
    folder = dataset.root / EXPORT / name
    make_private_folder(folder)
    paths = []
    for split in _SPLITS:
        rows = [convert(example) for example in dataset.examples(split)]
        if suffix == ".jsonl":
            data = b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
        else:
            data = msgspec.json.format(msgspec.json.encode(rows), indent=1) + b"\n"
        paths.append(folder / f"{split}{suffix}")
        write_private(paths[-1], data)
    return paths


def _system(example: Example) -> tuple[str, tuple[Turn, ...]]:
    """The system line, and the turns after it."""
    first, *turns = example.prompt
    return (first.content, tuple(turns)) if first.role == "system" else ("", example.prompt)


def _alpaca(example: Example) -> dict[str, Any]:
    system, turns = _system(example)
    *earlier, last = turns
    pairs = zip(earlier[::2], earlier[1::2], strict=True)
    return {
        "instruction": last.content,
        "input": "",
        "output": example.reply,
        "system": system,
        "history": [[said.content, answered.content] for said, answered in pairs],
    }


def _sharegpt(example: Example) -> dict[str, Any]:
    system, turns = _system(example)
    conversations = [
        {"from": _SHAREGPT[turn.role], "value": turn.content}
        for turn in (*turns, *example.completion)
    ]
    return {"conversations": conversations, "system": system}


def _openai(example: Example) -> dict[str, Any]:
    turns = (*example.prompt, *example.completion)
    return {"messages": [{"role": turn.role, "content": turn.content} for turn in turns]}
