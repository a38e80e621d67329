"""What every view of the page works with: the run, its dataset, its contexts and its model."""

import random
import secrets
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from persona.config import ChatConfig, Config
from persona.data import Turn
from persona.folders import DatasetDir, RunDir
from persona.page.contexts import Context, load_contexts
from persona.page.engine import Engine
from persona.system_line import system_line

if TYPE_CHECKING:
    from persona.chat import Arm

FRAME_SECONDS = 1 / 15
"""A browser shows at most about 45 updates a second; 15 look smooth and leave room for others."""

NEW_SEEDS = 100_000
"""Seeds drawn for the visitor lie below this: short enough to read out and type in again."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """How one reply is drawn. strength: the adapter's share, 0 is the base, 1 as trained."""

    sampling: ChatConfig
    strength: float
    seed: int


class Stop:
    """Whether a generation should end, and whether what it wrote is still wanted."""

    def __init__(self) -> None:
        self.is_set = False
        self.is_discarded = False


class Stops:
    """The generation each browser session is waiting for, so that it can be stopped."""

    def __init__(self) -> None:
        self._running: dict[str | None, Stop] = {}

    def begin(self, session: str | None) -> Stop:
        """The stop of a generation that begins now."""
        stop = self._running[session] = Stop()
        return stop

    def ask(self, session: str | None, *, discard: bool = False) -> None:
        """Ends the generation of this session at its next token, if there is one."""
        stop = self._running.pop(session, None)
        if stop:
            stop.is_discarded = discard
            stop.is_set = True


@dataclass(frozen=True)
class Stage:
    """One run on show. partners: the people the subject talks with in the logs."""

    run: RunDir
    dataset: DatasetDir
    config: Config
    subject: str
    partners: tuple[str, ...]
    engine: Engine
    rng: random.Random = field(default_factory=lambda: random.Random(secrets.randbits(64)))
    stops: Stops = field(default_factory=Stops)

    @property
    def votes(self) -> Path:
        """Where the votes of the blind view are kept."""
        return self.run.root / "votes.jsonl"

    def contexts(self) -> list[Context]:
        """The held-out contexts with the replies of the newest evaluation."""
        files = (self.run.replies, self.dataset.test)
        return _contexts(self.run, self.dataset, tuple(_changed_at(path) for path in files))

    def system(self, partner: str | None) -> Turn:
        """The system line of a conversation with `partner`, one of the logs or somebody new."""
        return Turn("system", system_line(self.subject, [partner] if partner else []))

    def drawing(
        self,
        temperature: float,
        top_p: float,
        *,
        max_new_tokens: float,
        strength: float,
        seed: int | None,
    ) -> Drawing:
        """The settings of one reply; an empty seed becomes a new one."""
        sampling = ChatConfig(
            temperature=temperature, top_p=top_p, max_new_tokens=int(max_new_tokens)
        )
        drawn = self.rng.randrange(NEW_SEEDS) if seed is None else seed
        return Drawing(sampling, strength, drawn)

    def answer(
        self, turns: Sequence[Turn], arms: Sequence["Arm"], *, drawing: Drawing, stop: Stop
    ) -> Iterator[Mapping["Arm", str]]:
        """The replies of `arms` as they grow, at the pace of a screen; ends soon after `stop`."""
        self.engine.strength = drawing.strength
        tokens = self.engine.stream(turns, arms, seed=drawing.seed, sampling=drawing.sampling)
        return frames(tokens, stop)


@lru_cache(maxsize=2)
def _contexts(run: RunDir, dataset: DatasetDir, _: tuple[int, ...]) -> list[Context]:
    """Read again only when a file changed: a search asks with every key."""
    return load_contexts(run, dataset)


def _changed_at(path: Path) -> int:
    return path.stat().st_mtime_ns if path.is_file() else 0


def frames(tokens: Generator[Mapping["Arm", str]], stop: Stop) -> Iterator[Mapping["Arm", str]]:
    """`tokens` at the pace of a screen, the last one always; closes the source at `stop`."""
    shown_at = 0.0
    waiting: Mapping[Arm, str] | None = None
    with closing(tokens):
        for texts in tokens:
            waiting = texts
            if stop.is_set:
                break
            if monotonic() - shown_at >= FRAME_SECONDS:
                shown_at = monotonic()
                yield waiting
                waiting = None
    if waiting is not None:
        yield waiting
