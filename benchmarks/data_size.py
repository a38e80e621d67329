"""What more data buys: the held-out loss by the number of the subject's turns trained on.

    python -m benchmarks.data_size [--data FOLDER] [--sizes 25 50 ...]

Whole conversations are drawn until the number is reached, each size from the same order, and
trained on with the preset's own settings; the loss is that of all of valid.jsonl and test.jsonl.
`persona.presets` holds the curve this gave on the samples and the bundled model.
"""

import argparse
import random
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.train import sample_dataset
from persona.chat import open_persona
from persona.config import Config, TrainConfig
from persona.data import Example, write_jsonl
from persona.engine import Likelihood
from persona.folders import DatasetDir, RunDir
from persona.train import train

SIZES = (25, 50, 100, 200, 400, 800)


def main() -> None:
    """Prints the curve."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="a dataset folder; the samples if not given")
    parser.add_argument("--base", default="tiny")
    parser.add_argument("--sizes", type=int, nargs="*", default=list(SIZES))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = DatasetDir(options.data or sample_dataset(Path(folder) / "dataset"))
        rows = [point(data, size, Path(folder) / str(size), options.base) for size in options.sizes]
    sys.stdout.write(table(rows, base=options.base))


def table(rows: list[dict[str, float]], *, base: str) -> str:
    """The curve as Markdown."""
    most = max(row["gain"] for row in rows)
    lines = [
        f"Nats per token of the held-out replies under the base `{base}` and the adapter.",
        "",
        "| turns | base | adapter | gain | of the most |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {row['turns']} | {row['base']:.3f} | {row['adapter']:.3f} | {row['gain']:.3f} "
        f"| {row['gain'] / most:.0%} |"
        for row in rows
    ]
    return "\n".join(lines) + "\n"


def point(data: DatasetDir, size: int, folder: Path, base: str) -> dict[str, float]:
    """Turns trained on, and the held-out loss in nats per token of base and adapter."""
    shutil.copytree(data.root, folder / "dataset")
    subset = DatasetDir(folder / "dataset")
    examples = drawn(data.examples("train"), size)
    write_jsonl(subset.train, examples)
    run = train(
        subset,
        Config(train=TrainConfig(base=base)),
        runs=folder / "runs",
        name="size",
        now=datetime.now(UTC),
    )
    before, after = losses(run, [*data.examples("valid"), *data.examples("test")])
    sys.stderr.write(f"{len(examples)} turns: {before:.3f} -> {after:.3f}\n")
    return {"turns": len(examples), "base": before, "adapter": after, "gain": before - after}


def drawn(examples: list[Example], size: int) -> list[Example]:
    """Whole conversations in an order drawn once, until `size` examples are reached."""
    names = sorted({one.conversation for one in examples})
    random.Random(0).shuffle(names)
    found: list[Example] = []
    for name in names:
        if len(found) >= size:
            break
        found += [one for one in examples if one.conversation == name]
    return found[:size]


def losses(run: RunDir, held_out: list[Example]) -> tuple[float, float]:
    """Nats per token of the held-out replies, under the base and under the adapter."""
    persona = open_persona(run)
    return (
        mean(persona.log_likelihood(held_out, arm="base")),
        mean(persona.log_likelihood(held_out, arm="adapter")),
    )


def mean(found: list[Likelihood]) -> float:
    """Nats per token over all replies."""
    return sum(one.nats for one in found) / sum(one.tokens for one in found)


if __name__ == "__main__":
    main()
