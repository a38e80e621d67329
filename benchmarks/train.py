"""Training speed beside the script a user would write from TRL's and PEFT's documentation.

    python -m benchmarks.train [--data FOLDER] [--examples 160] [--threads 1]

The same model, examples, effective batch and threads in every row (`benchmarks.train_rows`), on
short chats and on long ones; tokens are counted without padding. Examples and tokens differ where
ours reads a conversation once that the plain script reads anew for each reply. Speeds are per CPU
second, which other programs on the machine disturb less than per second. Beside them: what a dry
run told of memory and time, and what it came to.
"""

import argparse
import importlib.metadata
import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.train_rows import ROWS, run_row
from persona.demo import SAMPLES, sample_settings

PACKAGES = ("torch", "transformers", "trl", "peft")
HEADS = ("tokens/s", "tokens/CPU s", "examples/CPU s", "learned/CPU s", "peak GB")


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="a dataset folder; the samples if not given")
    parser.add_argument("--base", default="tiny")
    parser.add_argument("--examples", type=int, default=160)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--row", choices=ROWS, help=argparse.SUPPRESS)
    parser.add_argument("--long", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.row:
        sys.stdout.write(json.dumps(run_row(options)) + "\n")
        return
    with tempfile.TemporaryDirectory() as folder:
        options.data = options.data or sample_dataset(Path(folder) / "dataset")
        found = measure(options)
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    sys.stdout.write(
        f"Base `{options.base}`, {options.examples} examples, threads: {options.threads}; "
        f"{versions}.\n\n"
        + "\n\n".join(table(length, rows) for length, rows in found.items())
        + "\n"
    )


def sample_dataset(folder: Path) -> Path:
    """The samples as a dataset."""
    from ingest.pipeline import ingest

    ingest([SAMPLES / "exports"], out=folder, config=sample_settings(0), now=datetime.now(UTC))
    return folder


def measure(options: argparse.Namespace) -> dict[str, dict[str, dict[str, float]]]:
    """All rows on short chats and on long ones."""
    return {
        "short": {row: in_own_process(options, row) for row in ROWS},
        "long": {row: in_own_process(options, row, "--long") for row in ROWS},
    }


def in_own_process(options: argparse.Namespace, row: str, *more: str) -> dict[str, float]:
    """The figures of one row."""
    command = [sys.executable, "-m", "benchmarks.train", "--row", row, *more]
    for name in ("data", "base", "examples", "threads"):
        command += [f"--{name}", str(getattr(options, name))]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def table(length: str, found: dict[str, dict[str, float]]) -> str:
    """The rows, the ratios, and the dry run beside what came, as Markdown."""
    lines = [f"| {length} | " + " | ".join(HEADS) + " |", "|---" * (len(HEADS) + 1) + "|"]
    for row in ("default", "best", "ours"):
        one = found[row]
        figures = (
            one["tokens"] / one["seconds"],
            one["tokens"] / one["cpu"],
            one["examples"] / one["cpu"],
            one["trained"] / one["cpu"],
            one["peak"] / 1e9,
        )
        lines.append(f"| {row} | " + " | ".join(f"{figure:,.2f}" for figure in figures) + " |")
    lines.append("")
    for row in ("default", "best"):
        tokens, examples = (ratio(found, row, what) for what in ("tokens", "examples"))
        lines.append(
            f"- ours / {row}: {examples:.2f} x the examples and {tokens:.2f} x the tokens per CPU "
            "second"
        )
    ours, plan = found["ours"], found["plan"]
    lines.append(
        f"- the dry run told {plan['memory'] / 1e9:.2f} GB and {plan['seconds']:.1f} s; "
        f"{ours['peak'] / 1e9:.2f} GB and {ours['seconds']:.1f} s came, "
        f"after {ours['startup']:.1f} s of start-up"
    )
    return "\n".join(lines)


def ratio(found: dict[str, dict[str, float]], row: str, what: str) -> float:
    """How many times as much ours does per CPU second."""
    ours, other = found["ours"], found[row]
    return (ours[what] / ours["cpu"]) / (other[what] / other["cpu"])


if __name__ == "__main__":
    main()
