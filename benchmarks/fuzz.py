"""Thousands of damaged exports: no traceback, no hang, no runaway memory.

    python -m benchmarks.fuzz [--count 6000] [--seed 1]

Every mutation damages one file of one sample in `samples/formats` and reads the sample as `persona
parse` does. What is counted as a failure is named with the seed that makes it again.
"""

import argparse
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from types import FrameType

from benchmarks.mutations import damaged
from ingest.format import ReadOptions
from ingest.parse import write_messages

SAMPLES = Path(__file__).parents[1] / "samples" / "formats"
SECONDS = 10
"""Of CPU time for one sample of a few kilobytes, at most."""

GIB = 1 << 30


class Hang(BaseException):
    """A sample took too long."""


class Nowhere:
    """Takes what is written and keeps nothing."""

    def write(self, data: bytes) -> int:
        return len(data)


def main() -> None:
    """Prints the counts as Markdown; exit status 1 if anything failed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (2 * GIB, 2 * GIB))
    signal.signal(signal.SIGPROF, _stop)
    signal.signal(signal.SIGALRM, _stop)
    counts: Counter[str] = Counter()
    slowest = 0.0
    for number in range(options.count):
        started = time.process_time()
        counts[guarded(options.seed * 1_000_000 + number)] += 1
        slowest = max(slowest, time.process_time() - started)
    sys.stdout.write(table(counts, slowest))
    sys.exit(any(name.startswith("FAILED") for name in counts))


def guarded(seed: int) -> str:
    """What came of the mutation of that seed, failures included."""
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    signal.alarm(10 * SECONDS)  # other programs may keep the machine busy
    try:
        with tempfile.TemporaryDirectory(prefix="persona-fuzz-") as folder:
            return read_damaged(seed, Path(folder))
    except Hang:
        return f"FAILED seed {seed}: more than {SECONDS} s of CPU"
    except Exception as error:
        return f"FAILED seed {seed}: {type(error).__name__}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)


def read_damaged(seed: int, folder: Path) -> str:
    """Whether a damaged sample still gave messages. Raises whatever the readers raise."""
    rng = random.Random(seed)
    samples = sorted(path for kind in SAMPLES.iterdir() for path in kind.iterdir())
    sample = rng.choice(samples)
    copy = folder / sample.name
    if sample.is_dir():
        shutil.copytree(sample, copy)
        victim = rng.choice(sorted(path for path in copy.rglob("*") if path.is_file()))
    else:
        victim = Path(shutil.copy(sample, copy))
    victim.write_bytes(damaged(victim.read_bytes(), rng))
    options = ReadOptions(keep_media=rng.random() < 0.2)
    files = write_messages([copy], options, Nowhere())  # type: ignore[arg-type]
    if any(file.messages for file in files):
        told = any(file.error or file.dropped or file.notes for file in files)
        return "messages, and something said to be left out" if told else "messages only"
    return "no message, and the reason" if all(file.error for file in files) else "no message"


def table(counts: Counter[str], slowest: float) -> str:
    """The counts as Markdown."""
    rows = "".join(f"| {name} | {count:,} |\n" for name, count in sorted(counts.items()))
    failed = sum(count for name, count in counts.items() if name.startswith("FAILED"))
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(status.partition("VmHWM:")[2].split()[0]) >> 10
    return (
        f"| outcome | mutations |\n|---|---:|\n{rows}\n"
        f"{counts.total():,} mutations, {failed} failures (traceback, more than {SECONDS} s of "
        f"CPU, or more than 2 GiB). The slowest took {slowest:.1f} s of CPU; the peak of the whole "
        f"process was {peak} MB.\n"
    )


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Hang


if __name__ == "__main__":
    main()
