"""One measured case of `benchmarks.reading`, in a process of its own.

    python -m benchmarks.reading_rows CASE FILE

Prints CPU and wall seconds without the imports, the peak of its memory, and how many messages.
"""

import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

HEADER = re.compile(
    rb"\[?(\d{1,2})/(\d{1,2})/(\d{2,4}), (\d{1,2}):(\d\d)(?::(\d\d)\s*\S*([AP]M))?(?: - |\] )"
    rb"(?:([^:\n]+): )?"
)


class Nowhere:
    """Takes what is written and keeps nothing."""

    def write(self, data: bytes) -> int:
        return len(data)


def read_bytes(path: Path) -> int:
    """The bytes of the file, block by block."""
    with path.open("rb") as stream:
        while stream.read(1 << 16):
            continue
    return 0


def scan_lines(path: Path) -> int:
    """Lines that match one compiled regular expression."""
    with path.open("rb") as lines:
        return sum(1 for line in lines if HEADER.match(line))


def read_messages(path: Path) -> int:
    """File to messages."""
    from ingest.parse import ReadOptions, open_logs

    logs = open_logs([path], ReadOptions())
    return sum(len(batch) for log in logs for batch in log.batches())


def write_messages(path: Path) -> int:
    """What `persona parse` does: messages sorted and written as JSON lines."""
    from ingest.parse import ReadOptions
    from ingest.parse import write_messages as write

    return sum(file.messages for file in write([path], ReadOptions(), Nowhere()))  # type: ignore[arg-type]


def chatpack(path: Path) -> int:
    """chatpack's list of messages."""
    import chatpack  # type: ignore[import-not-found]

    kind = "Telegram" if path.suffix == ".json" else "WhatsApp"
    return len(getattr(chatpack, f"{kind}Parser")().parse(str(path)))


def chatpack_stream(path: Path) -> int:
    """chatpack's stream of messages."""
    import chatpack

    kind = "Telegram" if path.suffix == ".json" else "WhatsApp"
    return sum(1 for _ in getattr(chatpack, f"{kind}StreamParser")(str(path)))


CASES: dict[str, Callable[[Path], int]] = {
    "bytes": read_bytes,
    "scan": scan_lines,
    "reader": read_messages,
    "parse": write_messages,
    "chatpack": chatpack,
    "chatpack-stream": chatpack_stream,
}


def main() -> None:
    """Measures one case."""
    case, path = CASES[sys.argv[1]], Path(sys.argv[2])
    if sys.argv[1] in ("reader", "parse"):
        import ingest.parse  # noqa: F401 (imports are not measured)
    if sys.argv[1].startswith("chatpack"):
        import chatpack  # noqa: F401
    wall, cpu = time.perf_counter(), time.process_time()
    messages = case(path)
    figures = {
        "messages": messages,
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - wall,
        "peak_mb": peak_mb(),
    }
    sys.stdout.write(json.dumps(figures))


def peak_mb() -> float:
    """The most memory this process held at once, in MB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main()
