"""A small dataset with a subject of strong habits, and an engine without weights."""

import hashlib
import random
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from eval.endpoint import Endpoint
from eval.engine import Weights
from eval.report import Report
from eval.run import evaluate
from persona.config import ChatConfig, Config
from persona.data import Example, Turn, Utterance, write_jsonl
from persona.folders import DatasetDir, RunDir, write_json
from tests.eval.serving import Server, noting

NOW = datetime(2026, 11, 24, tzinfo=UTC)
Evaluated = tuple[RunDir, DatasetDir, Report]
TOPICS = (
    "the train",
    "dinner",
    "that film",
    "the cat",
    "the meeting",
    "my bike",
    "the rain",
    "ana",
)
SUBJECT = (
    "omg {} again lol",
    "noo i cant with {} rn",
    "ok but {} was kinda good tho",
    "idk abt {} tbh",
    "lmaooo {}",
    "yesss {} pls",
    "wait what happened w {} tho",
    "u always say that abt {} haha",
)
PARTNER = (
    "I believe that {} is going to be late again.",
    "Have you heard anything about {}?",
    "Well, {} was rather pleasant, I must say.",
    "We should talk about {} tomorrow, if you agree.",
    "Honestly, {} does not interest me at all.",
    "It seems to me that {} matters more than you think.",
)


def subject_says(random_: random.Random) -> str:
    parts = [random_.choice(SUBJECT).format(random_.choice(TOPICS)) for _ in range(2)]
    return "\n\n".join(parts) if random_.random() < 0.3 else f"{parts[0]} {parts[1]}"


def partner_says(random_: random.Random) -> str:
    return random_.choice(PARTNER).format(random_.choice(TOPICS))


def examples(split: str, count: int, *, seed: int) -> list[Example]:
    """Four examples per conversation."""
    random_ = random.Random(seed)
    rows = []
    for number in range(count):
        prompt = (Turn("system", "You are Mo."), Turn("user", partner_says(random_)))
        reply = Turn("assistant", subject_says(random_))
        at = NOW + timedelta(hours=number)
        rows.append(Example(f"{split}-{number // 4}", "chat", at, prompt, (reply,)))
    return rows


def utterances(rows: Sequence[Example], *, speaker: str) -> list[Utterance]:
    return [
        Utterance(row.conversation, speaker, row.sent_at, row.reply, row.prompt) for row in rows
    ]


def write_dataset(root: Path) -> DatasetDir:
    """120 training, 80 reference and 80 test replies of Mo, and 60 of each of three partners."""
    folder = DatasetDir(root)
    folder.root.mkdir()
    random_ = random.Random(9)
    write_jsonl(folder.train, examples("train", 120, seed=1))
    write_jsonl(folder.valid, [])
    write_jsonl(folder.test, examples("test", 80, seed=2))
    write_jsonl(folder.reference, utterances(examples("reference", 80, seed=3), speaker="Mo"))
    others = [
        Utterance(
            f"test-{number % 20}", name, NOW, partner_says(random_), (Turn("user", "What now?"),)
        )
        for name in ("Theodore", "Agnes", "Bertram")
        for number in range(60)
    ]
    write_jsonl(folder.others, others)
    write_json(folder.manifest_path, {"subject": "Mo", "names": ["Mo"], "data_sha256": "0" * 64})
    return folder


def finished_run(root: Path) -> RunDir:
    """A finished run without weights."""
    folder = RunDir(root / "20261124T000000Z-mo")
    folder.root.mkdir(parents=True)
    write_json(folder.manifest_path, {"base": "echo"})
    return folder


@pytest.fixture
def dataset(tmp_path: Path) -> DatasetDir:
    return write_dataset(tmp_path / "dataset")


@pytest.fixture
def run(tmp_path: Path) -> RunDir:
    return finished_run(tmp_path / "runs")


@pytest.fixture(scope="session")
def evaluated(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunDir, DatasetDir, Report]:
    """A run that was evaluated once for all tests that only read."""
    root = tmp_path_factory.mktemp("evaluated")
    dataset, run = write_dataset(root / "dataset"), finished_run(root / "runs")
    return run, dataset, evaluate(run, dataset, Config(), engine=Echo(), now=NOW)


class Cost(NamedTuple):
    """What a reply cost, as an engine says it."""

    nats: float
    characters: int
    tokens: int


class Echo:
    """An engine without weights: its base is polite, its adapter speaks as the subject does.

    Real replies cost two bits per character under the base and about one and a half under the
    adapter, if they are the subject's.
    """

    def __init__(self) -> None:
        self.calls = 0

    def reply_batch(
        self, prompts: Sequence[Sequence[Turn]], *, arm: Weights, seeds: Sequence[int]
    ) -> list[str]:
        self.calls += 1
        says = subject_says if arm == "adapter" else partner_says
        return [says(random.Random(seed)) for seed in seeds]

    def complete_batch(
        self, prompts: Sequence[Sequence[Turn]], *, beginnings: Sequence[str], arm: Weights
    ) -> list[str]:
        return [" and so on" for _ in beginnings]

    def log_likelihood(self, examples: Sequence[Example], *, arm: Weights) -> list[Cost]:
        return [self._read(row, arm) for row in examples]

    @staticmethod
    def _read(row: Example, arm: Weights) -> Cost:
        characters = len(row.reply)
        is_subject = row.reply[0].islower()
        noise = int(hashlib.sha256(row.reply.encode()).hexdigest()[:4], 16) / 2**16 / 10
        bits = 2.0 if arm == "base" else (1.5 + noise if is_subject else 2.0 + noise)
        return Cost(bits * 0.6931471805599453 * characters, characters, characters // 4 + 1)


@pytest.fixture
def engine() -> Echo:
    return Echo()


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as found:
        thread = threading.Thread(target=found.serve_forever, args=(0.01,))
        thread.start()
        yield found
        found.shutdown()
        thread.join()


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def hosted(server: Server, waits: list[float]) -> Endpoint:
    return Endpoint(server.url, model="big", sampling=ChatConfig(), wait=noting(waits))
