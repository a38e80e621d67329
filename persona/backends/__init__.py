"""What trains: one protocol and a lazy table of names.

A backend turns a `Job` (already encoded, planned and checked) into an adapter folder. Nothing heavy
is imported until a backend is chosen, and one process uses one backend: Unsloth patches
transformers, so it has to be imported before it.
"""

import contextlib
import importlib
import importlib.util
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, cast

import msgspec

from persona.bases import Base, Machine
from persona.batches import Packed
from persona.data import Turn
from persona.errors import ConfigError, MissingExtraError
from persona.folders import RunDir
from persona.presets import Settings

BACKENDS = {
    "hf": "persona.backends.hf:HfBackend",
    "unsloth": "persona.backends.unsloth:UnslothBackend",
}

Reply = Callable[[Sequence[Sequence[Turn]]], list[str]]
"""Answers contexts with the model as it stands in the middle of training."""

Score = Callable[[Reply], float]
"""How good the replies are, higher is better: early stopping by something other than the loss."""


class Progress(msgspec.Struct, frozen=True):
    """Where training stands; handed to the caller after each optimizer step."""

    step: int
    steps: int
    loss: float
    tokens_per_second: float  # without padding
    seconds_left: float
    valid_loss: float | None = None  # set on the steps that were validated


@dataclass(frozen=True, slots=True)
class Job:
    """All a backend needs; `steps` holds the sequences of each optimizer step, epochs unrolled."""

    run: RunDir
    base: Base
    machine: Machine
    settings: Settings
    quantization: str  # "none", "nf4" or "int8"
    steps: Sequence[Sequence[Packed]]
    valid: Sequence[Packed]
    seed: int
    micro_tokens: int  # of one micro-batch, with padding
    gradient_checkpointing: bool
    optimizer: str  # as transformers calls it
    threads: int  # of the CPU; the same after a resume, as sums depend on it
    checkpoint: Path | None  # to go on from
    progress: Callable[[Progress], None]
    note: Callable[[str], None]  # single lines for the user
    score: Score | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    began: float = field(default_factory=time.monotonic)  # when training was asked for


class Outcome(msgspec.Struct, frozen=True):
    """What a finished or stopped job came to."""

    step: int
    best_step: int
    best_valid_loss: float | None
    startup_seconds: float  # from being asked to the first step: imports, weights, data
    stopped: bool  # by `Job.stop`, so there is no adapter yet
    ended: float  # share of trial replies that ended by themselves
    versions: dict[str, str]
    peak_memory: int  # bytes: of the GPU where there is one, else of the process


class Backend(Protocol):
    """Trains one adapter on one base."""

    def train(self, job: Job) -> Outcome:
        """Trains and writes `job.run.adapter`, its checkpoints and metrics on the way.

        Raises ModelError if the base cannot be loaded or the loss is no longer a number.
        """
        ...


def choose_backend(name: str, *, machine: Machine) -> tuple[str, str]:
    """The backend for `name` ('auto' picks one) and why. Raises ConfigError if it is unknown."""
    if name == "auto":
        if machine.device == "cuda" and importlib.util.find_spec("unsloth"):
            return "unsloth", "a CUDA GPU and Unsloth are here"
        lacking = "no CUDA GPU" if machine.device != "cuda" else "Unsloth is not installed"
        return "hf", lacking
    if name not in BACKENDS:
        raise ConfigError(f"train.backend: '{name}' is unknown; one of {', '.join(BACKENDS)}")
    return name, "asked for"


def load_backend(name: str) -> Backend:
    """The backend, imported now. Raises MissingExtraError if its library is not installed."""
    module_name, _, class_name = BACKENDS[name].partition(":")
    if name == "unsloth":
        seal_unsloth()
    try:
        with contextlib.redirect_stdout(sys.stderr):  # Unsloth prints when it is imported
            module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("persona"):
            raise
        extra = "unsloth" if name == "unsloth" else "train"
        raise MissingExtraError(extra, command="train") from None
    return cast(Backend, getattr(module, class_name)())


def seal_unsloth() -> None:
    """Keeps Unsloth from writing here, counting us and installing things; before its import."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "persona-kit"
    os.environ["UNSLOTH_COMPILE_LOCATION"] = str(cache / "unsloth_compiled")
    os.environ["UNSLOTH_DISABLE_STATISTICS"] = "1"
    os.environ["UNSLOTH_AUTO_INSTALL"] = "0"
