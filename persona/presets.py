"""Training settings from the data and the base: what is unset in [train] is filled in here.

The starting points are Unsloth's guide (2e-4, one to three epochs) and published persona runs
on 7-8B models (r16, alpha 32, two epochs). Smaller bases want a higher rate; the figure for the
bundled one was measured with `benchmarks/train.py`.
"""

from itertools import pairwise
from math import log2

import msgspec

from persona.bases import GB, Machine
from persona.config import TrainConfig
from persona.counted import counted

TINY_PARAMETERS = 50_000_000

GAIN_BY_TURNS = ((25, 0.44), (50, 0.68), (100, 1.21), (200, 1.49), (400, 1.82), (800, 2.07))
"""What so many turns took off the held-out loss of the bundled model on the samples, in nats per
token (docs/evidence/data-size.md)."""

SMALL_DATA = 500
"""Turns below which more logs would buy more than any setting."""

LARGE_GPU = 15 * GB
"""Memory from which examples of 2,048 tokens fit beside an 8B base in 4 bit."""


class Preset(msgspec.Struct, frozen=True):
    """Settings for a range of data sizes; the rate is for an 8B base."""

    name: str
    below: float  # of the subject's turns in train.jsonl
    learning_rate: float
    epochs: float
    lora_r: int
    lora_alpha: int
    lora_dropout: float
    batch_size: int


PRESETS = (
    Preset("quick", 500, 1e-4, 2, 8, 16, 0.05, 8),
    Preset("standard", 5_000, 2e-4, 2, 16, 32, 0.0, 16),
    Preset("rich", 50_000, 2e-4, 1, 32, 64, 0.0, 32),
    Preset("large", float("inf"), 1e-4, 1, 64, 64, 0.0, 64),
)

RATE_BY_PARAMETERS = ((TINY_PARAMETERS, 10.0), (1_000_000_000, 2.5), (3_000_000_000, 1.5))
"""Below that many parameters, the preset's rate times that."""


class Settings(msgspec.Struct, frozen=True):
    """[train] with nothing unset: what a backend is told."""

    learning_rate: float
    epochs: float
    lora_r: int
    lora_alpha: int
    lora_dropout: float
    batch_size: int
    max_length: int
    warmup_ratio: float
    weight_decay: float
    patience: int


def choose_preset(turns: int) -> Preset:
    """The preset for that many turns of the subject."""
    return next(preset for preset in PRESETS if turns < preset.below)


def choose_max_length(machine: Machine, *, positions: int) -> int:
    """Tokens of the longest example: a whole context of ingest's on a large GPU, else less."""
    has_room = machine.device == "cuda" and machine.memory >= LARGE_GPU
    return min(2048 if has_room else 512, positions)


def settle(
    config: TrainConfig, *, turns: int, parameters: int, max_length: int
) -> tuple[Settings, str]:
    """The settings for that many turns on a base of that size, and a line that says why.

    max_length: where the configuration leaves it open.
    """
    preset = choose_preset(turns)
    factor = next((by for below, by in RATE_BY_PARAMETERS if parameters < below), 1.0)
    dropout = preset.lora_dropout if config.lora_dropout is None else config.lora_dropout
    settings = Settings(
        learning_rate=config.learning_rate or preset.learning_rate * factor,
        epochs=config.epochs or preset.epochs,
        lora_r=config.lora_r or preset.lora_r,
        lora_alpha=config.lora_alpha or (config.lora_r or 0) * 2 or preset.lora_alpha,
        lora_dropout=dropout,
        batch_size=config.batch_size or preset.batch_size,
        max_length=config.max_length or max_length,
        warmup_ratio=config.warmup_ratio,
        weight_decay=config.weight_decay,
        patience=config.patience,
    )
    return settings, _reason(preset, settings, turns=turns, parameters=parameters)


def expected_gain(turns: int) -> float:
    """Nats per token off the held-out loss, read off the measured curve; flat at its ends."""
    for (few, low), (many, high) in pairwise(GAIN_BY_TURNS):
        if turns < many:
            place = log2(max(turns, few) / few) / log2(many / few)
            return low + place * (high - low)
    return GAIN_BY_TURNS[-1][1]


def small_data_note(turns: int) -> str:
    """What more logs would buy, where there are few."""
    whole, most = GAIN_BY_TURNS[-1]
    now, twice = (expected_gain(count) / most for count in (turns, 2 * turns))
    return (
        f"small data: on the samples {turns:,} turns bring {now:.0%} of what {whole} do and twice "
        f"as many {twice:.0%}; more logs help more than more epochs"
    )


def _reason(preset: Preset, settings: Settings, *, turns: int, parameters: int) -> str:
    size = f"{parameters / 1e9:.1f}B" if parameters >= 1e9 else f"{parameters / 1e6:.0f}M"
    few = f"; {small_data_note(turns)}" if turns < SMALL_DATA else ""
    return (
        f"preset '{preset.name}' for {turns:,} turns on a base of {size} parameters: "
        f"LoRA r{settings.lora_r} alpha {settings.lora_alpha}, "
        f"learning rate {settings.learning_rate:g}, {counted(settings.epochs, 'epoch')}, "
        f"{counted(settings.batch_size, 'example')} a step{few}"
    )
