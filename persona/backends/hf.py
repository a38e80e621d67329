"""The backend for every machine: transformers, PEFT and TRL on CUDA, Apple GPUs or a CPU.

Measured on an H200 (docs/evidence/gpu-h200.md): training at half of Unsloth's speed, loading in 4
bit, answering, base and adapter in one batch. Nothing was on Apple hardware.
"""

import importlib.metadata
import shutil
from collections.abc import Callable
from typing import Any

import torch
from peft import LoraConfig, get_peft_model, prepare_model_for_kbit_training
from transformers import set_seed
from trl import SFTConfig

from persona.backends import Job, Outcome
from persona.backends.loading import compute_dtype, linear_names, load_model, load_tokenizer
from persona.backends.recorder import Recorder, save_adapter
from persona.backends.sampling import generate_ids, sample_replies
from persona.backends.trainer import StepTrainer
from persona.config import ChatConfig
from persona.memory import peak_memory
from persona.prompt import stop_ids
from persona.runs import BEST, drop_incomplete

TRIALS = 20
"""Replies tried after training."""

PACKAGES = ("torch", "transformers", "peft", "trl", "accelerate", "datasets")


class HfBackend:
    """LoRA on all linear layers with plain transformers, PEFT and TRL."""

    def train(self, job: Job) -> Outcome:
        """Trains and writes the adapter; see `Backend`."""
        torch.set_num_threads(job.threads)
        tokenizer = load_tokenizer(job.base)
        set_seed(job.seed)
        base = load_model(job.base, job.machine, quantization=job.quantization)
        if job.quantization != "none":
            base = prepare_model_for_kbit_training(base, use_gradient_checkpointing=False)
        model = get_peft_model(base, lora_config(job, linear_names(base)))
        # PEFT notes where the weights were loaded from, which may be a private path.
        model.peft_config["default"].base_model_name_or_path = job.base.name
        recorder = Recorder(job, model, score=scorer(job, model, tokenizer))
        trainer = StepTrainer(
            job=job,
            model=model,
            tokenizer=tokenizer,
            args=SFTConfig(
                max_length=None,
                dataset_kwargs={"skip_prepare_dataset": True},
                **trainer_settings(job),
            ),
        )
        trainer.add_callback(recorder)
        drop_incomplete(job.run)
        trainer.train(resume_from_checkpoint=str(job.checkpoint) if job.checkpoint else None)
        return finish(job, recorder, tokenizer, step=trainer.state.global_step)


def lora_config(job: Job, target_modules: list[str]) -> LoraConfig:
    """LoRA on the named layers with the job's rank, scale and dropout."""
    return LoraConfig(
        task_type="CAUSAL_LM",
        r=job.settings.lora_r,
        lora_alpha=job.settings.lora_alpha,
        lora_dropout=job.settings.lora_dropout,
        target_modules=target_modules,
    )


def trainer_settings(job: Job) -> dict[str, Any]:
    """One row is one step, in the plan's order; saving and validation are the recorder's."""
    dtype = compute_dtype(job.machine)
    return {
        "output_dir": str(job.run.checkpoints),
        "seed": job.seed,
        "num_train_epochs": 1,
        "per_device_train_batch_size": 1,
        "gradient_accumulation_steps": 1,
        "train_sampling_strategy": "sequential",
        "learning_rate": job.settings.learning_rate,
        "lr_scheduler_type": "cosine",
        "warmup_steps": round(job.settings.warmup_ratio * len(job.steps)),
        "weight_decay": job.settings.weight_decay,
        "optim": job.optimizer,
        "bf16": dtype is torch.bfloat16,
        "fp16": dtype is torch.float16,
        "use_cpu": job.machine.device == "cpu",
        "gradient_checkpointing": job.gradient_checkpointing,
        "remove_unused_columns": False,
        "dataloader_pin_memory": False,
        "logging_steps": 1,
        "logging_nan_inf_filter": False,
        "save_strategy": "no",
        "save_total_limit": 2,
        "report_to": "none",
        "disable_tqdm": True,
    }


def scorer(job: Job, model: Any, tokenizer: Any) -> Callable[[], float] | None:
    """The job's scoring callback, given the model as it stands."""
    score = job.score
    if score is None:
        return None

    def run() -> float:
        return score(
            lambda contexts: sample_replies(
                model,
                tokenizer,
                contexts,
                sampling=ChatConfig(),
                seeds=[job.seed + row for row in range(len(contexts))],
                max_length=job.settings.max_length,
            )
        )

    return run


def finish(job: Job, recorder: Recorder, tokenizer: Any, *, step: int) -> Outcome:
    """Puts the best adapter in its place, unless the job was stopped on the way."""
    stopped = job.stop.is_set() and step < len(job.steps)
    best = recorder.best
    if not stopped:
        if best is None:
            save_adapter(recorder.model, job.run.checkpoints / BEST)
        shutil.copytree(job.run.checkpoints / BEST, job.run.adapter, dirs_exist_ok=True)
    return Outcome(
        step=step,
        best_step=best["step"] if best else step,
        best_valid_loss=best["valid_loss"] if best else None,
        startup_seconds=round(recorder.startup_seconds or 0.0, 2),
        stopped=stopped,
        ended=0.0 if stopped else share_ended(recorder.model, tokenizer, job),
        versions={name: importlib.metadata.version(name) for name in PACKAGES},
        peak_memory=torch.cuda.max_memory_allocated() if _is_cuda(job) else peak_memory(),
    )


def share_ended(model: Any, tokenizer: Any, job: Job) -> float:
    """The share of trial replies in which the model ended its turn by itself."""
    sampling = ChatConfig()
    prompts = [
        sequence.input_ids[: sequence.spans[0][0]]
        for sequence in (job.valid or job.steps[0])[:TRIALS]
    ]
    rows = generate_ids(
        model,
        prompts,
        stops=stop_ids(tokenizer),
        sampling=sampling,
        seeds=range(len(prompts)),
    )
    return sum(len(row) < sampling.max_new_tokens for row in rows) / len(rows)


def _is_cuda(job: Job) -> bool:
    return job.machine.device == "cuda"
