"""How the page's events are wired: private, one generation at a time, buttons locked meanwhile."""

from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import Any, TypeVar

import gradio as gr

from persona.config import ChatConfig
from persona.errors import ConfigError, PersonaError
from persona.page.stage import Drawing, Stage

PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
"""No event of the page is an API: hidden from the docs and from clients."""

MODEL: dict[str, Any] = {**PRIVATE, "concurrency_id": "model", "concurrency_limit": 1}
"""What runs the model waits for its turn: two generations at once would share one strength."""

ON_INDEX_CLICK = """
element.addEventListener('click', event => {
  const button = event.target.closest('button[data-index]');
  if (button) trigger('click', {index: Number(button.dataset.index)});
});
"""
"""Script of an HTML component whose buttons carry an index: a click hands it to the server."""

SAVE_TEXT = """
text => {
  if (!text) return;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], {type: 'application/jsonl'}));
  link.download = 'conversation.jsonl';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
"""
"""Saves a text from the browser's memory; the server writes no file."""

Frame = TypeVar("Frame")


class Controls:
    """Sliders for how replies are drawn. `all` is the order handlers take them in."""

    def __init__(self, defaults: ChatConfig) -> None:
        with gr.Row():
            self.all = [
                _slider("Temperature", "higher is bolder", defaults.temperature, top=1.5),
                _slider("Top p", "lower leaves odd words out", defaults.top_p, top=1),
                gr.Slider(
                    8, 512, defaults.max_new_tokens, step=8, label="Length", info="tokens, at most"
                ),
                _slider("Persona strength", "0 is the base, 1 as trained", 1, top=1.5),
                gr.Textbox(
                    "",
                    label="Seed",
                    info="the same number repeats a reply",
                    placeholder="a new one each time",
                    max_lines=1,
                ),
            ]


def _slider(label: str, info: str, value: float, *, top: float) -> Any:
    return gr.Slider(0, top, value, step=0.05, label=label, info=info)


def drawing(stage: Stage, values: Sequence[Any]) -> Drawing:
    """The settings behind the values of `Controls.all`. Raises ConfigError for a wrong seed."""
    temperature, top_p, max_new_tokens, strength, seed = values
    words = str(seed).strip()
    if not (words.isdecimal() or words == ""):
        raise ConfigError("Settings: the seed is a whole number; leave it empty for a new one")
    return stage.drawing(
        temperature,
        top_p,
        max_new_tokens=max_new_tokens,
        strength=strength,
        seed=int(words) if words else None,
    )


def on(
    event: Callable[..., Any],
    handler: Callable[..., Any],
    inputs: Sequence[Any],
    outputs: Sequence[Any],
) -> Any:
    """Runs `handler` on `event` and returns the dependency; a toast says what can be mended."""

    @wraps(handler)
    def answer(*values: Any) -> Any:
        try:
            return handler(*values)
        except PersonaError as error:
            raise gr.Error(str(error), duration=8, print_exception=False) from None

    return event(answer, list(inputs), list(outputs), **PRIVATE)


def shown(frames: Iterator[Frame], *, failed: Callable[[str], Frame]) -> Iterator[Frame]:
    """`frames`, and at last `failed` with the message of an error that the visitor can mend."""
    try:
        yield from frames
    except PersonaError as error:
        yield failed(str(error))


def while_generating(
    event: Any,
    handler: Callable[..., Any],
    inputs: Sequence[Any],
    outputs: Sequence[Any],
    *,
    lock: Sequence[Any],
    start: Any,
    stop: Any,
) -> Any:
    """Runs a streaming `handler` after `event`; returns the dependency that ends it, to chain on.

    Meanwhile the buttons in `lock` are inert and `stop` stands in the place of `start`.
    """

    def buttons(is_busy: bool) -> list[Any]:
        locked = [gr.Button(interactive=not is_busy) for _ in lock]
        return [*locked, gr.Button(visible=not is_busy), gr.Button(visible=is_busy)]

    controls = [*lock, start, stop]
    busy = event.then(lambda: buttons(True), None, controls, **PRIVATE)
    done = busy.then(handler, list(inputs), list(outputs), **MODEL)
    done.failure(lambda: buttons(False), None, controls, **PRIVATE)  # a bug must not lock the page
    return done.then(lambda: buttons(False), None, controls, **PRIVATE)


def stop_on(event: Any, stage: Stage) -> None:
    """Ends the visitor's generation on `event`, past every queue."""

    def ask(request: gr.Request) -> None:
        stage.stops.ask(request.session_hash)

    event(ask, None, None, queue=False, **PRIVATE)
