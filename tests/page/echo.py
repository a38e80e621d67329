"""A finished run with a dataset and recorded replies, and an engine that needs no weights.

`python echo.py FOLDER` shows them in a page of its own, as the browser tests do, and tells at the
end which addresses its process tried to reach.
"""

import json
import os
import socket
import sys
from collections.abc import Generator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep

import msgspec

from persona.config import AppConfig, ChatConfig, Config
from persona.data import Example, Turn, Utterance, write_jsonl, write_private
from persona.errors import ModelError
from persona.folders import DatasetDir, RunDir
from persona.page.contexts import Reply

TRAPS = "i <3 u & a<b <i>x</i> &amp; <script>alert(1)</script>"
"""What a page that is careless with markup shows differently."""

SUBJECT = "Mira"
CUES = [
    "did you finish the book?",
    "are we still on for saturday",
    "the cat is on the shelf again",
    "what should i cook tonight",
    "train is late AGAIN",
    TRAPS,
    "guess who i met today",
    "did it rain at yours",
]
REAL = [
    "nooo i got distracted\n\nby a bird",
    "yesss\n\nbring the thing",
    "she pays no rent and it shows",
    "soup\n\nalways soup",
    "classic\n\nthey should pay US",
    f"right back at u {TRAPS}",
    "my landlord\n\nor worse",
    "not a drop",
]


class EchoEngine:
    """Answers with the last user message, word by word; each arm signs its own."""

    def __init__(self, *, seconds_per_word: float = 0.0) -> None:
        self.strength = 1.0
        self.seconds_per_word = seconds_per_word
        self.calls: list[tuple[tuple[Turn, ...], tuple[str, ...], int, ChatConfig, float]] = []
        self.closed = 0

    def stream(
        self,
        turns: Sequence[Turn],
        arms: Sequence[str] = ("base", "adapter"),
        *,
        seed: int,
        sampling: ChatConfig,
    ) -> Generator[Mapping[str, str]]:
        self.calls.append((tuple(turns), tuple(arms), seed, sampling, self.strength))
        words = turns[-1].content.split()
        if words == ["break"]:
            raise ModelError("the model broke; mend it")
        if words == ["bug"]:
            raise RuntimeError("a library's own")
        try:
            for end in range(1, len(words) + 1):
                sleep(self.seconds_per_word)
                said = " ".join(words[:end])
                yield {arm: f"{arm} hears\n\n{said}" for arm in arms}
        finally:
            self.closed += 1


def example(number: int, *, cue: str, reply: str) -> Example:
    return Example(
        conversation=f"c{number}",
        chat="Mira and Jo",
        sent_at=datetime(2026, 3, 1, 18, 0, tzinfo=UTC) + timedelta(days=number),
        prompt=(
            Turn("system", f"You are {SUBJECT}, chatting with Jo."),
            Turn("user", "hey"),
            Turn("assistant", "hey hey"),
            Turn("user", cue),
        ),
        completion=(Turn("assistant", reply),),
    )


def recorded(row: Example) -> list[Reply]:
    texts = {
        "base": f"Base on {row.conversation}: {row.prompt[-1].content}",
        "adapter": f"persona on {row.conversation}\n\n{TRAPS}",
        "person": row.reply,
    }
    return [Reply(arm, row.conversation, row.prompt, text, seed=7) for arm, text in texts.items()]


def make_run(root: Path) -> tuple[RunDir, DatasetDir]:
    dataset, run = DatasetDir(root / "dataset"), RunDir(root / "runs" / "20260301T120000Z-mira")
    for folder in (dataset.root, run.eval):
        folder.mkdir(parents=True)
    rows = [
        example(number, cue=cue, reply=reply)
        for number, (cue, reply) in enumerate(zip(CUES, REAL, strict=True), start=1)
    ]
    write_jsonl(dataset.test, rows)
    write_jsonl(dataset.others, [Utterance("o1", "Jo", None, "ok then", (Turn("user", "later"),))])
    manifest = {
        "subject": SUBJECT,
        "data_sha256": "5eed",
        "messages": {
            "read": 900,
            "used": {"in a row": 610, "context only": 240},
            "dropped": {"media only": 47, "system notice": 3, "too long": 0},
        },
        "splits": {
            name: {"rows": size, "messages": 2 * size, "conversations": size // 4}
            for name, size in {"train": 412, "valid": 40, "test": len(rows)}.items()
        },
        "files": [{"path": "a&b.txt", "format": "whatsapp", "messages": 900, "dropped": {"x": 3}}],
        "redacted": {"<email>": 2},
        "notes": ["two exports overlap"],
    }
    write_private(dataset.manifest_path, msgspec.json.encode(manifest))
    write_jsonl(run.replies, [reply for row in rows[:-1] for reply in recorded(row)])
    write_private(run.manifest_path, b'{"data_sha256": "5eed"}')
    losses = [{"step": step, "loss": 3.2 - step / 40} for step in range(1, 61)]
    losses += [{"step": step, "valid_loss": 3.0 - step / 60} for step in (20, 40, 60)]
    write_private(run.metrics, b"".join(msgspec.json.encode(row) + b"\n" for row in losses))
    write_private(run.eval / "report.html", "<!doctype html><h1>How close it came</h1>")
    return run, dataset


def watch_sockets() -> list[str]:
    """A list that grows by every host this process connects to or looks up."""
    hosts: list[str] = []
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def watched_connect(self: socket.socket, address: object) -> None:
        hosts.append(str(address[0] if isinstance(address, tuple) else address))
        connect(self, address)

    def watched_look_up(host: object, *rest: object, **named: object) -> object:
        hosts.append(str(host))
        return look_up(host, *rest, **named)

    socket.socket.connect = watched_connect
    socket.getaddrinfo = watched_look_up
    return hosts


def main(root: Path) -> None:
    """Prints the page's address, waits for the end of standard input, prints the hosts tried."""
    hosts = watch_sockets()
    from persona.page.server import serve

    run, dataset = make_run(root)
    url = serve(
        run,
        dataset,
        Config(app=AppConfig(port=0)),
        share=False,
        consent=False,
        open_browser=False,
        block=False,
        engine=EchoEngine(seconds_per_word=0.04),
    )
    sys.stdout.write(url + "\n")
    sys.stdout.flush()
    sys.stdin.read()
    told = {"hosts": sorted(set(hosts)), "folder": os.environ["GRADIO_TEMP_DIR"]}
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
