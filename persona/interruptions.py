"""What may cut a training short from outside: Ctrl-C and a full disk."""

import errno
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from persona.errors import ModelError
from persona.folders import RunDir

NO_SPACE = os.strerror(errno.ENOSPC)


@contextmanager
def ctrl_c_sets() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C sets; the second one interrupts at once."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = signal.getsignal(signal.SIGINT)

    def ask(_signal: int, _frame: object) -> None:
        stop.set()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, ask)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def ctrl_c_tells_how_to_go_on(run: RunDir) -> Iterator[None]:
    """Adds to a KeyboardInterrupt what to type next."""
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"go on with `{run.resume_command()}`") from None


@contextmanager
def full_disk_is_told(run: RunDir) -> Iterator[None]:
    """A full disk in the middle of a checkpoint as one line; the checkpoint before it counts."""
    try:
        yield
    except Exception as error:  # the libraries below have errors of their own for it
        if getattr(error, "errno", None) != errno.ENOSPC and NO_SPACE not in str(error):
            raise
        raise ModelError(
            f"{run.root}: no space left on the disk; make room and go on with "
            f"`{run.resume_command()}`"
        ) from None
