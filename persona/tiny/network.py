"""The bundled model itself: a small Llama, its loss on packed rows, and its files."""

from pathlib import Path

import torch
from torch import Tensor
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from persona.tiny.loss import next_token_loss
from persona.tiny.packing import Batch, document_mask
from persona.tiny.recipe import POSITIONS, VOCABULARY, Recipe
from persona.tiny.tokenizer import END, PAD

# On rows of 256 the plain product is faster on a CPU than the fused kernel with a mask.
ATTENTION = {"cpu": "eager", "cuda": "sdpa"}


def build_model(tokenizer: PreTrainedTokenizerFast, recipe: Recipe) -> LlamaForCausalLM:
    """A freshly initialised model in float32, input and output embedding tied."""
    config = LlamaConfig(
        hidden_size=recipe.hidden,
        num_hidden_layers=recipe.layers,
        num_attention_heads=recipe.hidden // 64,
        num_key_value_heads=recipe.hidden // 64,
        intermediate_size=recipe.intermediate,
        vocab_size=VOCABULARY,
        max_position_embeddings=POSITIONS,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.convert_tokens_to_ids(END),
        pad_token_id=tokenizer.convert_tokens_to_ids(PAD),
    )
    return LlamaForCausalLM(config)


def add_dropout(model: LlamaForCausalLM, share: float) -> None:
    """Drops that share of what each block adds to the stream, in training only."""

    def drop(module: torch.nn.Module, _: object, output: Tensor) -> Tensor:
        return torch.nn.functional.dropout(output, share, module.training)

    for layer in model.model.layers:
        layer.self_attn.o_proj.register_forward_hook(drop)
        layer.mlp.down_proj.register_forward_hook(drop)


def batch_loss(core: torch.nn.Module, weight: Tensor, batch: Batch) -> Tensor:
    """The mean loss of a batch in nats per counted token, computed in bfloat16.

    core: the model below its output head. weight: (vocab, width), the head.
    """
    mask = document_mask(batch.document)
    low = torch.finfo(torch.bfloat16).min
    with torch.autocast(batch.input_ids.device.type, torch.bfloat16):
        hidden = core(
            input_ids=batch.input_ids,
            attention_mask=torch.zeros_like(mask, dtype=torch.bfloat16).masked_fill(~mask, low),
            position_ids=batch.position_ids,
            use_cache=False,
        ).last_hidden_state  # (rows, length, width)
    return next_token_loss(hidden.flatten(0, 1).bfloat16(), weight, batch.labels.flatten())


def generation_defaults(tokenizer: PreTrainedTokenizerFast) -> GenerationConfig:
    """How the model is sampled where nothing else is asked for; stops at the turn end."""
    return GenerationConfig(
        do_sample=True,
        temperature=0.7,
        top_k=0,
        max_new_tokens=60,
        eos_token_id=[tokenizer.convert_tokens_to_ids(END)],
        pad_token_id=tokenizer.convert_tokens_to_ids(PAD),
    )


def save_model(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, out: Path) -> None:
    """Writes the model as transformers files in bfloat16; the given model stays as it is."""
    copy = LlamaForCausalLM(model.config)
    copy.load_state_dict(model.state_dict())
    copy.bfloat16()
    copy.generation_config = generation_defaults(tokenizer)
    copy.save_pretrained(out)
    tokenizer.save_pretrained(out)
    for file in out.iterdir():
        file.chmod(0o644)
