"""What a run was begun with, and where it goes on."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from persona.errors import ModelError
from persona.folders import DatasetDir, RunDir, read_json, write_json
from persona.prepare import Prepared
from persona.runs import checkpoint_step, last_checkpoint, trim_metrics


class Start(msgspec.Struct, frozen=True):
    """What a run was begun with, so that it goes on with nothing else; `started.json`."""

    data_sha256: str
    base: str
    template_sha256: str
    steps: int
    threads: int


def begin(run: RunDir, ready: Prepared, dataset: DatasetDir) -> Start:
    """What the run was begun with, written down at its beginning.

    Raises ModelError if the data, the base or the settings are not those any more.
    """
    path = run.root / "started.json"
    begun = read_json(path, error=ModelError) if path.is_file() else {}
    start = Start(
        data_sha256=str(dataset.manifest()["data_sha256"]),
        base=ready.base.name,
        template_sha256=ready.template_sha256,
        steps=len(ready.steps),
        threads=begun.get("threads") or _threads(ready),
    )
    now = msgspec.to_builtins(start)
    changed = [key for key, value in now.items() if begun and begun.get(key) != value]
    if changed:
        raise ModelError(
            f"{run.root}: cannot go on, changed since it was begun: {', '.join(changed)}; "
            "train anew without --resume"
        )
    write_json(path, start)
    return start


def _threads(ready: Prepared) -> int:
    from persona.backends.threads import choose_threads

    return choose_threads() if ready.machine.device == "cpu" else ready.machine.cores


def go_on_from(run: RunDir, ready: Prepared, *, note: Callable[[str], None]) -> Path | None:
    """Where the run goes on, its metric lines trimmed to that; None at its beginning."""
    checkpoint = last_checkpoint(run)
    trim_metrics(run, step=checkpoint_step(checkpoint) if checkpoint else 0)
    if checkpoint:
        where = f"going on after step {checkpoint_step(checkpoint)} of {len(ready.steps)}"
        note(f"{run.root}: {where}, with the settings it was begun with")
    return checkpoint
