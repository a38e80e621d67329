"""Made-up speakers, the same words with different habits, and one scale built from them."""

import random
from dataclasses import dataclass

import numpy as np
import pytest

from eval.style.features import Reply
from eval.style.scorer import StyleScale, build_scale

_WORDS = [
    "the",
    "plan",
    "works",
    "but",
    "we",
    "need",
    "another",
    "day",
    "for",
    "it",
    "and",
    "they",
    "know",
    "about",
    "this",
    "so",
    "it",
    "is",
    "fine",
    "to",
    "wait",
    "here",
    "maybe",
    "you",
    "can",
    "look",
    "at",
    "what",
    "I",
    "said",
    "before",
    "because",
    "there",
    "was",
    "a",
    "bug",
    "in",
    "that",
    "part",
    "of",
    "our",
    "list",
    "again",
]


@dataclass(frozen=True)
class Habits:
    """How a made-up speaker writes."""

    capital: float  # share of messages that start with a capital
    stop: float  # share that end with a full stop
    smiley: float
    comma: float
    length: int  # typical words
    burst: float  # chance of another message in the same reply
    opener: str


ANNA = Habits(0.95, 0.9, 0.02, 0.5, 12, 0.05, "Well")
BERT = Habits(0.02, 0.03, 0.5, 0.05, 5, 0.5, "lol")


def someone(seed: int) -> Habits:
    """A speaker with habits drawn at random."""
    draw = random.Random(f"habits {seed}")
    return Habits(
        draw.random(),
        draw.random(),
        draw.random() * 0.4,
        draw.random() * 0.6,
        draw.randint(4, 12),
        draw.random() * 0.5,
        draw.choice(["ok", "So", "yeah", "hm", "But", "oh", "and"]),
    )


def message(habits: Habits, draw: random.Random) -> str:
    """One message in these habits."""
    words = draw.choices(_WORDS, k=max(1, round(draw.gauss(habits.length, 2))))
    if draw.random() < 0.3:
        words[0] = habits.opener
    if draw.random() < habits.comma and len(words) > 2:
        words[len(words) // 2] += ","
    text = " ".join(words)
    text = (text[0].upper() if draw.random() < habits.capital else text[0].lower()) + text[1:]
    text += "." if draw.random() < habits.stop else ""
    return text + (" :)" if draw.random() < habits.smiley else "")


def replies(habits: Habits, count: int, *, seed: int, conversations: int = 20) -> list[Reply]:
    """So many replies, spread over conversations."""
    draw = random.Random(f"replies {seed}")
    found = []
    for number in range(count):
        bubbles = [message(habits, draw)]
        while draw.random() < habits.burst:
            bubbles.append(message(habits, draw))
        found.append(Reply("\n\n".join(bubbles), f"{seed}/{number * conversations // count}"))
    return found


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(1)


@pytest.fixture(scope="session")
def crowd() -> dict[str, list[Reply]]:
    return {f"person{seed}": replies(someone(seed), 60, seed=seed) for seed in range(6)}


@pytest.fixture(scope="session")
def reference() -> list[Reply]:
    return replies(ANNA, 150, seed=101)


@pytest.fixture(scope="session")
def test_split() -> list[Reply]:
    return replies(ANNA, 200, seed=102)


@pytest.fixture(scope="session")
def anna() -> list[Reply]:
    """More of the person, in no split."""
    return replies(ANNA, 100, seed=103)


@pytest.fixture(scope="session")
def bert() -> list[Reply]:
    """Somebody quite different, in the conversations of `anna`."""
    return replies(BERT, 100, seed=103)


@pytest.fixture(scope="session")
def strangers() -> list[list[Reply]]:
    """People the scale has not seen."""
    return [replies(someone(seed), 100, seed=seed) for seed in range(20, 26)]


@pytest.fixture(scope="session")
def scale(reference, test_split, crowd) -> StyleScale:
    built = build_scale(reference, test_split, crowd, seed=1)
    assert isinstance(built, StyleScale)
    return built
