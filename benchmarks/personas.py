"""The bundled model as several people of an open corpus: base, prompt, retrieval and adapter.

python -m benchmarks.personas --messages ubuntu_irc.jsonl.zst --subjects wren otter heron

Each subject's conversations are ingested, an adapter is trained on the bundled model, and every arm
answers the same held-out contexts. Prints the rows of docs/methods.md. Datasets and runs lie in a
folder that is removed at the end: the adapters imitate real people and are never kept.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from eval.report import Report
from eval.run import evaluate
from eval.style.corpus import open_text
from eval.wording import interval, name_of, score
from ingest.pipeline import ingest
from persona.chat import open_persona
from persona.config import Config, parse_config
from persona.folders import DatasetDir
from persona.train import train

ARMS = ("base", "prompt", "retrieval", "adapter", "person", "others")


def conversations_of(messages: Path, subject: str, *, most: int) -> list[str]:
    """The lines of the subject's newest conversations, up to about so many of his messages."""
    with open_text(messages) as lines:
        rows = [(line, msgspec.json.decode(line)) for line in lines]
    said = [(row["t"], row["conversation"]) for _, row in rows if row["speaker"] == subject]
    chosen = {conversation for _, conversation in sorted(said)[-most:]}
    return [line for line, row in rows if row["conversation"] in chosen]


def report_on(lines: Sequence[str], subject: str, folder: Path, config: Config) -> Report:
    """The whole path for one subject."""
    log = folder / "log.jsonl"
    log.write_text("".join(line.rstrip("\n") + "\n" for line in lines), encoding="utf-8")
    dataset, now = DatasetDir(folder / "dataset"), datetime.now(UTC)
    chosen = msgspec.structs.replace(config.ingest, subject=(subject,))
    config = msgspec.structs.replace(config, ingest=chosen)
    ingest([log], out=dataset.root, config=config, now=now)
    run = train(dataset, config, runs=folder / "runs", name=subject, now=now)
    engine = open_persona(run, sampling=config.chat)
    return evaluate(run, dataset, config, engine=engine, now=now)


def rows(subject: str, report: Report, seconds: float) -> Iterator[str]:
    """A line for each arm."""
    if report.refused:
        yield f"| {subject} | refused: {report.refused} | | | | |"
        return
    for name in ARMS:
        arm = report.arms[name]
        gain = interval(arm.likelihood.gain)
        why = (arm.style.struck or "").partition(":")[0] or "–"
        label = name_of(name, subject=subject)
        yield f"| {subject} | {label} | {score(arm.style)} | {gain} | {why} | {arm.replies} |"
    yield f"<!-- {subject}: {seconds:.0f} s -->"


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.personas", description=__doc__)
    parser.add_argument("--messages", type=Path, required=True, help="JSONL or JSONL.zst")
    parser.add_argument("--subjects", nargs="+", required=True)
    parser.add_argument("--contexts", type=int, default=80)
    parser.add_argument("--most", type=int, default=1200, help="messages of a subject, about")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    settings = {"train": {"base": "tiny"}, "eval": {"max_contexts": options.contexts}}
    config = parse_config({"seed": options.seed, **settings}, source="benchmarks.personas")
    sys.stdout.write("| subject | arm | style | gain, bits per character | struck by | replies |\n")
    sys.stdout.write("|---" * 6 + "|\n")
    for subject in options.subjects:
        started = time.monotonic()
        lines = conversations_of(options.messages, subject, most=options.most)
        with tempfile.TemporaryDirectory() as folder:
            report = report_on(lines, subject, Path(folder), config)
        for line in rows(subject, report, time.monotonic() - started):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
