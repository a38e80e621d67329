"""The sections of `benchmarks.gpu` that train with plain TRL and PEFT as documented."""

import gc
import time
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from peft import LoraConfig
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    BitsAndBytesConfig,
    Trainer,
    TrainerCallback,
)
from trl import SFTConfig, SFTTrainer

from benchmarks.gpu_base import chats
from benchmarks.gpu_job import RANK, WARM_UP, make_job, peaks, speed

SECONDS = 20.0
"""Of timed steps, at most."""

IS_CUDA = torch.cuda.is_available()


def plain_default(shape: str, work: Path) -> dict[str, Any]:
    """SFTTrainer with its defaults: 8 rows a batch, recompute on, no grouping."""
    return _train(shape, work)


def plain_best(shape: str, work: Path) -> dict[str, Any]:
    """Its best settings without FlashAttention: no recompute, like lengths, batches that fit."""
    for rows in (8, 4, 2):
        try:
            found = _train(
                shape,
                work,
                gradient_checkpointing=False,
                train_sampling_strategy="group_by_length",
                per_device_train_batch_size=rows,
                gradient_accumulation_steps=32 // rows,
                max_length=2048,
            )
        except torch.OutOfMemoryError:
            gc.collect()
            torch.cuda.empty_cache()
        else:
            return {**found, "rows": rows}
    raise torch.OutOfMemoryError("not even two rows fit")


class Clock(TrainerCallback):  # type: ignore[misc]
    """Times the steps after the warm-up and ends training when the time is over."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.tokens = 0
        self.losses: list[float] = []

    def on_step_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Starts the clock."""
        _wait()
        self.started = time.monotonic()

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Stops it."""
        _wait()
        if state.global_step > WARM_UP:
            self.seconds += time.monotonic() - self.started
        control.should_training_stop |= self.seconds > SECONDS

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **kwargs: Any) -> None:
        """Keeps the loss."""
        if logs and "loss" in logs:
            self.losses.append(float(logs["loss"]))


def _train(shape: str, work: Path, **settings: Any) -> dict[str, Any]:
    clock = Clock()

    class Counted(SFTTrainer):  # type: ignore[misc]
        def training_step(self, model: Any, inputs: Any, *args: Any, **kwargs: Any) -> Any:
            if self.state.global_step >= WARM_UP:
                clock.tokens += int(inputs["attention_mask"].sum())
            return super().training_step(model, inputs, *args, **kwargs)

        # TRL's own loss is a Triton kernel, which a CPU has not.
        compute_loss = SFTTrainer.compute_loss if IS_CUDA else Trainer.compute_loss

    trainer = Counted(
        model=_model(work / shape),
        args=SFTConfig(
            output_dir=str(work / "plain"),
            max_steps=60 if IS_CUDA else 6,
            learning_rate=2e-4,
            logging_steps=1,
            bf16=IS_CUDA,
            report_to="none",
            save_strategy="no",
            disable_tqdm=True,
            **settings,
        ),
        train_dataset=Dataset.from_list(
            [
                {"input_ids": one.input_ids, "labels": one.labels}
                for one in chats(2000 if shape == "8B" else 60, seed=0)
            ]
        ),
        processing_class=AutoTokenizer.from_pretrained(work / shape),
        peft_config=LoraConfig(
            r=RANK, lora_alpha=2 * RANK, target_modules="all-linear", task_type="CAUSAL_LM"
        ),
        callbacks=[clock],
    )
    trainer.train()
    job = make_job(work / "plain", work / shape, [], recompute=False, micro_tokens=1)
    lengths = [len(one.input_ids) for one in chats(200, seed=0)]
    return {
        **speed(job, tokens=clock.tokens, seconds=clock.seconds, lengths=lengths),
        "steps_timed": trainer.state.global_step - WARM_UP,
        "loss_start": round(clock.losses[0], 4),
        "loss_end": round(clock.losses[-1], 4),
        **peaks(),
    }


def _model(folder: Path) -> Any:
    if not IS_CUDA:
        return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    config = BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16,
    )
    return AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.bfloat16, quantization_config=config, device_map={"": 0}
    )


def _wait() -> None:
    if IS_CUDA:
        torch.cuda.synchronize()
