"""Replies are kept as they are drawn, and reused only where they were drawn the same way."""

from pathlib import Path

from eval.arms import prompts_of
from eval.replies import ReplyFile, ReplyRow, answer, seed_of
from persona.data import write_private
from tests.eval.conftest import Echo, examples

CONTEXTS = examples("test", 40, seed=2)


def draw(path: Path, engine: Echo, *, settings: str = "same", arm: str = "base") -> list[ReplyRow]:
    return answer(
        CONTEXTS,
        [row.prompt for row in CONTEXTS],
        arm=arm,
        weights="base",
        engine=engine,
        kept=ReplyFile(path, settings=settings),
        seed=0,
        progress=lambda stage, *, done, total: None,
        clock=lambda: 0.0,
    )


def test_finished_replies_are_not_drawn_again(tmp_path: Path, engine: Echo) -> None:
    first = draw(tmp_path / "replies.jsonl", engine)
    calls = engine.calls
    assert draw(tmp_path / "replies.jsonl", engine) == first
    assert engine.calls == calls


def test_killed_evaluation_goes_on_after_the_last_whole_line(tmp_path: Path, engine: Echo) -> None:
    path = tmp_path / "replies.jsonl"
    whole = draw(path, engine)
    lines = path.read_bytes().splitlines(keepends=True)
    write_private(path, b"".join(lines[:20]) + lines[20][:30])
    engine.calls = 0
    assert draw(path, engine) == whole
    assert engine.calls == 2  # twenty contexts in batches of sixteen


def test_other_settings_draw_anew(tmp_path: Path, engine: Echo) -> None:
    draw(tmp_path / "replies.jsonl", engine)
    engine.calls = 0
    draw(tmp_path / "replies.jsonl", engine, settings="other")
    assert engine.calls == 3


def test_replies_file_is_readable_by_its_owner_only(tmp_path: Path, engine: Echo) -> None:
    draw(tmp_path / "replies.jsonl", engine)
    assert (tmp_path / "replies.jsonl").stat().st_mode & 0o777 == 0o600


def test_seed_depends_on_the_context_and_the_run_seed_only() -> None:
    assert seed_of(CONTEXTS[0], seed=0) == seed_of(CONTEXTS[0], seed=0)
    seeds = {seed_of(row, seed=seed) for row in CONTEXTS for seed in (0, 1)}
    distinct = {(row.conversation, row.prompt) for row in CONTEXTS}
    assert len(seeds) == 2 * len(distinct)


def test_plain_arms_get_the_prompt_of_the_dataset() -> None:
    train = examples("train", 20, seed=1)
    assert prompts_of("adapter", CONTEXTS, train=train) == [row.prompt for row in CONTEXTS]
