"""The model card that travels with an adapter: what it is, where it comes from, who agreed.

It holds counts and hashes of the data, never a line of it, and no local path.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from persona.counted import counted
from persona.data import write_private


def write_card(adapter: Path, manifest: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """Writes the adapter's README.md."""
    write_private(adapter / "README.md", card(manifest, data))


def add_evaluation(adapter: Path, table: str) -> None:
    """Puts the evaluation's table, as Markdown, into the adapter's README.md."""
    path = adapter / "README.md"
    before, heading, rest = path.read_text(encoding="utf-8").partition("## Evaluation\n")
    _, limits, after = rest.partition("## Limits\n")
    write_private(path, f"{before}{heading}\n{table.strip()}\n\n{limits}{after}")


def card(manifest: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    """The card as Markdown."""
    return f"""---
base_model: {manifest["base"]}
library_name: peft
pipeline_tag: text-generation
tags: [lora, persona, ai-imitation]
---

# An AI imitation of how {manifest["subject"]} writes

**This is an AI imitation, not the person.** What it says was never said by anyone. Say so wherever
its replies are shown, and do not use it to deceive.

## Consent

{_consent(manifest)}

## Data

{manifest["examples"]:,} replies of one person with the turns before them, from private chat logs
that are not part of this folder (SHA-256 of the dataset: `{manifest["data_sha256"]}`).
{_messages(data)}

## Training

| | |
|---|---|
{_training(manifest)}

## Evaluation

Not yet evaluated: `persona eval` measures how close it comes and writes it down here.

## Limits

It imitates wording, not knowledge or judgement. It can repeat private things from the logs; keep it
as private as the logs themselves.
"""


def _training(manifest: Mapping[str, Any]) -> str:
    """The rows of the table."""
    settings = manifest["settings"]
    return f"""\
| base | {manifest["base"]} ({manifest["licence"]}) |
| method | LoRA r{settings["lora_r"]}, alpha {settings["lora_alpha"]}, on all linear layers |
| loss | on the person's tokens only, turn end included |
| learning rate | {settings["learning_rate"]:g}, cosine |
| steps | {manifest["steps"]:,} of {manifest["planned_steps"]:,}; best {manifest["best_step"]:,} |
| validation loss | {_loss(manifest["best_valid_loss"])} |
| tokens | {manifest["tokens"]:,} read, {manifest["trained_tokens"]:,} learned |
| time | {manifest["seconds"]:,.0f} s on {manifest["device"]} ({manifest["backend"]} backend) |
| seed | {manifest["seed"]} |
| rendering | SHA-256 of a rendered probe: `{manifest["template_sha256"]}` |
| versions | {", ".join(f"{name} {version}" for name, version in manifest["versions"].items())} |"""


def _consent(manifest: Mapping[str, Any]) -> str:
    if manifest["consent"]:
        return f"Whoever trained this stated that {manifest['subject']} agreed to it."
    return f"No consent of {manifest['subject']} was stated at training. Keep it to yourself."


def _messages(data: Mapping[str, Any]) -> str:
    messages = data.get("messages", {})
    if not messages:
        return ""
    used = sum(messages["used"].values())
    redacted = sum(data.get("redacted", {}).values())
    return (
        f"{messages['read']:,} messages were read, {used:,} used; "
        f"{counted(redacted, 'private thing')} replaced by placeholders."
    )


def _loss(loss: float | None) -> str:
    return "not measured" if loss is None else f"{loss:.4f} nats per token"
