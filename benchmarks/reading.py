"""Reading speed and memory beside the floors and the fastest readers made by others.

    python -m benchmarks.reading [--peers] [--files FOLDER] [--rounds 3] [--times 20]

Every case runs in a process of its own, the cases taking turns, and the median of the rounds is
shown; megabytes per second of CPU, imports not counted. --peers installs chatpack 0.1.0 (Rust) and
whatsapp-chat-parser 4.0.2 (node) into a temporary folder. --times also measures files so many
times as large. --files: android.txt, ios.txt and telegram.json from `benchmarks.big_chats`.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from benchmarks.big_chats import WRITERS, enlarge, write_chat

ROOT = Path(__file__).parents[1]
NAMES = {
    "bytes": "floor: its bytes",
    "scan": "floor: one regular expression on every line",
    "reader": "**persona kit, file to messages**",
    "parse": "**`persona parse`**, sorted, as JSON lines",
    "chatpack": "chatpack 0.1.0, a list",
    "chatpack-stream": "chatpack 0.1.0, streaming",
    "whatsapp-chat-parser": "whatsapp-chat-parser 4.0.2",
}
OURS = ("bytes", "scan", "reader", "parse")
NODE = """
const fs = require("fs"), { parseString } = require("whatsapp-chat-parser"), path = process.argv[1];
const cpu = process.cpuUsage(), wall = process.hrtime.bigint();
const messages = parseString(fs.readFileSync(path, "utf8")).length, used = process.cpuUsage(cpu);
const peak = /VmHWM:\\s*(\\d+)/.exec(fs.readFileSync("/proc/self/status", "utf8"))[1] / 1024;
console.log(JSON.stringify({ messages, cpu: (used.user + used.system) / 1e6,
  wall: Number(process.hrtime.bigint() - wall) / 1e9, peak_mb: peak }));
"""

Figures = dict[str, float]


def main() -> None:
    """Prints one table for each file as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--files", type=Path)
    parser.add_argument("--mb", type=float, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--times", type=int, default=0)
    parser.add_argument("--peers", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="persona-bench-") as temporary:
        files = options.files or Path(temporary)
        if not options.files:
            for name in WRITERS:
                write_chat(files / name, megabytes=options.mb)
        peers = install_peers(Path(temporary)) if options.peers else {}
        for name in WRITERS:
            show(files / name, measure(files / name, peers, rounds=options.rounds))
            if options.times > 1:
                big = Path(temporary, name)
                enlarge(files / name, big, times=options.times)
                show(big, {case: run_case(case, big, {}) for case in ("reader", "parse")})
                big.unlink()


def install_peers(folder: Path) -> dict[str, str]:
    """What runs each reader made by others: a Python, a folder of node modules; none if absent."""
    peers = {}
    python = folder / "peer" / "bin" / "python"
    venv.create(folder / "peer", with_pip=True)
    if _done([str(python), "-m", "pip", "install", "--quiet", "chatpack==0.1.0"]):
        peers |= {"chatpack": str(python), "chatpack-stream": str(python)}
    npm = shutil.which("npm")
    if npm and _done([npm, "install", "--prefix", str(folder), "whatsapp-chat-parser@4.0.2"]):
        peers["whatsapp-chat-parser"] = str(folder / "node_modules")
    for name in sorted(NAMES.keys() - peers.keys() - set(OURS)):
        sys.stderr.write(f"not available here: {NAMES[name]}\n")
    return peers


def _done(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def measure(path: Path, peers: dict[str, str], *, rounds: int) -> dict[str, Figures]:
    """The median figures of every case on a file; the cases take turns."""
    is_json = path.suffix == ".json"
    cases = [case for case in OURS if not (is_json and case == "scan")]
    cases += [peer for peer in peers if not (is_json and peer == "whatsapp-chat-parser")]
    rows: dict[str, list[Figures]] = {case: [] for case in cases}
    for _ in range(rounds):
        for case in cases:
            rows[case].append(run_case(case, path, peers))
    return {
        case: {key: statistics.median(row[key] for row in found) for key in found[0]}
        for case, found in rows.items()
    }


def run_case(case: str, path: Path, peers: dict[str, str]) -> Figures:
    """Seconds, memory and messages of one case in a new process."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    if case == "whatsapp-chat-parser":
        environment["NODE_PATH"] = peers[case]
        command = ["node", "-e", NODE, str(path)]
    else:
        rows = ROOT / "benchmarks" / "reading_rows.py"
        command = [peers.get(case, sys.executable), str(rows), case, str(path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    figures: Figures = json.loads(done.stdout)
    return figures


def show(path: Path, rows: dict[str, Figures]) -> None:
    """One table."""
    megabytes = path.stat().st_size / 1e6
    out = sys.stdout.write
    out(f"\n### {path.name}, {megabytes:,.0f} MB\n\n")
    out("| case | MB/s of CPU | CPU s | wall s | peak MB | messages |\n")
    out("|---|---:|---:|---:|---:|---:|\n")
    for case, row in rows.items():
        speed = megabytes / max(row["cpu"], 1e-6)
        count = f"{row['messages']:,.0f}" if row["messages"] else ""
        out(
            f"| {NAMES[case]} | {speed:,.0f} | {row['cpu']:.2f} | {row['wall']:.2f} "
            f"| {row['peak_mb']:.0f} | {count} |\n"
        )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
