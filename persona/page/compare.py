"""The compare view: base, persona and what the person really said, for any held-out context.

The recorded replies are those of the report; "another reply" draws base and persona live, from one
batched generation, and adds them below the recorded ones.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import gradio as gr
import msgspec

from persona.counted import counted
from persona.page import contexts as held_out
from persona.page import markup
from persona.page.contexts import ADAPTER, BASE, PANES, PERSON, Context
from persona.page.events import (
    ON_INDEX_CLICK,
    Controls,
    drawing,
    on,
    shown,
    stop_on,
    while_generating,
)
from persona.page.markup import Pane, Take
from persona.page.stage import Stage

LISTED = 150
"""Contexts listed at once; a search narrows the rest down."""


READING = (
    "The base model is the persona before training. None of these conversations was learned from. "
    "The recorded replies are those that the report judged; what {subject} really said is real."
)


class Live(msgspec.Struct, frozen=True):
    """Replies drawn on this page for the context shown: one text per arm."""

    texts: dict[str, str]
    seed: int
    is_growing: bool = False


class CompareView:
    """What the view's events do."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.titles = {
            BASE: "Base model",
            ADAPTER: f"Persona of {stage.subject}",
            PERSON: f"{stage.subject}, really",
        }

    def open(self, number: int, query: str) -> tuple[Any, ...]:
        """The first context with recorded replies when the page is opened, else the one shown."""
        contexts = self.stage.contexts()
        answered = [context for context in contexts if context.is_answered]
        replies = [context for context in answered if not context.is_opener]
        first = next(iter(replies or answered or contexts), None)
        return self.show(number or (first.number if first else 0), query)

    def show(self, number: int, query: str) -> tuple[Any, ...]:
        """A context: its number, no live replies, list, thread and panes."""
        contexts = self.stage.contexts()
        if not contexts:
            empty = markup.notice("The dataset holds no test split, so there is nothing to compare")
            return 0, (), "", empty, ""
        context = held_out.pick(contexts, number)
        listed = self.listing(held_out.search(contexts, query), current=number)
        return number, (), listed, self.scene(context), self.replies(context, ())

    def choose(self, query: str, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        """The context clicked in the list; a reply that is being written is given up."""
        self.stage.stops.ask(request.session_hash, discard=True)
        return self.show(event.index, query)

    def redraw(self, number: int, lives: Sequence[Live]) -> str:
        """The panes as they should be once a generation is over, whatever was clicked meanwhile."""
        return self.replies(held_out.pick(self.stage.contexts(), number), lives)

    def filter(self, query: str, number: int) -> str:
        """The list of what the search found."""
        return self.listing(held_out.search(self.stage.contexts(), query), current=number)

    def step(self, number: int, query: str, *, by: int) -> tuple[Any, ...]:
        """The next or previous of what the search found."""
        found = held_out.search(self.stage.contexts(), query) or self.stage.contexts()
        target = held_out.neighbour(found, number, step=by).number if found else 0
        return self.show(target, query)

    def draw(self, number: int, query: str) -> tuple[Any, ...]:
        """A random one of what the search found, with recorded replies if any has them."""
        found = held_out.search(self.stage.contexts(), query)
        pool = [context for context in found if context.is_answered] or found
        target = held_out.draw(pool, self.stage.rng, number=number).number if pool else number
        return self.show(target, query)

    def another(
        self, number: int, lives: Sequence[Live], request: gr.Request, *values: Any
    ) -> Iterator[tuple[Any, ...]]:
        """Streams another reply of base and persona, from one batched generation."""
        yield from shown(
            self._another(number, tuple(lives), values, session=request.session_hash),
            failed=lambda why: (gr.skip(), gr.skip(), markup.status(why, kind="failed")),
        )

    def _another(
        self, number: int, lives: tuple[Live, ...], values: Sequence[Any], *, session: str | None
    ) -> Iterator[tuple[Any, ...]]:
        context = held_out.pick(self.stage.contexts(), number)
        settings = drawing(self.stage, values)
        stop = self.stage.stops.begin(session)
        live = Live({BASE: "", ADAPTER: ""}, settings.seed, is_growing=True)
        yield lives, self.replies(context, (*lives, live)), markup.status("writing")
        prompt = context.example.prompt
        for texts in self.stage.answer(prompt, (BASE, ADAPTER), drawing=settings, stop=stop):
            said = {str(arm): text for arm, text in texts.items()}
            live = Live(said, settings.seed, is_growing=True)
            yield lives, self.replies(context, (*lives, live)), markup.status("writing")
        if stop.is_discarded:
            yield gr.skip(), gr.skip(), markup.status("")
            return
        lives = (*lives, Live(live.texts, settings.seed))
        ending = "stopped" if stop.is_set else "done"
        status = markup.status(f"{ending}, seed {settings.seed}, strength {settings.strength:g}")
        yield lives, self.replies(context, lives), status

    def listing(self, found: Sequence[Context], *, current: int) -> str:
        """The contexts to pick from."""
        entries = [
            (context.number, context.cue, _origin(context, is_short=True))
            for context in found[:LISTED]
        ]
        return markup.index(entries, current=current, more=max(0, len(found) - LISTED))

    def scene(self, context: Context) -> str:
        """What was said before, with where and when."""
        head = markup.heading(f"Context {context.number}", _origin(context))
        return head + markup.past(context.turns, subject=self.stage.subject)

    def replies(self, context: Context, lives: Sequence[Live]) -> str:
        """The three panes."""
        return markup.panes([self._pane(arm, context, lives) for arm in PANES])

    def _pane(self, arm: str, context: Context, lives: Sequence[Live]) -> Pane:
        text, seed = context.text(arm), context.seed(arm)
        caption = "what was really said" if arm == PERSON else "recorded"
        if text is None:
            caption = "not in the evaluation; press Another reply"
        elif seed is not None and arm != PERSON:
            caption += f", seed {seed}"
        takes = [Take(caption, text, _size(text))]
        takes += [
            Take(f"drawn now, seed {live.seed}", said, _size(said), is_live=live.is_growing)
            for live in lives
            if (said := live.texts.get(arm)) is not None
        ]
        return Pane(arm, self.titles[arm], takes)


def _origin(context: Context, *, is_short: bool = False) -> str:
    when = context.example.sent_at
    day = f"{when:%Y-%m-%d}" if when else ""
    if is_short:
        return " · ".join(
            part for part in (day, "" if context.is_answered else "not evaluated") if part
        )
    return " · ".join(part for part in (context.example.chat, day) if part)


def _size(text: str | None) -> str:
    return counted(len(text), "character") if text else ""


def _picker() -> tuple[Any, Any]:
    """The search and the list of what it found."""
    with gr.Column(scale=1, min_width=260, elem_classes=["picker"]):
        query = gr.Textbox(
            "",
            label="Search the held-out contexts",
            placeholder="words, or #12",
            elem_id="compare-search",
        )
        listed = gr.HTML(elem_id="compare-list", apply_default_css=False, js_on_load=ON_INDEX_CLICK)
    return query, listed


def _buttons() -> tuple[Any, ...]:
    """Three to move between contexts, one for another reply, and the one that stops it."""
    with gr.Row(elem_classes=["tools"]):
        moves = [
            gr.Button(name, size="sm", scale=0, min_width=84)
            for name in ("Previous", "Next", "Random")
        ]
        more = gr.Button("Another reply", size="sm", variant="primary", scale=0, min_width=124)
        stop = gr.Button("Stop", size="sm", variant="stop", scale=0, min_width=124, visible=False)
    return (*moves, more, stop)


def build(stage: Stage, page: Any) -> None:
    """Lays the view out and connects its events; `page` is the Blocks, for the first load."""
    view = CompareView(stage)
    number, lives = gr.State(0), gr.State(())
    with gr.Row(elem_classes=["browse"]):
        query, listed = _picker()
        with gr.Column(scale=3, min_width=300):
            back, forth, random, more, stop = _buttons()
            scene = gr.HTML(elem_id="compare-scene", apply_default_css=False)
            panes = gr.HTML(elem_id="compare-panes", apply_default_css=False)
            status = gr.HTML(markup.status(""), elem_id="compare-status", apply_default_css=False)
            gr.HTML(markup.aside(READING.format(subject=stage.subject)), apply_default_css=False)
            with gr.Accordion("Settings", open=False, elem_classes=["settings"]):
                controls = Controls(stage.config.chat)
    shown_parts = [number, lives, listed, scene, panes]
    on(page.load, view.open, [number, query], shown_parts)
    on(listed.click, view.choose, [query], shown_parts)
    on(query.change, view.filter, [query, number], [listed])
    on(back.click, lambda n, q: view.step(n, q, by=-1), [number, query], shown_parts)
    on(forth.click, lambda n, q: view.step(n, q, by=1), [number, query], shown_parts)
    on(random.click, view.draw, [number, query], shown_parts)
    pressed = on(more.click, lambda: markup.status("waiting"), [], [status])
    done = while_generating(
        pressed,
        view.another,
        [number, lives, *controls.all],
        [lives, panes, status],
        lock=[back, forth, random],
        start=more,
        stop=stop,
    )
    on(done.then, view.redraw, [number, lives], [panes])
    stop_on(stop.click, stage)
