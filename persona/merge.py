"""A run's adapter merged into its base: one folder that any transformers program loads.

Always into the 16-bit base: merging into 4-bit weights shifts the logits. The merged model is read
back from disk and compared with base plus adapter before it counts.
"""

import shutil
from pathlib import Path
from typing import Any

import msgspec

from persona.bases import find_machine, resolve_base
from persona.card import write_card
from persona.errors import ModelError
from persona.folders import RunDir
from persona.prompt import PROBE, encode_prompt

MOST_DIFFERENCE = {"float32": 1e-3, "bfloat16": 0.25, "float16": 0.05}
"""The largest change of a logit on the probes that rounding explains, by the weights' precision."""


class Merged(msgspec.Struct, frozen=True):
    """A merged model: where it is and how far its logits are from base plus adapter."""

    folder: str
    precision: str
    difference: float


def merge(run: RunDir, out: Path, *, base: str | None = None) -> Merged:
    """Writes the merged model to `out`.

    base: the 16-bit base, if it is not where the run says. Raises ModelError if `out` exists, the
    base cannot be had or is quantised, or the merged model answers differently.
    """
    from persona.backends.loading import load_model, load_tokenizer
    from persona.chat import load_adapter

    if out.exists():
        raise ModelError(f"{out}: exists already; give another folder")
    manifest = run.manifest()
    machine = find_machine()
    found = resolve_base(base or _base_of(run, manifest), machine=machine)
    if found.is_four_bit:
        raise ModelError(f"{found.name}: 4-bit weights cannot be merged into; give the 16-bit base")
    tokenizer = load_tokenizer(found)
    model = load_adapter(load_model(found, machine), run)
    before = _probe_logits(model, tokenizer)
    partial = out.with_name(out.name + ".partial")
    model.merge_and_unload().save_pretrained(partial)
    tokenizer.save_pretrained(partial)
    write_card(partial, manifest, {})
    again = load_model(resolve_base(str(partial), machine=machine), machine).eval()
    precision = str(again.dtype).removeprefix("torch.")
    difference = float((before - _probe_logits(again, tokenizer)).abs().max())
    if difference > MOST_DIFFERENCE[precision]:
        shutil.rmtree(partial)
        raise ModelError(
            f"{out}: not written: the merged model's logits are off by {difference:.3g}; "
            "use the adapter itself, or give the 16-bit base it was trained on"
        )
    partial.rename(out)
    return Merged(str(out), precision, difference)


def _base_of(run: RunDir, manifest: dict[str, Any]) -> str:
    from persona.config import load_config

    return str(manifest["merge_into"] or load_config(run.config).train.base)


def _probe_logits(model: Any, tokenizer: Any) -> Any:
    """The logits over a fixed prompt, float32."""
    import torch

    ids = torch.tensor([encode_prompt(tokenizer, PROBE, max_length=1000)], device=model.device)
    with torch.no_grad():
        return model(input_ids=ids).logits.float()
