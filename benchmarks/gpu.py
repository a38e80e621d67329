"""What training does on this GPU, in numbers: speed, memory, correctness. One command, no network.

    python -m benchmarks.gpu --out gpu.json [--shape 8B] [--seconds 420]

Builds a Llama-3.1-8B-shaped model with random weights and the bundled tokenizer, and trains it
through `persona.backends` beside plain TRL and PEFT. Random weights are as fast and as large as
real ones; quality is not what is measured here. Sections run in a process for each set of
libraries; each writes its figures at once and a failure costs only itself. `--shape tiny` tries
the whole script on a CPU.

Needs, beside torch, triton, transformers and accelerate: unsloth, unsloth_zoo, bitsandbytes, trl,
peft, datasets, dill, multiprocess, cut_cross_entropy, msgspec; all at this project's pins.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

SECTIONS = {
    "environment": ("base", 40),
    "base": ("base", 150),
    "peak": ("unsloth", 90),
    "packed": ("unsloth", 120),
    "leak": ("unsloth", 60),
    "plain_best": ("plain", 80),
    "plain_default": ("plain", 70),
    "resume": ("unsloth", 60),
    "rows": ("unsloth", 80),
    "rows_long": ("unsloth", 240),
    "reload": ("hf", 90),
    "mixed": ("hf", 60),
    "hf": ("hf", 90),
}
"""Section: the process it runs in (one library set each) and the most seconds it may take."""

USUAL = [name for name in SECTIONS if name != "rows_long"]
"""What runs unless sections are named; rows_long tells something in a process of its own only."""

GROUPS = ("base", "unsloth", "plain", "hf")
LEAST_SECONDS = 15.0
ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


def main() -> None:
    """Runs the sections and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=Path("gpu.json"))
    parser.add_argument("--shape", choices=("8B", "tiny"), default="8B")
    parser.add_argument("--seconds", type=float, default=420.0, help="for everything together")
    parser.add_argument("--only", nargs="*", default=USUAL, help="these sections")
    parser.add_argument("--work", type=Path, help="folder for weights and runs, kept if given")
    parser.add_argument("--child", choices=GROUPS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        run_sections(options)
        return
    with tempfile.TemporaryDirectory() as folder:
        options.work = options.work or Path(folder)
        options.work.mkdir(parents=True, exist_ok=True)
        supervise(options, until=time.monotonic() + options.seconds)
    from benchmarks.gpu_table import table

    found = read(options.out)
    text = table(found) + "\n"
    sys.stdout.write(text)
    where = found["sections"].get("environment", {})
    head = f"`python -m benchmarks.gpu`, {where.get('date')}, {where.get('device')}"
    options.out.with_suffix(".md").write_text(f"{head}\n\n```\n{text}```\n", encoding="utf-8")


def supervise(options: argparse.Namespace, *, until: float) -> None:
    """Starts a process for each group, again for what is left where one died."""
    write(options.out, {"shape": options.shape, "sections": {}})
    for group in GROUPS:
        while wanted := _open_sections(options, group):
            left = until - time.monotonic()
            if left < LEAST_SECONDS:
                _note(options.out, wanted[0], {"error": "no time left"})
                continue
            limit = min(left, sum(SECTIONS[name][1] for name in wanted) + 60)
            _run_child(options, group, wanted, limit=limit)


def _open_sections(options: argparse.Namespace, group: str) -> list[str]:
    """The group's sections that are wanted and have no result yet, in their order."""
    done = read(options.out)["sections"]
    return [
        name
        for name, (where, _) in SECTIONS.items()
        if where == group and name in options.only and name not in done
    ]


def _run_child(options: argparse.Namespace, group: str, wanted: list[str], *, limit: float) -> None:
    """Runs the sections in one process; the one it died in gets an error."""
    command = [sys.executable, "-m", "benchmarks.gpu", "--child", group, "--only", *wanted]
    command += ["--out", str(options.out), "--shape", options.shape, "--work", str(options.work)]
    log = options.out.with_suffix(f".{group}.log")
    with log.open("ab") as output:
        child = subprocess.Popen(
            command, stdout=output, stderr=output, env={**os.environ, **ENVIRONMENT}
        )
        try:
            child.wait(timeout=limit)
            how = f"the process ended with {child.returncode}; see {log.name}"
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            how = f"stopped after {limit:.0f} s"
    left = _open_sections(options, group)
    if left:
        _note(options.out, left[0], {"error": how})


def run_sections(options: argparse.Namespace) -> None:
    """The wanted sections of this process's group, each result written at once."""
    if options.child == "unsloth":
        from persona.backends import load_backend

        load_backend("unsloth")
    for name in options.only:
        started = time.monotonic()
        try:
            result = _section(name)(options.shape, options.work)
        except Exception as error:  # one section's failure must not cost the others
            lines = traceback.format_exc().strip().splitlines()[-14:]
            result = {"error": f"{type(error).__name__}: {error}"[:500], "traceback": lines}
        _note(options.out, name, {**result, "wall_seconds": round(time.monotonic() - started, 1)})
        _release()


def _section(name: str) -> Callable[[str, Path], dict[str, Any]]:
    """The function of that name in its group's module."""
    import importlib

    module = importlib.import_module(f"benchmarks.gpu_{SECTIONS[name][0]}")
    section: Callable[[str, Path], dict[str, Any]] = getattr(module, name)
    return section


def _release() -> None:
    """Gives the GPU's memory back and starts its peak anew."""
    import gc

    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()


def _note(path: Path, name: str, result: dict[str, Any]) -> None:
    found = read(path)
    found["sections"][name] = result
    write(path, found)


def read(path: Path) -> dict[str, Any]:
    """The figures so far."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def write(path: Path, value: dict[str, Any]) -> None:
    """All figures, whole or not at all."""
    partial = path.with_name(path.name + ".partial")
    partial.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")
    partial.replace(path)


if __name__ == "__main__":
    main()
