"""What the evaluation asks of a model, as protocols: answers, and how likely a real answer was.

`persona.chat` fulfils `Engine`, tests do with an echo; a hosted model is `eval.endpoint`.
Nothing here loads anything.
"""

from collections.abc import Sequence
from typing import Literal, Protocol

from persona.data import Example, Turn

Weights = Literal["base", "adapter"]


class Likelihood(Protocol):
    """How likely one real reply was to the model that read it, teacher-forced."""

    @property
    def nats(self) -> float:
        """Minus its log-probability, turn end included."""

    @property
    def characters(self) -> int:
        """Of the reply."""

    @property
    def tokens(self) -> int:
        """Counted in nats, turn end included."""


class Engine(Protocol):
    """A model with and without its adapter."""

    def reply_batch(
        self, prompts: Sequence[Sequence[Turn]], *, arm: Weights, seeds: Sequence[int]
    ) -> list[str]:
        """One reply to each prompt, drawn with its own seed."""

    def complete_batch(
        self, prompts: Sequence[Sequence[Turn]], *, beginnings: Sequence[str], arm: Weights
    ) -> list[str]:
        """The likeliest rest of each reply that is begun."""

    def log_likelihood(self, examples: Sequence[Example], *, arm: Weights) -> Sequence[Likelihood]:
        """How likely each example's real reply was, in the order given."""


class Progress(Protocol):
    """Told how far a stage of the evaluation is, and what is in its way."""

    def __call__(self, stage: str, *, done: int, total: int, note: str = "") -> None: ...


def silent(stage: str, *, done: int, total: int, note: str = "") -> None:
    """A `Progress` that shows nothing."""
