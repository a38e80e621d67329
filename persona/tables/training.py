"""What training will take, what it made, and what became of a run afterwards."""

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from persona.bases import GIB
from persona.console import show, show_json, show_table
from persona.counted import counted
from persona.folders import RunDir

if TYPE_CHECKING:
    from persona.merge import Merged
    from persona.outlook import Outlook
    from persona.plan import Plan


def plan_lines(plan: "Plan") -> list[str]:
    """A training run before it starts, in a few lines."""
    memory = plan.memory
    lines = [
        f"base {plan.base} ({plan.licence}) on {plan.device}, backend {plan.backend}, "
        f"quantization {plan.quantization}",
        plan.reason,
        f"{counted(plan.examples, 'example')}, {plan.tokens:,} tokens an epoch "
        f"({plan.trained_tokens:,} learned), median {plan.median_length}, longest {plan.longest}",
        f"{_steps(plan)}; about {memory.total / GIB:.1f} GiB of memory "
        f"of {plan.available / GIB:.1f} GiB free; adapter {plan.adapter_bytes / 1e6:.1f} MB",
    ]
    if plan.tokens_per_second and plan.seconds:
        lines.append(
            f"about {plan.tokens_per_second:,.0f} tokens/s by a short probe here, so about "
            f"{plan.seconds / 60:,.1f} minutes"
        )
    if plan.download:
        lines.insert(0, f"about {plan.download / 1e9:.1f} GB are downloaded if not here already")
    lines += [f"dropped {count:,}: {reason}" for reason, count in plan.dropped.items()]
    return lines + list(plan.advice)


def _steps(plan: "Plan") -> str:
    if plan.steps_done:
        return f"{plan.steps - plan.steps_done:,} of {counted(plan.steps, 'step')} left"
    return counted(plan.steps, "step")


def show_plan(plan: "Plan", *, as_json: bool) -> None:
    """What `persona train --dry-run` found."""
    if as_json:
        show_json(plan)
        return
    for line in plan_lines(plan):
        show(line)
    parts = msgspec.to_builtins(plan.memory)
    show_table("memory", ("part", "MB"), [(k, f"{v / 1e6:,.0f}") for k, v in parts.items()])


def show_outlook(outlook: "Outlook", *, as_json: bool) -> None:
    """What `persona plan` reckoned."""
    if as_json:
        show_json(outlook)
        return
    parts = msgspec.to_builtins(outlook.memory)
    show_table(
        f"like {outlook.like}", ("part", "MB"), [(k, f"{v / 1e6:,.0f}") for k, v in parts.items()]
    )
    recompute = "recomputing activations" if outlook.gradient_checkpointing else "no recomputing"
    show(
        f"{'fits' if outlook.fits else 'does not fit'} a GPU with {outlook.available / GIB:g} GiB "
        f"of memory: training takes about {outlook.memory.total / GIB:.1f} GiB of it at "
        f"{outlook.micro_tokens:,} tokens a micro-batch, {recompute}; the adapter is a file of "
        f"{outlook.adapter_bytes / 1e6:.0f} MB"
    )
    for line in outlook.advice:
        show(line)


def show_run(run: RunDir, *, as_json: bool) -> None:
    """What `persona train` made."""
    manifest = run.manifest()
    if as_json:
        show_json({"run": str(run.root), **manifest})
        return
    loss = manifest["best_valid_loss"]
    held_out = f", held-out loss {loss:.3f}" if loss is not None else ""
    show(
        f"{run.root}: {counted(manifest['steps'], 'step')}, {manifest['seconds']:.0f} s after "
        f"{manifest['startup_seconds']:.0f} s of start-up{held_out}"
    )
    show("next: persona eval, persona chat, persona app")


def show_merged(merged: "Merged", *, as_json: bool) -> None:
    """What `persona merge` wrote."""
    if as_json:
        show_json(merged)
        return
    show(
        f"{merged.folder}: {merged.precision}, logits within {merged.difference:.2g} of base and "
        "adapter on the probes"
    )


def show_written(path: Path) -> None:
    """A file or folder that was written."""
    show(str(path))
