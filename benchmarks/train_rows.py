"""The rows of `benchmarks.train`: each trains one epoch in a process of its own.

    default   SFTTrainer with its defaults (recompute on, no grouping), bfloat16 off on a CPU
    best      the same with recompute off and batches grouped by length
    ours      `persona train`'s own steps
    plan      no training: what `persona train --dry-run` tells beforehand

TRL 1.15 computes its loss in a Triton kernel and cannot train on a CPU as it is; the plain rows use
the model's own loss there instead, the shortest mend.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from persona.config import Config, TrainConfig
from persona.data import Example, Turn, write_jsonl
from persona.folders import DatasetDir, write_json
from persona.memory import peak_memory
from persona.runs import read_metrics

ROWS = ("default", "best", "ours", "plan")
LORA = {"r": 16, "lora_alpha": 32, "target_modules": "all-linear", "task_type": "CAUSAL_LM"}
BATCH = 16


def run_row(options: argparse.Namespace) -> dict[str, float]:
    """Trains one epoch over the examples and returns its figures."""
    import torch

    torch.set_num_threads(options.threads)
    examples = DatasetDir(options.data).examples("train")[: options.examples]
    if options.long:
        examples = [lengthen(one) for one in examples]
    if options.row == "plan":
        return planned(examples, options)
    train = ours if options.row == "ours" else plain
    return {**train(examples, options), "examples": len(examples), "peak": peak_memory()}


def lengthen(example: Example) -> Example:
    """The example with one long turn in front of its last one: nothing left to fold."""
    said = " ".join(turn.content for turn in example.prompt[1:])
    filler = (said + " ") * (1 + 1200 // max(1, len(said)))
    last = Turn("user", f"{example.conversation} {filler[:1200]}\n{example.prompt[-1].content}")
    return msgspec.structs.replace(example, prompt=(example.prompt[0], last))


def ours(examples: list[Example], options: argparse.Namespace) -> dict[str, float]:
    """One epoch of `persona train`, validation left out."""
    import persona.resume
    from persona.train import train

    persona.resume._threads = lambda ready: options.threads  # as many as the other rows
    with dataset_of(examples) as dataset:
        run = train(
            dataset,
            settings(options),
            runs=dataset.root.parent / "runs",
            name="bench",
            now=datetime.now(UTC),
        )
        lines = [line for line in read_metrics(run) if "loss" in line]
        return {
            "seconds": sum(line["seconds"] for line in lines),
            "cpu": sum(line["cpu_seconds"] for line in lines),
            "tokens": sum(line["tokens"] for line in lines),
            "trained": sum(line["trained_tokens"] for line in lines),
            "startup": run.manifest()["startup_seconds"],
        }


def planned(examples: list[Example], options: argparse.Namespace) -> dict[str, float]:
    """Memory and seconds that a dry run tells of the same training."""
    import persona.backends.probe
    from persona.train import dry_run

    persona.backends.probe.choose_threads = lambda: options.threads
    with dataset_of(examples) as dataset:
        plan = dry_run(dataset, settings(options))
    return {"seconds": plan.seconds or 0.0, "memory": plan.memory.total}


def settings(options: argparse.Namespace) -> Config:
    """One epoch at the plain rows' rank and batch."""
    return Config(
        train=TrainConfig(
            base=options.base,
            epochs=1,
            batch_size=BATCH,
            lora_r=16,
            lora_dropout=0.0,
            max_length=1024,  # SFTTrainer's own
        )
    )


@contextmanager
def dataset_of(examples: list[Example]) -> Iterator[DatasetDir]:
    """A dataset with these examples to train on and none to validate."""
    with tempfile.TemporaryDirectory() as folder:
        dataset = DatasetDir(Path(folder) / "dataset")
        dataset.root.mkdir()
        write_jsonl(dataset.train, examples)
        write_jsonl(dataset.valid, [])
        write_json(dataset.manifest_path, {"subject": "Ann", "data_sha256": "benchmark"})
        yield dataset


def step_clock() -> Any:
    """A callback that counts the seconds, of the clock and of the CPU, inside the steps."""
    from transformers import TrainerCallback

    class Clock(TrainerCallback):  # type: ignore[misc]
        seconds = cpu = 0.0

        def on_step_begin(self, *args: Any, **kwargs: Any) -> None:
            self.started = time.monotonic(), time.process_time()

        def on_step_end(self, *args: Any, **kwargs: Any) -> None:
            self.seconds += time.monotonic() - self.started[0]
            self.cpu += time.process_time() - self.started[1]

    return Clock()


def plain(examples: list[Example], options: argparse.Namespace) -> dict[str, float]:
    """One epoch of plain SFTTrainer on prompt-completion rows."""
    import torch
    from datasets import Dataset
    from peft import LoraConfig
    from transformers import AutoModelForCausalLM, AutoTokenizer, Trainer
    from trl import SFTConfig, SFTTrainer

    from persona.bases import find_machine, resolve_base

    class PlainTrainer(SFTTrainer):  # type: ignore[misc]
        compute_loss = (
            SFTTrainer.compute_loss if torch.cuda.is_available() else Trainer.compute_loss
        )

    path = resolve_base(options.base, machine=find_machine()).path
    best = options.row == "best"
    clock = step_clock()
    with tempfile.TemporaryDirectory() as folder:
        settings: dict[str, Any] = {"gradient_checkpointing": False} if best else {}
        if best:
            settings["train_sampling_strategy"] = "group_by_length"
        trainer = PlainTrainer(
            model=AutoModelForCausalLM.from_pretrained(path, dtype=torch.float32),
            args=SFTConfig(
                output_dir=folder,
                per_device_train_batch_size=BATCH,
                num_train_epochs=1,
                bf16=torch.cuda.is_available(),
                report_to="none",
                save_strategy="no",
                disable_tqdm=True,
                **settings,
            ),
            train_dataset=Dataset.from_list([_row(one) for one in examples]),
            processing_class=AutoTokenizer.from_pretrained(path),
            peft_config=LoraConfig(**LORA),
            callbacks=[clock],
        )
        trainer.train()
        rows = trainer.train_dataset
        return {
            "seconds": clock.seconds,
            "cpu": clock.cpu,
            "tokens": sum(len(ids) for ids in rows["input_ids"]),
            "trained": sum(sum(one != -100 for one in labels) for labels in rows["labels"]),
        }


def _row(example: Example) -> dict[str, Any]:
    return {
        "prompt": msgspec.to_builtins(example.prompt),
        "completion": msgspec.to_builtins(example.completion),
    }
