"""Opening a run, or a base without any adapter, so that it answers.

    persona = open_persona(find_run(None))
    persona.reply(turns, arm="adapter", seed=1)

Always through transformers and PEFT, whatever trained the adapter.
"""

from typing import Any

from persona.bases import Base, Machine, find_machine, resolve_base
from persona.config import ChatConfig, load_config
from persona.engine import ADAPTER_NAMES, BOTH, Arm, Likelihood, Persona
from persona.errors import ModelError
from persona.folders import RunDir
from persona.prompt import template_hash

__all__ = [
    "ADAPTER_NAMES",
    "BOTH",
    "Arm",
    "Likelihood",
    "Persona",
    "load_adapter",
    "open_base",
    "open_persona",
]


MAX_LENGTH = 512
"""Tokens of context and reply where no run tells."""


def open_persona(
    run: RunDir, *, sampling: ChatConfig | None = None, base: str | None = None
) -> Persona:
    """The run's base with its adapter, ready to answer.

    base: where the base is, if not where it was in training. sampling: [chat] of the run if unset.
    Raises ModelError if the run is not finished, or the base is another than the adapter's.
    """
    manifest = run.manifest()
    config = load_config(run.config)
    machine = find_machine()
    found = resolve_base(base or config.train.base, machine=machine)
    if found.name != manifest["base"]:
        raise ModelError(
            f"{run.root}: the adapter belongs to the base '{manifest['base']}', not '{found.name}'"
        )
    model, tokenizer = _load(found, machine, quantization=manifest["quantization"])
    if template_hash(tokenizer) != manifest["template_sha256"]:
        raise ModelError(
            f"{run.root}: the base's tokenizer or chat template changed since the adapter was "
            "trained; use the base of that time or train again"
        )
    return Persona(
        load_adapter(model, run),
        tokenizer,
        has_adapter=True,
        max_length=config.train.max_length or MAX_LENGTH,
        sampling=sampling or config.chat,
    )


def open_base(name: str = "auto", *, sampling: ChatConfig | None = None) -> Persona:
    """A base without any adapter; only its arm 'base' answers. Raises ModelError."""
    machine = find_machine()
    model, tokenizer = _load(resolve_base(name, machine=machine), machine, quantization="none")
    return Persona(
        model,
        tokenizer,
        has_adapter=False,
        max_length=MAX_LENGTH,
        sampling=sampling or ChatConfig(),
    )


def _load(base: Base, machine: Machine, *, quantization: str) -> tuple[Any, Any]:
    from persona.backends.loading import load_model, load_tokenizer
    from persona.backends.threads import choose_threads

    if machine.device == "cpu":
        choose_threads()
    tokenizer = load_tokenizer(base)
    return load_model(base, machine, quantization=quantization).eval(), tokenizer


def load_adapter(model: Any, run: RunDir) -> Any:
    """The base with the run's adapter on it. Raises ModelError if it is damaged or does not fit."""
    from peft import PeftModel
    from safetensors import SafetensorError

    try:
        return PeftModel.from_pretrained(model, str(run.adapter)).eval()
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError):
        raise ModelError(
            f"{run.adapter}: the adapter is damaged or does not fit its base; train again"
        ) from None
