"""Pace and end of a stream, and the settings a reply is drawn with."""

from collections.abc import Generator

import pytest

from persona.data import Turn
from persona.page.stage import Stage, Stop, Stops, frames

from .echo import EchoEngine


def tokens(count: int, *, closed: list[str]) -> Generator[dict[str, str]]:
    try:
        for number in range(1, count + 1):
            yield {"adapter": "x" * number}
    finally:
        closed.append("closed")


def test_many_tokens_become_few_frames_and_the_last_is_always_shown() -> None:
    closed: list[str] = []
    shown = list(frames(tokens(5000, closed=closed), Stop()))
    assert len(shown) < 200
    assert shown[-1] == {"adapter": "x" * 5000}
    assert closed == ["closed"]


def test_a_stop_closes_the_source_and_keeps_what_was_written() -> None:
    closed: list[str] = []
    stop = Stop()
    running = frames(tokens(5000, closed=closed), stop)
    next(running)
    stop.is_set = True
    rest = list(running)
    assert closed == ["closed"]
    assert len(rest) == 1
    assert len(rest[0]["adapter"]) < 5000


def test_leaving_in_the_middle_closes_the_source() -> None:
    closed: list[str] = []
    running = frames(tokens(10, closed=closed), Stop())
    next(running)
    running.close()
    assert closed == ["closed"]


def test_a_stop_reaches_its_own_session_only() -> None:
    stops = Stops()
    mine, yours = stops.begin("mine"), stops.begin("yours")
    stops.ask("mine", discard=True)
    stops.ask("nobody")
    assert (mine.is_set, mine.is_discarded) == (True, True)
    assert (yours.is_set, yours.is_discarded) == (False, False)


def test_an_empty_seed_is_drawn_anew_and_a_given_one_is_kept(stage: Stage) -> None:
    def drawn(seed: int | None) -> int:
        return stage.drawing(0.7, 0.9, max_new_tokens=10, strength=1, seed=seed).seed

    assert drawn(12.0) == 12
    assert len({drawn(None) for _ in range(8)}) > 1


def test_strength_seed_and_sampling_reach_the_engine(stage: Stage, engine: EchoEngine) -> None:
    drawing = stage.drawing(0.3, 0.8, max_new_tokens=16, strength=0.5, seed=9)
    turns = (Turn("user", "hello"),)
    [*_, last] = stage.answer(turns, ("base", "adapter"), drawing=drawing, stop=Stop())
    assert set(last) == {"base", "adapter"}
    asked_turns, arms, seed, sampling, strength = engine.calls[0]
    assert (asked_turns, arms, seed, strength) == (turns, ("base", "adapter"), 9, 0.5)
    assert (sampling.temperature, sampling.top_p, sampling.max_new_tokens) == (0.3, 0.8, 16)


def test_a_new_evaluation_is_seen_without_a_restart(stage: Stage) -> None:
    assert stage.contexts()[0].is_answered
    assert stage.contexts() is stage.contexts()
    stage.run.replies.unlink()
    assert not stage.contexts()[0].is_answered


@pytest.mark.parametrize(
    ("partner", "line"),
    [
        ("Jo", "You are Mira, chatting with Jo."),
        (None, "You are Mira. Reply the way Mira writes in chat."),
    ],
)
def test_the_system_line_names_the_partner(stage: Stage, partner: str | None, line: str) -> None:
    assert stage.system(partner) == Turn("system", line)
