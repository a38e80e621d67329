"""Training speed beside the script a user would write from TRL's and PEFT's documentation.

    python benchmarks/train.py --data dataset [--long] [--examples 160] [--threads 1]

Three rows, each in a process of its own, on the same model, examples and effective batch:

    default   SFTTrainer with its defaults (recompute on, no grouping), bfloat16 off on a CPU
    best      the same with recompute off and batches grouped by length
    ours      `persona train`'s own steps

Tokens are counted without padding. TRL 1.15 computes its loss in a Triton kernel and cannot train
on a CPU as it is; the plain rows use the model's own loss there instead, the shortest mend.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from persona.config import Config, TrainConfig
from persona.data import Example, Turn, write_jsonl
from persona.folders import DatasetDir, write_json
from persona.memory import peak_memory
from persona.runs import read_metrics

ROWS = ("default", "best", "ours")
LORA = {"r": 16, "lora_alpha": 32, "target_modules": "all-linear", "task_type": "CAUSAL_LM"}
BATCH = 16


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("dataset"))
    parser.add_argument("--base", default="tiny")
    parser.add_argument("--examples", type=int, default=160)
    parser.add_argument("--long", action="store_true", help="one context of about 500 tokens each")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--row", choices=ROWS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.row:
        sys.stdout.write(json.dumps(run_row(options)) + "\n")
        return
    found = {row: in_own_process(row) for row in ROWS}
    out = sys.stdout.write
    heads = ("tokens/s", "per CPU s", "examples/s", "learned/s", "peak GB")
    out(" " * 9 + "".join(f"{head:>12}" for head in heads) + "\n")
    for row, one in found.items():
        figures = (
            one["tokens"] / one["seconds"],
            one["tokens"] / one["cpu"],
            one["examples"] / one["seconds"],
            one["trained"] / one["seconds"],
            one["peak"] / 1e9,
        )
        out(f"{row:9}" + "".join(f"{figure:12.2f}" for figure in figures) + "\n")
    for row in ("default", "best"):
        tokens, examples = (_ratio(found, row, what) for what in ("tokens", "examples"))
        out(f"ours / {row}: {tokens:.2f} x tokens, {examples:.2f} x examples per CPU second\n")


def _ratio(found: dict[str, dict[str, float]], row: str, what: str) -> float:
    ours, other = found["ours"], found[row]
    return (ours[what] / ours["cpu"]) / (other[what] / other["cpu"])


def in_own_process(row: str) -> dict[str, float]:
    """The figures of one row."""
    done = subprocess.run(
        [sys.executable, __file__, *sys.argv[1:], "--row", row],
        capture_output=True,
        text=True,
        check=True,
    )
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def run_row(options: argparse.Namespace) -> dict[str, float]:
    """Trains one epoch over the examples and returns its figures."""
    import torch

    torch.set_num_threads(options.threads)
    examples = DatasetDir(options.data).examples("train")[: options.examples]
    if options.long:
        examples = [lengthen(one) for one in examples]
    train = ours if options.row == "ours" else plain
    return {**train(examples, options), "examples": len(examples), "peak": peak_memory()}


def lengthen(example: Example) -> Example:
    """The example with one long turn in front of its last one: nothing left to fold."""
    said = " ".join(turn.content for turn in example.prompt[1:])
    filler = (said + " ") * (1 + 1600 // max(1, len(said)))
    last = Turn("user", f"{example.conversation} {filler[:1600]}\n{example.prompt[-1].content}")
    return msgspec.structs.replace(example, prompt=(example.prompt[0], last))


def ours(examples: list[Example], options: argparse.Namespace) -> dict[str, float]:
    """One epoch of `persona train`, validation left out."""
    import persona.resume
    from persona.train import train

    with tempfile.TemporaryDirectory() as folder:
        dataset = DatasetDir(Path(folder) / "dataset")
        dataset.root.mkdir()
        write_jsonl(dataset.train, examples)
        write_jsonl(dataset.valid, [])
        write_json(dataset.manifest_path, {"subject": "Ann", "data_sha256": "benchmark"})
        persona.resume._threads = lambda ready: options.threads  # as many as the other rows
        config = Config(
            train=TrainConfig(
                base=options.base, epochs=1, batch_size=BATCH, lora_r=16, lora_dropout=0.0
            )
        )
        run = train(
            dataset,
            config,
            runs=Path(folder) / "runs",
            name="bench",
            now=datetime.now(UTC),
        )
        lines = [line for line in read_metrics(run) if "loss" in line]
        return {
            "seconds": sum(line["seconds"] for line in lines),
            "cpu": sum(line["cpu_seconds"] for line in lines),
            "tokens": sum(line["tokens"] for line in lines),
            "trained": sum(line["trained_tokens"] for line in lines),
        }


def plain(examples: list[Example], options: argparse.Namespace) -> dict[str, float]:
    """One epoch of plain SFTTrainer on prompt-completion rows."""
    import torch
    from datasets import Dataset
    from peft import LoraConfig
    from transformers import AutoModelForCausalLM, AutoTokenizer, Trainer, TrainerCallback
    from trl import SFTConfig, SFTTrainer

    from persona.bases import find_machine, resolve_base

    class PlainTrainer(SFTTrainer):  # type: ignore[misc]
        compute_loss = (
            SFTTrainer.compute_loss if torch.cuda.is_available() else Trainer.compute_loss
        )

    class Clock(TrainerCallback):  # type: ignore[misc]
        seconds = cpu = 0.0

        def on_step_begin(self, *args: Any, **kwargs: Any) -> None:
            self.started = time.monotonic(), time.process_time()

        def on_step_end(self, *args: Any, **kwargs: Any) -> None:
            self.seconds += time.monotonic() - self.started[0]
            self.cpu += time.process_time() - self.started[1]

    path = resolve_base(options.base, machine=find_machine()).path
    best = options.row == "best"
    clock = Clock()
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


if __name__ == "__main__":
    main()
