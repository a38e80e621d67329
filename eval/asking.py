"""Many questions to a server that takes a while: several at once, and never in silence.

The threads end with the program, so Ctrl-C does not wait for a server that hangs.
"""

import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import TypeVar

AT_ONCE = 4
QUIET_SECONDS = 10.0
"""Without an answer, until that is said."""

Question = TypeVar("Question")
Tell = Callable[[str], None]
Ask = Callable[[Question, Tell, threading.Event], None]


class _Ended:
    """A thread has nothing more to ask."""


_Event = str | Exception | _Ended


def ask_all(
    questions: Sequence[Question],
    ask: Ask[Question],
    *,
    tell: Tell,
    quiet_seconds: float = QUIET_SECONDS,
) -> None:
    """Runs `ask` on each question, in threads; it keeps what it is answered itself.

    ask: also gets a `tell` for what is in the way, and an event that is set once somebody failed.
    tell: hears that in the caller's thread, and "" after each answer. After a failure nothing new
    is asked; what is on its way comes in, then the first failure is raised.
    """
    waiting: SimpleQueue[Question] = SimpleQueue()
    for question in questions:
        waiting.put(question)
    events: SimpleQueue[_Event] = SimpleQueue()
    stop = threading.Event()
    running = min(AT_ONCE, len(questions))
    for _ in range(running):
        threading.Thread(target=_work, args=(waiting, ask, events, stop), daemon=True).start()
    try:
        failures = _follow(events, running=running, tell=tell, quiet_seconds=quiet_seconds)
    finally:
        stop.set()
    if failures:
        raise failures[0]


def _work(
    waiting: SimpleQueue[Question],
    ask: Ask[Question],
    events: SimpleQueue[_Event],
    stop: threading.Event,
) -> None:
    """One thread: asks until nothing is left or somebody failed."""
    try:
        while not stop.is_set():
            ask(waiting.get_nowait(), events.put, stop)
            events.put("")
    except Empty:
        pass
    except Exception as error:
        stop.set()
        events.put(error)
    events.put(_Ended())


def _follow(
    events: SimpleQueue[_Event], *, running: int, tell: Tell, quiet_seconds: float
) -> list[Exception]:
    """Tells what the threads tell until all have ended; their failures in order."""
    failures = []
    note = ""
    while running:
        try:
            event = events.get(timeout=quiet_seconds)
        except Empty:
            tell(note or "no answer yet")
            continue
        if isinstance(event, _Ended):
            running -= 1
        elif isinstance(event, Exception):
            failures.append(event)
        else:
            note = event
            tell(note)
    return failures
