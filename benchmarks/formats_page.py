"""Writes docs/formats.md: every format and variant that is read, with its sample and its test.

    python -m benchmarks.formats_page

Built from the readers, the samples and their golden files, so that it cannot tell of more.
"""

import inspect
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from ingest.format import Format
from ingest.formats import FORMATS, table

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples" / "formats"
GOLDEN = ROOT / "tests" / "ingest" / "formats" / "golden"
PAGE = ROOT / "docs" / "formats.md"
HEAD = """# Formats

Every variant of every format that is read, backed by a sample written for this project and by its
golden file: the exact text, sender, time and order of every message, and how many rows are left out
under which reason; `tests/ingest/formats/test_samples.py` compares them. What breaks other readers
of these exports is tested by name in `tests/ingest/formats/test_traps.py`, damaged files in
`tests/ingest/test_bad_input.py`. Thousands of damaged samples, and the speed beside other readers:
[evidence/fuzzing.md](evidence/fuzzing.md), [evidence/reading-speed.md](evidence/reading-speed.md).
This page is written by `python -m benchmarks.formats_page`.

"""


def main() -> None:
    """Writes the page."""
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")


def page() -> str:
    """The page as Markdown."""
    parts = [HEAD]
    for known in FORMATS:
        parts.append(f"## {known.name}\n\n{summary(known)}\n\n")
        parts.append(columns() if known is table.FORMAT else "")
        parts.append("| sample | messages | left out |\n|---|---:|---|\n")
        parts += rows(known)
        parts.append("\n")
    return "".join(parts).rstrip("\n") + "\n"


def summary(known: Format) -> str:
    """What the format's module says that it reads."""
    module = inspect.getmodule(known.parse)
    text = inspect.getdoc(module) or ""
    return " ".join(text.partition("\n\n")[0].split())


def columns() -> str:
    """By which names the columns of a table are known."""
    kinds = (
        ("sender", table.SENDERS), ("text", table.TEXTS), ("time", table.TIMES),
        ("chat", table.CHATS),
    )  # fmt: skip
    lines = [f"- {kind}: {', '.join(f'`{name}`' for name in names)}" for kind, names in kinds]
    days, clocks = (" or ".join(f"`{n}`" for n in names) for names in (table.DAYS, table.CLOCKS))
    lines.append(f"- a date and a time of day in columns of their own: {days}, and {clocks}")
    return "Names of columns, in any case; of several the first that is filled counts:\n\n" + (
        "\n".join(lines) + "\n\n"
    )


def rows(known: Format) -> Iterator[str]:
    """One row for each sample of a format."""
    for golden in sorted(GOLDEN.rglob("*.jsonl")):
        name = golden.relative_to(GOLDEN).as_posix().removesuffix(".jsonl")
        files = json.loads(golden.read_text(encoding="utf-8").splitlines()[-1])["files"]
        mine = [row for row in files if row["format"] == known.name]
        if not mine or not (SAMPLES / name).exists():
            continue
        messages = sum(row["messages"] for row in mine)
        dropped: dict[str, int] = {}
        for row in mine:
            for reason, count in row["dropped"].items():
                dropped[reason] = dropped.get(reason, 0) + count
        reasons = ", ".join(f"{count} {reason}" for reason, count in dropped.items())
        yield (
            f"| [{name.partition('/')[2]}](<../samples/formats/{name}>) "
            f"| [{messages}](<../tests/ingest/formats/golden/{name}.jsonl>) | {reasons} |\n"
        )


if __name__ == "__main__":
    main()
