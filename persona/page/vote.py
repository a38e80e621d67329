"""The blind vote: three replies in a random order; which one did the person really write?

Nothing that reaches the browser before the vote tells the arms apart: same markup, same colours,
letters instead of names. The order stays in the server's memory until the vote is cast.
"""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import gradio as gr
import msgspec

from persona.page import ballots, markup
from persona.page import contexts as held_out
from persona.page.ballots import LETTERS, Vote
from persona.page.contexts import ADAPTER, BASE, PERSON, Context
from persona.page.events import on
from persona.page.markup import Pane, Take
from persona.page.stage import Stage

CONSENT = (
    "One of three replies was really written by {subject}; the other two are the base model's and "
    "the persona's. Your votes are added to {path} on this computer, readable by its owner only: "
    "the time, which context it was, the order and your choice. No name, no chat text, and "
    "nothing leaves the computer."
)


class Ballot(msgspec.Struct, frozen=True):
    """What stands on the page. order: the arms behind A, B and C."""

    number: int
    order: tuple[str, ...]
    seed: int
    is_cast: bool = False


class VoteView:
    """What the view's events do."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.titles = {
            BASE: "the base model",
            ADAPTER: "the persona",
            PERSON: f"really {stage.subject}",
        }

    def deal(self, ballot: Ballot | None) -> tuple[Any, ...]:
        """A new sealed ballot, on a context other than the last."""
        pool = [context for context in self.stage.contexts() if ballots.is_votable(context)]
        if not pool:
            text = "No context with three different replies yet; run `persona eval` first."
            return None, markup.notice(text), "", self.result(), *self.buttons(None)
        last = ballot.number if ballot else 0
        context = held_out.draw(pool, self.stage.rng, number=last)
        seed = self.stage.rng.randrange(2**31)
        sealed = Ballot(context.number, ballots.shuffled(seed), seed)
        return (
            sealed,
            self.scene(context),
            self.panes(context, sealed),
            self.result(),
            *self.buttons(sealed),
        )

    def cast(self, letter: str | None, ballot: Ballot | None) -> tuple[Any, ...]:
        """Keeps the vote and opens the ballot; a ballot counts once."""
        if ballot is None or ballot.is_cast:
            return ballot, gr.skip(), self.result(), *self.buttons(ballot)
        context = held_out.pick(self.stage.contexts(), ballot.number)
        choice = ballots.letters(ballot.order)[letter] if letter else None
        vote = Vote(
            datetime.now(UTC),
            context.number,
            context.example.conversation,
            ballot.order,
            choice,
            ballot.seed,
        )
        ballots.keep_vote(self.stage.votes, vote)
        opened = msgspec.structs.replace(ballot, is_cast=True)
        panes = self.panes(context, opened, choice=choice)
        return opened, panes, self.result(), *self.buttons(opened)

    def scene(self, context: Context) -> str:
        """What was said before."""
        return markup.past(context.turns, subject=self.stage.subject)

    def panes(self, context: Context, ballot: Ballot, *, choice: str | None = None) -> str:
        """The three replies; who wrote them only where the ballot is cast."""
        columns = []
        for letter, arm in ballots.letters(ballot.order).items():
            title, kind = f"Reply {letter}", "sealed"
            if ballot.is_cast:
                mark = " (your choice)" if arm == choice else ""
                title, kind = f"{letter}: {self.titles[arm]}{mark}", arm
            columns.append(Pane(kind, title, [Take("", context.text(arm))]))
        return markup.panes(columns)

    def result(self) -> str:
        """The running rates."""
        tally = ballots.count(ballots.read_votes(self.stage.votes))
        sentences = ballots.describe(tally, subject=self.stage.subject)
        return markup.notice("\n".join(sentences))

    def buttons(self, ballot: Ballot | None) -> list[Any]:
        """The voting buttons, live while a ballot is sealed, then the button for the next."""
        is_open = ballot is not None and not ballot.is_cast
        votes = [gr.Button(visible=is_open) for _ in range(len(LETTERS) + 1)]
        return [*votes, gr.Button(value="Next" if ballot else "Start", visible=not is_open)]


def build(stage: Stage) -> None:
    """Lays the view out and connects its events."""
    view = VoteView(stage)
    ballot = gr.State(None)
    text = CONSENT.format(subject=stage.subject, path=stage.votes)
    scene = gr.HTML(markup.notice(text), elem_id="vote-scene", apply_default_css=False)
    panes = gr.HTML("", elem_id="vote-panes", apply_default_css=False)
    with gr.Row(elem_classes=["tools", "ballot"]):
        options = [
            gr.Button(f"{letter} is real", visible=False, scale=0, min_width=130)
            for letter in LETTERS
        ]
        unsure = gr.Button("Cannot tell", visible=False, scale=0, min_width=130)
        following = gr.Button("Start", variant="primary", scale=0, min_width=130)
    result = gr.HTML(view.result(), elem_id="vote-result", apply_default_css=False)
    buttons = [*options, unsure, following]
    on(following.click, view.deal, [ballot], [ballot, scene, panes, result, *buttons])
    for letter, button in [*zip(LETTERS, options, strict=True), (None, unsure)]:
        cast = partial(view.cast, letter)
        on(button.click, cast, [ballot], [ballot, panes, result, *buttons])
