"""Tokenizers and weights from disk or hub, with failures told in one line."""

from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer, BitsAndBytesConfig
from transformers.pytorch_utils import Conv1D
from transformers.utils import logging

from persona.bases import Base, Machine, out_of_reach, require_reach
from persona.errors import ModelError

LOADING_ERRORS = (OSError, ValueError, KeyError, ImportError, SafetensorError)

logging.set_verbosity_error()
logging.disable_progress_bar()


def load_tokenizer(base: Base) -> Any:
    """The base's tokenizer. Raises ModelError if it cannot be had."""
    return _load(AutoTokenizer, base)


def load_config(base: Base) -> Any:
    """The base's configuration, without its weights. Raises ModelError if it cannot be had."""
    return _load(AutoConfig, base)


def load_model(base: Base, machine: Machine, *, quantization: str = "none") -> Any:
    """The base's weights on the machine's device, 4- or 8-bit where asked for.

    Raises ModelError if they cannot be had or do not fit.
    """
    settings: dict[str, Any] = {"dtype": compute_dtype(machine), "attn_implementation": "sdpa"}
    if quantization != "none" or base.is_four_bit:
        settings["device_map"] = {"": machine.device}
        if not base.is_four_bit:
            settings["quantization_config"] = quantization_config(quantization, machine)
    try:
        model = _load(AutoModelForCausalLM, base, **settings)
    except torch.OutOfMemoryError:
        raise ModelError(
            f"{base.name}: its weights do not fit on the {machine.name}; choose a smaller --base "
            "or train.quantization=nf4"
        ) from None
    _keep_cpu_weights_unpacked(model)
    return model if "device_map" in settings else model.to(machine.device)


def compute_dtype(machine: Machine) -> torch.dtype:
    """What the base computes in: 32 bit on a CPU, else bfloat16 where the GPU has it."""
    if machine.device == "cpu":
        return torch.float32
    if machine.device == "cuda" and not torch.cuda.is_bf16_supported():
        return torch.float16
    return torch.bfloat16


def quantization_config(quantization: str, machine: Machine) -> BitsAndBytesConfig:
    """All four NF4 settings said out loud: the library's own defaults are FP4 and float32."""
    if quantization == "int8":
        return BitsAndBytesConfig(load_in_8bit=True)
    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=compute_dtype(machine),
        bnb_4bit_quant_storage=torch.uint8,
    )


def linear_names(model: torch.nn.Module) -> list[str]:
    """The last names of all linear layers but the output head: what LoRA is put on."""
    head = model.get_output_embeddings()
    return sorted(
        {
            name.rpartition(".")[2]
            for name, module in model.named_modules()
            if isinstance(module, torch.nn.Linear | Conv1D) and module is not head
        }
    )


def _load(loader: Any, base: Base, **settings: Any) -> Any:
    """From the folder or the cache without a request; from the hub only where it is not there."""
    if Path(base.path).is_dir():
        try:
            return loader.from_pretrained(base.path, local_files_only=True, **settings)
        except LOADING_ERRORS as error:
            what = str(error).partition("\n")[0][:200]
            raise ModelError(
                f"{base.name}: cannot be loaded as a causal chat model: {what}"
            ) from None
    require_reach(base)
    try:
        return loader.from_pretrained(base.path, local_files_only=True, **settings)
    except LOADING_ERRORS:
        return _fetch(loader, base, **settings)


def _fetch(loader: Any, base: Base, **settings: Any) -> Any:
    try:
        return loader.from_pretrained(base.path, **settings)
    except LOADING_ERRORS:
        raise ModelError(out_of_reach(base)) from None


def _keep_cpu_weights_unpacked(model: Any) -> None:
    """bitsandbytes repacks 4-bit weights at the first CPU forward without gradients, which breaks
    the training that follows."""
    for module in model.modules():
        if type(module).__name__ == "Linear4bit":
            module.support_avx512bf16_for_cpu = False
