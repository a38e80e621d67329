"""Replies from a model: several contexts in one batch, each drawn from its own seed.

The token is chosen inside a logits processor, by one uniform number per row and step: a row's reply
depends on its context and its seed, not on what else is in the batch, the device or the library's
global random state. `generate` itself then only takes the one token left.

Notation: B rows, V vocabulary.
"""

import random
import threading
from collections.abc import Callable, Sequence
from typing import Any

import torch
from transformers import (
    LogitsProcessor,
    LogitsProcessorList,
    StoppingCriteria,
    StoppingCriteriaList,
)
from transformers.generation.streamers import BaseStreamer

from persona.config import ChatConfig
from persona.data import Turn
from persona.prompt import encode_beginning, encode_prompt, stop_ids


class SeededChoice(LogitsProcessor):
    """Temperature, nucleus and draw of one token per row; only that token keeps a finite score."""

    def __init__(self, seeds: Sequence[int], *, temperature: float, top_p: float) -> None:
        self.draws = [random.Random(seed) for seed in seeds]
        self.temperature = temperature
        self.top_p = top_p

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """scores: (B, V). Returns (B, V): 0 for the chosen token, minus infinity elsewhere."""
        chosen = scores.argmax(dim=-1) if self.temperature == 0 else self._draw(scores)
        result = torch.full_like(scores, float("-inf"))
        return result.scatter_(1, chosen.unsqueeze(1), 0.0)

    def _draw(self, scores: torch.Tensor) -> torch.Tensor:
        probabilities = torch.softmax(scores.float() / self.temperature, dim=-1)
        ordered, order = probabilities.sort(dim=-1, descending=True, stable=True)
        cumulative = ordered.cumsum(dim=-1)
        nucleus = cumulative - ordered < self.top_p  # the first token is always in it
        mass = (ordered * nucleus).sum(dim=-1)
        uniform = torch.tensor([draw.random() for draw in self.draws], device=scores.device)
        place = (cumulative < (uniform * mass).unsqueeze(1)).sum(dim=-1)
        place = torch.minimum(place, nucleus.sum(dim=-1) - 1)
        return order.gather(1, place.unsqueeze(1)).squeeze(1)


class StopFlag(StoppingCriteria):
    """Ends every row when the flag is set."""

    def __init__(self, flag: threading.Event) -> None:
        self.flag = flag

    def __call__(
        self, input_ids: torch.Tensor, scores: torch.Tensor, **kwargs: Any
    ) -> torch.Tensor:
        """(B,) bool."""
        return torch.full((len(input_ids),), self.flag.is_set(), device=input_ids.device)


class RowStreamer(BaseStreamer):
    """Hands each step's tokens, one per row, to a callback; the prompt is left out."""

    def __init__(self, on_step: Callable[[list[int]], None]) -> None:
        self.on_step = on_step
        self.is_prompt = True

    def put(self, value: torch.Tensor) -> None:
        """value: the prompt (B, length) first, then (B,) for every step."""
        if not self.is_prompt:
            self.on_step(value.tolist())
        self.is_prompt = False

    def end(self) -> None:
        """Nothing to flush."""


def generate_ids(
    model: Any,
    prompts: Sequence[Sequence[int]],
    *,
    stops: Sequence[int],
    sampling: ChatConfig,
    seeds: Sequence[int],
    adapters: Sequence[str] | None = None,
    on_step: Callable[[list[int]], None] | None = None,
    flag: threading.Event | None = None,
) -> list[list[int]]:
    """The new ids of each row, turn end left out.

    adapters: "__base__" or "default" for each row; None takes the model as it stands.
    on_step is called with one id per row; finished rows repeat a stop id.
    """
    model.eval()
    input_ids, mask = _left_padded(prompts, device=model.device)
    choice = SeededChoice(seeds, temperature=sampling.temperature, top_p=sampling.top_p)
    extra: dict[str, Any] = {} if adapters is None else {"adapter_names": list(adapters)}
    with torch.inference_mode():
        output = model.generate(
            input_ids=input_ids,
            attention_mask=mask,
            max_new_tokens=sampling.max_new_tokens,
            do_sample=False,
            num_beams=1,
            eos_token_id=list(stops),
            pad_token_id=stops[0],
            logits_processor=LogitsProcessorList([choice]),
            stopping_criteria=StoppingCriteriaList([StopFlag(flag)] if flag else []),
            streamer=RowStreamer(on_step) if on_step else None,
            **extra,
        )
    return [_until_stop(row, stops) for row in output[:, input_ids.shape[1] :].tolist()]


def sample_replies(
    model: Any,
    tokenizer: Any,
    contexts: Sequence[Sequence[Turn]],
    *,
    sampling: ChatConfig,
    seeds: Sequence[int],
    max_length: int,
    beginnings: Sequence[str] | None = None,
) -> list[str]:
    """A reply to each context, all in one batch; what follows its beginning where it has one."""
    prompts = [
        encode_prompt(tokenizer, turns, max_length=max_length - reserve(sampling, max_length))
        for turns in contexts
    ]
    if beginnings:
        begun = [encode_beginning(tokenizer, text) for text in beginnings]
        prompts = [prompt + ids for prompt, ids in zip(prompts, begun, strict=True)]
    rows = generate_ids(
        model,
        prompts,
        stops=stop_ids(tokenizer),
        sampling=sampling,
        seeds=seeds,
    )
    return [decode_reply(tokenizer, ids) for ids in rows]


def reserve(sampling: ChatConfig, max_length: int) -> int:
    """Tokens of the window kept free for the reply: at most a quarter of it."""
    return min(sampling.max_new_tokens, max_length // 4)


def decode_reply(tokenizer: Any, ids: Sequence[int]) -> str:
    """The text of a reply, without control tokens."""
    return str(tokenizer.decode(list(ids), skip_special_tokens=True)).strip()


def _left_padded(
    prompts: Sequence[Sequence[int]], *, device: torch.device
) -> tuple[torch.Tensor, torch.Tensor]:
    length = max(len(prompt) for prompt in prompts)
    input_ids = torch.zeros(len(prompts), length, dtype=torch.long)
    mask = torch.zeros(len(prompts), length, dtype=torch.long)
    for row, prompt in enumerate(prompts):
        input_ids[row, length - len(prompt) :] = torch.tensor(prompt)
        mask[row, length - len(prompt) :] = 1
    return input_ids.to(device), mask.to(device)


def _until_stop(ids: list[int], stops: Sequence[int]) -> list[int]:
    end = next((index for index, token in enumerate(ids) if token in stops), len(ids))
    return ids[:end]
