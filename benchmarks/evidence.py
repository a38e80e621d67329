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
UBUNTU = "data/ubuntu_irc.jsonl.zst"
DDNET = "data/ddnet_irc.jsonl.zst"
"""Open corpora that are not in the clone; docs/methods.md says where they come from."""


def check(what: str, messages: str, *options: str) -> tuple[str, ...]:
    """A measurement of the style score on a corpus."""
    return ("eval.style.check", "--what", what, "--messages", messages, *options)


PARTS: dict[str, tuple[str, ...]] = {
    "reading-speed": ("benchmarks.reading", "--peers", "--times", "20"),
    "fuzzing": ("benchmarks.fuzz", "--count", "6000"),
    "training-speed": ("benchmarks.train", "--threads", "1"),
    "data-size": ("benchmarks.data_size",),
    "style-speed": ("eval.style.benchmark",),
    "style-separation": check("separation", UBUNTU),
    "style-separation-unseen": check("separation", DDNET, "--authors", "all", "--least", "450"),
    "style-levels": check("levels", UBUNTU),
    "style-levels-cipher": check("levels", UBUNTU, "--cipher"),
    "style-levels-unseen": check("levels", DDNET, "--authors", "all", "--least", "1500"),
    "style-scales": check("scales", UBUNTU, "--least", "800"),
    "style-scales-unseen": check("scales", DDNET, "--authors", "all", "--least", "2500"),
    "style-coverage": check("coverage", DDNET, "--authors", "all", "--least", "1500"),
    "style-coverage-home": check("coverage", UBUNTU),
    "style-coverage-two": check(
        *("coverage", DDNET, "--authors", "all", "--least", "1500"),
        *("--known", "1", "--trials", "80"),
    ),
    "style-zero": check("zero", UBUNTU),
    "style-zero-unseen": check("zero", DDNET, "--least", "450"),
    "style-zero-invented": check("zero-invented", UBUNTU),
    "gaming": ("eval.gaming_check", "--messages", UBUNTU),
    "gaming-unseen": (
        *("eval.gaming_check", "--messages", DDNET, "--authors", "all", "--least", "1500"),
    ),
    "gaming-unseen-long": (
        *("eval.gaming_check", "--messages", DDNET, "--least", "1500", "--tested", "600"),
    ),
    "gates": ("eval.gate_check", "--messages", UBUNTU, "--draws", "5"),
    "gates-unseen": ("eval.gate_check", "--messages", DDNET, "--draws", "5"),
    "axes": ("eval.axes_check", "--messages", UBUNTU, "--people", "8"),
    "personas": (
        *("benchmarks.personas", "--messages", UBUNTU, "--subjects", "newt", "wren", "finch"),
        *("raven", "--contexts", "400", "--most", "2500"),
    ),
    "personas-unseen": (
        *("benchmarks.personas", "--messages", DDNET, "--subjects", "shrike", "civet", "lynx"),
        *("genet", "--contexts", "400", "--most", "2500"),
    ),
}
"""Name of the part, and the module with its arguments."""


def main() -> None:
    """Runs the parts that are named, or all; exit status 1 if one fails."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    named = parser.parse_args().parts
    wanted = named or [part for part in PARTS if not missing(part)]
    if unknown := set(wanted) - PARTS.keys():
        parser.error(f"no such part: {', '.join(sorted(unknown))}; known: {', '.join(PARTS)}")
    for part in PARTS:
        if missing(part) and (part in wanted or not named):
            sys.stderr.write(f"{part}: skipped, {', '.join(missing(part))} is not here\n")
    sys.exit(max((run_part(part) for part in wanted if not missing(part)), default=1))


def missing(part: str) -> list[str]:
    """The corpora a part needs and that are not in the clone."""
    return [name for name in PARTS[part] if name.startswith("data/") and not Path(name).is_file()]


def run_part(part: str) -> int:
    """Runs a part and writes what it prints; returns its exit status."""
    done = subprocess.run(
        [sys.executable, "-m", *PARTS[part]], stdout=subprocess.PIPE, text=True, check=False
    )
    FOLDER.mkdir(parents=True, exist_ok=True)
    command = f"python -m {' '.join(PARTS[part])}"
    machine = f"{os.cpu_count()} CPUs ({cpu_name()}), Python {platform.python_version()}"
    machine += f", load average {os.getloadavg()[2]:.1f}"
    head = f"# {part}\n\n{datetime.now(UTC):%Y-%m-%d}, {machine}: `{command}`\n\n"
    (FOLDER / f"{part}.md").write_text(head + done.stdout.strip() + "\n", encoding="utf-8")
    return done.returncode


if __name__ == "__main__":
    main()
