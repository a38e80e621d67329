"""`persona chat`: the persona in a terminal, or line by line through a pipe.

At a terminal replies grow as bubbles; without one every line of standard input is a message, and
its reply goes to standard output. Nothing said here is kept.
"""

import random
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing

from persona.bubbles import Column, Screen, screen, titles
from persona.chat import Arm
from persona.config import Config
from persona.data import Turn, split_bubbles
from persona.errors import DataError
from persona.folders import DatasetDir, RunDir
from persona.page import contexts as held_out
from persona.page import dialogue as talk
from persona.page.contexts import ADAPTER, BASE, PERSON
from persona.page.engine import Engine
from persona.page.markup import IMITATION
from persona.register import require_same_data
from persona.system_line import system_line

HELP = {
    "/compare": "base beside persona, on and off; with a message behind it, for that one alone",
    "/context N": "held-out context N: base, persona, and what was really said; no N: a random one",
    "/strength X": "the adapter's share: 0 is the base, 1 as trained",
    "/reset": "forget what was said",
    "/help": "this list",
    "/exit": "leave; so does the end of input",
}
STRONGEST = 4.0


def chat(
    run: RunDir,
    dataset: DatasetDir,
    config: Config,
    *,
    engine: Engine | None = None,
    shown_on: Screen | None = None,
) -> None:
    """Talks until /exit or the end of input.

    engine: the model that answers; None opens the run's own. shown_on: None takes standard input
    and output. Raises ModelError or DataError where the run or its dataset cannot be used.
    """
    require_same_data(run, dataset)
    if engine is None:
        from persona.chat import open_persona

        engine = open_persona(run)
    is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    where = shown_on or screen(is_terminal=is_terminal, lines=sys.stdin)
    Talk(run, dataset, config, engine=engine, screen=where).run_until_exit()


class Talk:
    """One conversation and its settings."""

    def __init__(
        self, run: RunDir, dataset: DatasetDir, config: Config, *, engine: Engine, screen: Screen
    ) -> None:
        self.run = run
        self.dataset = dataset
        self.config = config
        self.engine = engine
        self.screen = screen
        self.subject = str(dataset.manifest()["subject"])
        self.names = {
            BASE: "base",
            ADAPTER: f"{self.subject} (AI)",
            PERSON: f"{self.subject} (real)",
        }
        self.dialogue: talk.Dialogue = ()
        self.is_comparing = False
        self.drawn = 0

    def run_until_exit(self) -> None:
        """Answers line by line."""
        self.screen.note(f"{IMITATION.format(subject=self.subject)}. /help lists the commands.")
        for line in self.screen.lines():
            words = line.strip()
            if words.startswith("/"):
                if words.split()[0] in ("/exit", "/quit"):
                    return
                self.command(*words.split(maxsplit=1))
            elif words:
                self.answer(words)

    def command(self, name: str, argument: str = "") -> None:
        """Carries out a command; an unknown one is a remark, not an end."""
        match name:
            case "/compare":
                self.compare(argument)
            case "/context":
                self.show_context(argument)
            case "/strength":
                self.set_strength(argument)
            case "/reset":
                self.dialogue = ()
                self.screen.note("forgotten")
            case "/help":
                for command, meaning in HELP.items():
                    self.screen.note(f"{command:<12} {meaning}")
            case _:
                self.screen.note(f"{name}: no such command; /help lists them")

    def compare(self, words: str) -> None:
        """Answers one message by base and persona; without words every message to come, or none."""
        if words:
            self.answer(words, by=(BASE, ADAPTER))
            return
        self.is_comparing = not self.is_comparing
        self.screen.note(f"base beside persona: {'on' if self.is_comparing else 'off'}")

    def answer(self, words: str, *, by: tuple[Arm, ...] = ()) -> None:
        """Adds a message and shows the reply to it; in a comparison the persona's goes on."""
        self.dialogue = talk.said(self.dialogue, words, role="user")
        arms = by or ((BASE, ADAPTER) if self.is_comparing else (ADAPTER,))
        columns = self.screen.replies(self._frames(arms))
        texts = {column.kind: column.text for column in columns}
        if split_bubbles(texts.get(ADAPTER, "")):
            self.dialogue = talk.said(self.dialogue, texts[ADAPTER], role="assistant")

    def _frames(self, arms: Sequence[Arm]) -> Iterator[list[Column]]:
        """The replies as they grow. Seeds count up from the configured one: a session repeats."""
        seed = self.config.seed + self.drawn
        self.drawn += 1
        turns = (Turn("system", system_line(self.subject)), *self.dialogue)
        tokens = self.engine.stream(turns, arms, seed=seed, sampling=self.config.chat)
        with closing(tokens):
            for texts in tokens:
                yield titles(self.names, {str(arm): text for arm, text in texts.items()})

    def set_strength(self, argument: str) -> None:
        """Sets the adapter's share of the replies to come."""
        try:
            strength = float(argument)
        except ValueError:
            strength = -1.0
        if not 0 <= strength <= STRONGEST:
            self.screen.note(f"/strength takes a number from 0 to {STRONGEST:g}")
            return
        self.engine.strength = strength
        self.screen.note(f"strength {strength:g}")

    def show_context(self, argument: str) -> None:
        """A held-out context and its replies as the evaluation recorded them; nothing is drawn."""
        contexts = held_out.load_contexts(self.run, self.dataset)
        try:
            context = self._pick(contexts, argument)
        except DataError as error:
            self.screen.note(str(error))
            return
        self.screen.note(f"context {context.number} of {len(contexts)}")
        for turn in context.turns:
            self.screen.said(self.subject if turn.role == "assistant" else "partner", turn.content)
        if not context.is_answered:
            self.screen.note("not answered in the evaluation; run `persona eval`")
            self.screen.said(self.names[PERSON], context.example.reply)
            return
        texts = {arm: context.text(arm) for arm in self.names}
        self.screen.replies([titles(self.names, {a: t for a, t in texts.items() if t is not None})])

    def _pick(self, contexts: Sequence[held_out.Context], argument: str) -> held_out.Context:
        if argument:
            number = argument.removeprefix("#")
            if not number.isdecimal():
                raise DataError(f"/context takes a number from 1 to {len(contexts)}")
            return held_out.pick(contexts, int(number))
        if not contexts:
            raise DataError(f"{self.dataset.test}: no held-out contexts")
        answered = [context for context in contexts if context.is_answered]
        return random.Random(self.config.seed + self.drawn).choice(answered or list(contexts))
