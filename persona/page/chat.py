"""The chat view: the persona alone, in bubbles, with stop, retry, undo, edit and export.

The dialogue lives in the server's memory for as long as the browser tab is open; neither the server
nor the browser stores it, unless the visitor saves it.
"""

from collections.abc import Iterator
from time import monotonic
from typing import Any

import gradio as gr

from persona.data import split_bubbles
from persona.page import dialogue as talk
from persona.page import markup
from persona.page.contexts import ADAPTER
from persona.page.dialogue import Dialogue
from persona.page.events import (
    ON_INDEX_CLICK,
    PRIVATE,
    SAVE_TEXT,
    Controls,
    drawing,
    on,
    shown,
    stop_on,
    while_generating,
)
from persona.page.stage import Stage

REPLACE = "editing message {number}; Enter puts the new text in its place"
STRANGER = "somebody new"


class ChatView:
    """What the view's events do. Every handler takes and returns raw text; only HTML is escaped."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.names = {"user": "You", "assistant": f"{stage.subject} (AI)"}

    def say(self, text: str, dialogue: Dialogue, editing: int | None) -> tuple[Any, ...]:
        """The dialogue with the visitor's words added, or put in the place of others."""
        words = text.strip()
        if words and editing is not None and editing < len(dialogue):
            dialogue = talk.edited(dialogue, editing, words)
        elif words:
            dialogue = talk.said(dialogue, words, role="user")
        return "", dialogue, None, self.thread(dialogue)

    def respond(
        self, dialogue: Dialogue, partner: str, request: gr.Request, *values: Any
    ) -> Iterator[tuple[Any, ...]]:
        """Streams the persona's reply; what was written before a stop is kept."""
        yield from shown(
            self._respond(dialogue, partner, values, session=request.session_hash),
            failed=lambda why: (dialogue, self.thread(dialogue), markup.status(why, kind="failed")),
        )

    def _respond(
        self, dialogue: Dialogue, partner: str, values: tuple[Any, ...], *, session: str | None
    ) -> Iterator[tuple[Any, ...]]:
        if not talk.is_unanswered(dialogue):
            yield dialogue, self.thread(dialogue), markup.status("")
            return
        settings, started = drawing(self.stage, values), monotonic()
        stop, text = self.stage.stops.begin(session), ""
        yield dialogue, self.thread(dialogue, pending=""), markup.status("writing")
        turns = (self.stage.system(None if partner == STRANGER else partner), *dialogue)
        for texts in self.stage.answer(turns, (ADAPTER,), drawing=settings, stop=stop):
            text = texts[ADAPTER]
            yield dialogue, self.thread(dialogue, pending=text), markup.status("writing")
        if split_bubbles(text):
            dialogue = talk.said(dialogue, text, role="assistant")
        ending = "stopped" if stop.is_set else f"{monotonic() - started:.1f} s"
        yield dialogue, self.thread(dialogue), markup.status(f"{ending}, seed {settings.seed}")

    def edit(self, dialogue: Dialogue, editing: int | None, event: gr.EventData) -> tuple[Any, ...]:
        """Puts a message into the text box to be changed; a second click puts it back."""
        index = event.index
        if index == editing or not 0 <= index < len(dialogue):
            return "", None, self.thread(dialogue), markup.status("")
        hint = markup.status(REPLACE.format(number=index + 1))
        return dialogue[index].content, index, self.thread(dialogue, editing=index), hint

    def rewind(self, dialogue: Dialogue) -> tuple[Dialogue, str]:
        """The dialogue up to the visitor's last words, to be answered anew."""
        rest = talk.without_last_reply(dialogue)
        return rest, self.thread(rest)

    def undo(self, dialogue: Dialogue) -> tuple[Any, ...]:
        """Takes back the last exchange and hands the visitor's words back for another try."""
        kept = talk.undone(dialogue)
        rest = talk.without_last_reply(dialogue)
        words = rest[-1].content if rest else ""
        return words, kept, None, self.thread(kept), markup.status("")

    def clear(self) -> tuple[Any, ...]:
        """An empty dialogue."""
        return "", (), None, self.thread(()), markup.status("")

    def export(self, dialogue: Dialogue, partner: str) -> str:
        """The dialogue as one JSON line, or nothing where nothing was said."""
        system = self.stage.system(None if partner == STRANGER else partner)
        return talk.as_jsonl(dialogue, system=system) if dialogue else ""

    def thread(
        self, dialogue: Dialogue, *, pending: str | None = None, editing: int | None = None
    ) -> str:
        """The dialogue as bubbles."""
        if not dialogue and pending is None:
            return markup.welcome(self.stage.subject)
        return markup.thread(
            dialogue,
            self.names,
            label="Conversation",
            is_live=True,
            can_edit=pending is None,
            editing=editing,
            pending=pending,
        )


def _compose() -> tuple[Any, Any, Any]:
    """Where the visitor writes, and the buttons that send it and stop the reply."""
    with gr.Row(elem_classes=["compose"]):
        box = gr.Textbox(
            label="Your message",
            placeholder="Write a message",
            lines=1,
            max_lines=6,
            scale=8,
            elem_id="chat-box",
            autofocus=True,
        )
        send = gr.Button("Send", variant="primary", scale=0, min_width=84)
        stop = gr.Button("Stop", variant="stop", scale=0, min_width=84, visible=False)
    return box, send, stop


def build(stage: Stage) -> None:
    """Lays the view out and connects its events."""
    view = ChatView(stage)
    dialogue, editing = gr.State(()), gr.State(None)
    with gr.Column(elem_classes=["talk"]):
        thread = gr.HTML(
            view.thread(()), elem_id="chat", apply_default_css=False, js_on_load=ON_INDEX_CLICK
        )
        status = gr.HTML(markup.status(""), elem_id="chat-status", apply_default_css=False)
        box, send, stop = _compose()
        with gr.Row(elem_classes=["tools"]):
            retry, undo, new, save = (
                gr.Button(name, size="sm", scale=0, min_width=72)
                for name in ("Retry", "Undo", "New", "Save")
            )
        with gr.Accordion("Settings", open=False, elem_classes=["settings"]):
            partner = gr.Dropdown(
                [STRANGER, *stage.partners],
                value=STRANGER,
                label="You are",
                info="whom the persona believes to be talking with",
                allow_custom_value=True,
            )
            controls = Controls(stage.config.chat)
    saved = gr.Textbox(visible=False)
    talking = [box, dialogue, editing, thread]
    lock = [retry, undo, new]
    answer = ([dialogue, partner, *controls.all], [dialogue, thread, status])
    for begun in (
        on(box.submit, view.say, [box, dialogue, editing], talking),
        on(send.click, view.say, [box, dialogue, editing], talking),
        on(retry.click, view.rewind, [dialogue], [dialogue, thread]),
    ):
        while_generating(begun, view.respond, *answer, lock=lock, start=send, stop=stop)
    on(thread.click, view.edit, [dialogue, editing], [box, editing, thread, status])
    on(undo.click, view.undo, [dialogue], [*talking, status])
    on(new.click, view.clear, [], [*talking, status])
    stop_on(stop.click, stage)
    exported = on(save.click, view.export, [dialogue, partner], [saved])
    exported.then(None, [saved], None, js=SAVE_TEXT, **PRIVATE)
