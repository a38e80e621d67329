"""A loaded model that answers: with its adapter, without it, or both in one batch.

Made by `persona.chat`. One generation at a time: calls from several threads wait for each other.
"""

import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, Literal, NamedTuple

from persona.batches import fold
from persona.config import ChatConfig
from persona.data import Example, Turn
from persona.errors import ModelError
from persona.prompt import Encoded, encode_example, encode_prompt, stop_ids

Arm = Literal["base", "adapter"]
BOTH: tuple[Arm, Arm] = ("base", "adapter")

ADAPTER_NAMES = {"base": "__base__", "adapter": "default"}
"""PEFT's names for the rows of a mixed batch."""

BATCH_ROWS = 16
"""Contexts answered at once."""

COMPLETED_TOKENS = 40
"""New tokens of a completed reply, at most."""

SCORED_TOKENS = 4096
"""Tokens of one micro-batch when likelihoods are measured, padding included."""


class Likelihood(NamedTuple):
    """How likely one reply was: minus its log-probability in nats, its characters and tokens.

    The turn end is counted in nats and tokens, not in characters.
    """

    nats: float
    characters: int
    tokens: int


class Persona:
    """A base model, with an adapter where there is one. Made by `open_persona` or `open_base`."""

    def __init__(
        self,
        model: Any,
        tokenizer: Any,
        *,
        has_adapter: bool,
        max_length: int,
        sampling: ChatConfig,
    ) -> None:
        self.model = model
        self.tokenizer = tokenizer
        self.has_adapter = has_adapter
        self.max_length = max_length
        self.sampling = sampling
        self.strength = 1.0
        """The adapter's share in replies: 0 is the base, 1 as trained."""
        self._one_at_a_time = threading.Lock()

    def reply(self, turns: Sequence[Turn], *, arm: Arm = "adapter", seed: int = 0) -> str:
        """The reply to `turns`; the same seed gives the same reply."""
        return self.reply_all(turns, (arm,), seed=seed)[arm]

    def reply_all(
        self,
        turns: Sequence[Turn],
        arms: Sequence[Arm] = BOTH,
        *,
        seed: int = 0,
        sampling: ChatConfig | None = None,
    ) -> dict[Arm, str]:
        """The reply of every arm, from one batched generation."""
        *_, last = self.stream(turns, arms, seed=seed, sampling=sampling)
        return last

    def stream(
        self,
        turns: Sequence[Turn],
        arms: Sequence[Arm] = BOTH,
        *,
        seed: int = 0,
        sampling: ChatConfig | None = None,
    ) -> Generator[dict[Arm, str]]:
        """The text so far of every arm, once per token, from one batched generation.

        Closing the generator ends the generation at its next token.
        """
        from persona.backends.sampling import reserve

        sampling = sampling or self.sampling
        budget = self.max_length - reserve(sampling, self.max_length)
        prompt = encode_prompt(self.tokenizer, turns, max_length=budget)
        return self._stream(prompt, tuple(arms), seed, sampling, self.strength)

    def reply_batch(
        self,
        prompts: Sequence[Sequence[Turn]],
        *,
        arm: Arm = "adapter",
        seeds: Sequence[int],
        sampling: ChatConfig | None = None,
    ) -> list[str]:
        """One reply to each prompt, drawn with its own seed whatever else is in the batch."""
        from persona.backends.sampling import sample_replies

        order = sorted(
            range(len(prompts)), key=lambda row: sum(len(t.content) for t in prompts[row])
        )
        replies = [""] * len(prompts)
        for start in range(0, len(order), BATCH_ROWS):
            rows = order[start : start + BATCH_ROWS]
            with self.as_arm(arm, self.strength):
                texts = sample_replies(
                    self.model,
                    self.tokenizer,
                    [prompts[row] for row in rows],
                    sampling=sampling or self.sampling,
                    seeds=[seeds[row] for row in rows],
                    max_length=self.max_length,
                )
            for row, text in zip(rows, texts, strict=True):
                replies[row] = text
        return replies

    def complete_batch(
        self, prompts: Sequence[Sequence[Turn]], *, beginnings: Sequence[str], arm: Arm = "adapter"
    ) -> list[str]:
        """What the model takes for the rest of replies that are begun, its likeliest words."""
        from persona.backends.sampling import sample_replies

        sampling = ChatConfig(temperature=0, max_new_tokens=COMPLETED_TOKENS)
        rests: list[str] = []
        for start in range(0, len(prompts), BATCH_ROWS):
            rows = slice(start, start + BATCH_ROWS)
            with self.as_arm(arm, 1.0):
                rests += sample_replies(
                    self.model,
                    self.tokenizer,
                    prompts[rows],
                    sampling=sampling,
                    seeds=[0] * len(prompts[rows]),
                    max_length=self.max_length,
                    beginnings=beginnings[rows],
                )
        return rests

    def log_likelihood(
        self, examples: Sequence[Example], *, arm: Arm = "adapter"
    ) -> list[Likelihood]:
        """How likely each example's reply is after its prompt, teacher-forced, in their order."""
        from persona.backends.scoring import span_nll

        encoded = [self._encode(example) for example in examples]
        with self.as_arm(arm, 1.0):
            nats = span_nll(self.model, fold(encoded), max_tokens=SCORED_TOKENS)
        return [
            Likelihood(nats[row], len(example.reply), len(one.input_ids) - one.start)
            for row, (example, one) in enumerate(zip(examples, encoded, strict=True))
        ]

    def _encode(self, example: Example) -> Encoded:
        encoded = encode_example(self.tokenizer, example, max_length=self.max_length)
        if not isinstance(encoded, Encoded):
            # Too long for a training window, but every reply has to be judged.
            encoded = encode_example(self.tokenizer, example, max_length=1_000_000)
        if not isinstance(encoded, Encoded):
            raise ModelError(f"a reply of {example.conversation} cannot be judged: {encoded}")
        return encoded

    @contextmanager
    def as_arm(self, arm: Arm, strength: float = 1.0) -> Iterator[None]:
        """The model as that arm, for this thread alone."""
        with self._one_at_a_time:
            if arm == "adapter":
                self._set_strength(strength)
                yield
            elif self.has_adapter:
                with self.model.disable_adapter():
                    yield
            else:
                yield

    def _set_strength(self, strength: float) -> None:
        from peft.tuners.lora import LoraLayer

        if not self.has_adapter:
            raise ModelError("there is no adapter on this base; train one with `persona train`")
        for module in self.model.modules():
            if isinstance(module, LoraLayer):
                module.set_scale("default", strength)

    def _stream(
        self,
        prompt: list[int],
        arms: tuple[Arm, ...],
        seed: int,
        sampling: ChatConfig,
        strength: float,
    ) -> Generator[dict[Arm, str]]:
        from persona.backends.sampling import decode_reply, generate_ids
        from persona.backends.streaming import Step, stream_steps

        stops = stop_ids(self.tokenizer)
        is_mixed = len(set(arms)) > 1

        def generate(on_step: Callable[[Step], None], flag: threading.Event) -> None:
            with self.as_arm("adapter" if is_mixed else arms[0], strength):
                generate_ids(
                    self.model,
                    [prompt] * len(arms),
                    stops=stops,
                    sampling=sampling,
                    seeds=[seed] * len(arms),
                    adapters=[ADAPTER_NAMES[arm] for arm in arms] if is_mixed else None,
                    on_step=on_step,
                    flag=flag,
                )

        rows: dict[Arm, list[int]] = {arm: [] for arm in arms}
        over: set[Arm] = set()
        with closing(stream_steps(generate)) as steps:
            for step in steps:
                for arm, token in zip(arms, step, strict=True):
                    if token in stops:
                        over.add(arm)
                    if arm not in over:
                        rows[arm].append(token)
                # A character of several tokens is shown once it is whole.
                yield {
                    arm: decode_reply(self.tokenizer, ids).rstrip("\ufffd")
                    for arm, ids in rows.items()
                }
        yield {arm: decode_reply(self.tokenizer, ids) for arm, ids in rows.items()}
