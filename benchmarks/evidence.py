"""What `make evidence` runs: long checks whose outcome is committed with date and machine.

    python -m benchmarks.evidence [PART...]

Each part is a program that prints Markdown; it is written to `docs/evidence/<part>.md`.
"""

import argparse
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from persona.memory import cpu_name

FOLDER = Path(__file__).parents[1] / "docs" / "evidence"
PARTS: dict[str, tuple[str, ...]] = {
    "reading-speed": ("benchmarks.reading", "--peers", "--times", "20"),
    "fuzzing": ("benchmarks.fuzz", "--count", "6000"),
    "training-speed": ("benchmarks.train", "--threads", "1"),
    "data-size": ("benchmarks.data_size",),
}
"""Name of the part, and the module with its arguments."""


def main() -> None:
    """Runs the parts that are named, or all; exit status 1 if one fails."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    wanted = parser.parse_args().parts or list(PARTS)
    if unknown := set(wanted) - PARTS.keys():
        parser.error(f"no such part: {', '.join(sorted(unknown))}; known: {', '.join(PARTS)}")
    sys.exit(max(run_part(part) for part in wanted))


def run_part(part: str) -> int:
    """Runs a part and writes what it prints; returns its exit status."""
    done = subprocess.run(
        [sys.executable, "-m", *PARTS[part]], stdout=subprocess.PIPE, text=True, check=False
    )
    FOLDER.mkdir(parents=True, exist_ok=True)
    command = f"python -m {' '.join(PARTS[part])}"
    machine = f"{os.cpu_count()} CPUs ({cpu_name()}), Python {platform.python_version()}"
    head = f"# {part}\n\n{datetime.now(UTC):%Y-%m-%d}, {machine}: `{command}`\n\n"
    (FOLDER / f"{part}.md").write_text(head + done.stdout.strip() + "\n", encoding="utf-8")
    return done.returncode


if __name__ == "__main__":
    main()
