"""The size of a base from its configuration alone: built on the meta device, without weights."""

from typing import Any

import torch
from transformers import AutoModelForCausalLM

from persona.backends.loading import linear_names, load_config
from persona.bases import Base
from persona.errors import ModelError
from persona.sizes import Shape


def shape_of(base: Base) -> Shape:
    """Counts of the base. Raises ModelError if it cannot be had or is no causal language model."""
    config = load_config(base)
    try:
        with torch.device("meta"):
            model = AutoModelForCausalLM.from_config(config)
    except (ValueError, RuntimeError, ImportError):
        raise ModelError(
            f"{base.name}: not a causal language model that transformers knows; choose another base"
        ) from None
    text = config.get_text_config()
    linears = _adapted(model)
    return Shape(
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        linear=sum(rows * columns for rows, columns in linears),
        edges=sum(rows + columns for rows, columns in linears),
        layers=text.num_hidden_layers,
        hidden=text.hidden_size,
        vocabulary=text.vocab_size,
        positions=text.max_position_embeddings,
    )


def _adapted(model: Any) -> list[tuple[int, int]]:
    """Rows and columns of every layer that LoRA is put on."""
    names = set(linear_names(model))
    return [
        (module.weight.shape[0], module.weight.shape[1])
        for name, module in model.named_modules()
        if name.rpartition(".")[2] in names and module.weight.dim() == 2
    ]
