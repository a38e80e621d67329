"""A generation as a stream: it runs in a thread of its own and hands over each step."""

import queue
import threading
from collections.abc import Callable, Generator

Step = list[int]
Generate = Callable[[Callable[[Step], None], threading.Event], None]
"""Generates, calls the first argument with each step, and ends soon after the second is set."""


def stream_steps(generate: Generate) -> Generator[Step]:
    """The steps of `generate` as they come; what it raises is raised here.

    Closing the generator sets the flag and waits for the thread to end.
    """
    flag = threading.Event()
    steps: queue.SimpleQueue[Step | BaseException | None] = queue.SimpleQueue()

    def work() -> None:
        try:
            generate(steps.put, flag)
        except Exception as error:  # raised again in the caller's thread
            steps.put(error)
        steps.put(None)

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    try:
        while (step := steps.get()) is not None:
            if isinstance(step, BaseException):
                raise step
            yield step
    finally:
        flag.set()
        worker.join()
