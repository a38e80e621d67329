"""The partners' replies that are kept."""

from collections import Counter

import pytest

from ingest import others as module
from ingest.lines import Burst, Session
from ingest.others import others
from persona.config import IngestConfig


def session(day: int, *speakers: str) -> Session:
    bursts = [Burst(name, f"{day} {number}", None, 0, 1) for number, name in enumerate(speakers)]
    return Session(f"c{day}", "chat", False, float(day), bursts)


def test_the_newest_replies_of_the_most_talkative_are_kept_oldest_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST_PER_SPEAKER", 2)
    monkeypatch.setattr(module, "MOST_SPEAKERS", 2)
    spoken = [session(day, "Ben", "Mara", "Tom", "Mara") for day in range(3)]
    spoken.append(session(9, "Zoe", "Mara"))
    found = others(spoken, subject="Mara", limits=IngestConfig())
    assert Counter(at.reply.sender for at in found) == {"Ben": 2, "Tom": 2}
    assert [at.session.conversation for at in found] == ["c1", "c1", "c2", "c2"]


def test_the_subject_is_never_among_the_others() -> None:
    spoken = [session(1, "Mara", "Ben", "Mara")]
    found = others(spoken, subject="Mara", limits=IngestConfig())
    assert [at.reply.sender for at in found] == ["Ben"]
