"""What the page and the terminal ask of a model. `persona.chat.Persona` is one."""

from collections.abc import Generator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from persona.config import ChatConfig
from persona.data import Turn

if TYPE_CHECKING:
    from persona.chat import Arm


class Engine(Protocol):
    """A model that answers, with its adapter or without.

    strength: the adapter's share in replies that start from now on; 0 is the base, 1 as trained.
    """

    strength: float

    def stream(
        self,
        turns: Sequence[Turn],
        arms: Sequence["Arm"] = ...,
        *,
        seed: int = ...,
        sampling: ChatConfig | None = ...,
    ) -> Generator[Mapping["Arm", str]]:
        """The text so far of every arm, once per token, from one batched generation.

        Closing the generator ends the generation.
        """
        ...
