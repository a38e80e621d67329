"""What a person watches while something long runs: training steps and evaluation stages.

On a terminal a line that renews itself; elsewhere a plain line now and then. All of it on standard
error.
"""

import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from persona.console import progress, say, stderr

if TYPE_CHECKING:
    from rich.progress import TaskID

    from persona.backends import Progress
    from persona.prepare import Prepared

PLAIN_SECONDS = 10.0
"""Between two lines of progress where there is no terminal."""


class Stages:
    """Progress through stages that each count up to a total."""

    def __init__(self) -> None:
        self._bars = progress()
        self._tasks: dict[str, TaskID] = {}
        self._last_line = 0.0
        self._had_note = False

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def __call__(self, stage: str, *, done: int, total: int, note: str = "") -> None:
        """`done` of `total` of that stage; the time left is estimated from its pace."""
        if not stderr().is_terminal:
            self._plain(stage, done=done, total=total, note=note)
            return
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage, total=total, note="")
        self._bars.update(self._tasks[stage], completed=done, total=total, note=note)

    def _plain(self, stage: str, *, done: int, total: int, note: str) -> None:
        now = time.monotonic()
        is_new = bool(note) and not self._had_note
        if done == total or is_new or now - self._last_line >= PLAIN_SECONDS:
            self._last_line, self._had_note = now, bool(note)
            say(f"{stage} {done}/{total} {note}".rstrip())


class TrainingDisplay(Stages):
    """The plan, three samples with their trained part marked, then step after step."""

    def prepared(self, ready: "Prepared") -> None:
        """What was checked before the first step."""
        from persona.tables.training import plan_lines

        for line in plan_lines(ready.plan):
            say(line)
        say("three samples; what is learned stands between » and «:")
        for sample in ready.samples:
            say(f"  {_one_line(sample.context)} »{_one_line(sample.trained)}«")

    def progress(self, at: "Progress") -> None:
        """One optimizer step."""
        note = f"loss {at.loss:.3f}  {at.tokens_per_second:,.0f} tokens/s  {_left(at.seconds_left)}"
        if at.valid_loss is not None:
            note += f"  held-out loss {at.valid_loss:.3f}"
        self("training", done=at.step, total=at.steps, note=note)

    def note(self, line: str) -> None:
        """A single line of log."""
        say(line)


def _left(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d} left"


def _one_line(text: str, *, width: int = 160) -> str:
    flat = " ⏎ ".join(part for part in text.split("\n") if part)
    return flat if len(flat) <= width else "… " + flat[-width:]
