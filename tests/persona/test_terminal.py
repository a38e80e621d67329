"""The chat loop through a pipe and at a terminal, answered by an engine without weights."""

import io
from collections.abc import Generator, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from persona import console
from persona.bubbles import PipeScreen, TerminalScreen, readable
from persona.config import ChatConfig, Config
from persona.data import Example, Turn, write_jsonl, write_private
from persona.errors import ModelError
from persona.folders import DatasetDir, RunDir
from persona.page.contexts import Reply
from persona.terminal import chat


class Echo:
    """Answers with the last message, in two bubbles; remembers how it was asked."""

    def __init__(self) -> None:
        self.strength = 1.0
        self.asked: list[tuple[Sequence[Turn], tuple[str, ...], int, float]] = []

    def stream(
        self,
        turns: Sequence[Turn],
        arms: Sequence[str] = ("base", "adapter"),
        *,
        seed: int = 0,
        sampling: ChatConfig | None = None,
    ) -> Generator[Mapping[str, str]]:
        self.asked.append((tuple(turns), tuple(arms), seed, self.strength))
        for end in (1, len(turns[-1].content)):
            yield {arm: f"{arm} heard\n\n{turns[-1].content[:end]}" for arm in arms}


@pytest.fixture(autouse=True)
def fresh_consoles() -> Generator[None]:
    """Consoles write where pytest captures, in every test anew."""
    console.stdout.cache_clear()
    console.stderr.cache_clear()
    yield
    console.stdout.cache_clear()
    console.stderr.cache_clear()


@pytest.fixture
def dataset(tmp_path: Path) -> DatasetDir:
    folder = DatasetDir(tmp_path / "dataset")
    folder.root.mkdir()
    write_private(
        folder.manifest_path, msgspec.json.encode({"subject": "Mira", "data_sha256": "5eed"})
    )
    write_jsonl(folder.test, [held_out()])
    return folder


@pytest.fixture
def run(tmp_path: Path) -> RunDir:
    folder = RunDir(tmp_path / "run")
    folder.eval.mkdir(parents=True)
    write_private(folder.manifest_path, b'{"data_sha256": "5eed"}')
    row = held_out()
    texts = {"base": "I am fine.", "adapter": "meh\n\nu?", "person": row.reply}
    write_jsonl(
        folder.replies,
        [Reply(arm, row.conversation, row.prompt, text, 3) for arm, text in texts.items()],
    )
    return folder


def held_out() -> Example:
    prompt = (Turn("system", "You are Mira."), Turn("user", "how are you"))
    return Example(
        "c1",
        "Jo",
        datetime(2026, 3, 1, tzinfo=UTC),
        prompt,
        (Turn("assistant", "alive\n\nsort of"),),
    )


def talk(
    run: RunDir, dataset: DatasetDir, lines: Iterable[str], *, engine: Echo | None = None
) -> Echo:
    engine = engine or Echo()
    chat(run, dataset, Config(seed=5), engine=engine, shown_on=PipeScreen(lines))
    return engine


def test_each_line_gets_its_reply_one_bubble_a_line(
    run: RunDir, dataset: DatasetDir, capsys: pytest.CaptureFixture[str]
) -> None:
    talk(run, dataset, ["hi there\n", "\n", "bye\n"])
    assert capsys.readouterr().out == "adapter heard\nhi there\n\nadapter heard\nbye\n\n"


def test_the_imitation_is_named_on_standard_error_before_anything_is_said(
    run: RunDir, dataset: DatasetDir, capsys: pytest.CaptureFixture[str]
) -> None:
    talk(run, dataset, [])
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "AI imitation of Mira - not the real person" in captured.err


def test_later_messages_carry_the_conversation_and_reset_forgets_it(
    run: RunDir, dataset: DatasetDir
) -> None:
    engine = talk(run, dataset, ["one", "two", "/reset", "three"])
    spoken = [[turn.content for turn in turns[1:]] for turns, *_ in engine.asked]
    assert spoken == [["one"], ["one", "adapter heard\n\none", "two"], ["three"]]


def test_seeds_count_up_from_the_configured_one(run: RunDir, dataset: DatasetDir) -> None:
    engine = talk(run, dataset, ["one", "two"])
    assert [seed for _, _, seed, _ in engine.asked] == [5, 6]


def test_compare_asks_both_arms_at_once_and_shows_both(
    run: RunDir, dataset: DatasetDir, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = talk(run, dataset, ["/compare", "hi", "/compare", "ho"])
    assert [arms for _, arms, _, _ in engine.asked] == [("base", "adapter"), ("adapter",)]
    out = capsys.readouterr().out
    assert out.startswith("base: base heard\nbase: hi\nMira (AI): adapter heard\nMira (AI): hi\n")


def test_compare_with_a_message_answers_that_one_by_both(
    run: RunDir, dataset: DatasetDir, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = talk(run, dataset, ["/compare some words", "ho"])
    asked = [(turns[-1].content, arms) for turns, arms, _, _ in engine.asked]
    assert asked == [("some words", ("base", "adapter")), ("ho", ("adapter",))]
    assert "base: some words\n" in capsys.readouterr().out


def test_context_shows_the_three_recorded_replies_and_generates_nothing(
    run: RunDir, dataset: DatasetDir, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = talk(run, dataset, ["/context 1"])
    assert engine.asked == []
    assert capsys.readouterr().out == (
        "partner: how are you\n"
        "base: I am fine.\nMira (AI): meh\nMira (AI): u?\n"
        "Mira (real): alive\nMira (real): sort of\n\n"
    )


def test_context_that_was_not_evaluated_shows_the_real_reply_under_its_name(
    run: RunDir, dataset: DatasetDir, capsys: pytest.CaptureFixture[str]
) -> None:
    run.replies.unlink()
    talk(run, dataset, ["/context"])
    captured = capsys.readouterr()
    assert captured.out.endswith("Mira (real): alive\nMira (real): sort of\n")
    assert "run `persona eval`" in captured.err


@pytest.mark.parametrize(
    ("wanted", "told"),
    [("0", "there are 1"), ("2", "there are 1"), ("x", "from 1 to 1"), ("-1", "from 1 to 1")],
)
def test_a_context_that_does_not_exist_is_a_remark_and_the_talk_goes_on(
    run: RunDir, dataset: DatasetDir, capsys: pytest.CaptureFixture[str], wanted: str, told: str
) -> None:
    talk(run, dataset, [f"/context {wanted}", "still here"])
    captured = capsys.readouterr()
    assert told in captured.err
    assert captured.out == "adapter heard\nstill here\n\n"


def test_strength_reaches_the_engine_and_nonsense_does_not(
    run: RunDir, dataset: DatasetDir, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ["/strength 0.5", "a", "/strength lots", "b", "/strength nan", "c", "/strength -1", "d"]
    engine = talk(run, dataset, lines)
    assert [strength for *_, strength in engine.asked] == [0.5, 0.5, 0.5, 0.5]
    assert capsys.readouterr().err.count("takes a number") == 3


def test_a_run_of_another_dataset_is_refused_before_anything_is_said(
    run: RunDir, dataset: DatasetDir
) -> None:
    write_private(run.manifest_path, b'{"data_sha256": "other"}')
    with pytest.raises(ModelError, match="another dataset"):
        talk(run, dataset, ["hi"])


def test_exit_ends_before_the_rest_is_read(run: RunDir, dataset: DatasetDir) -> None:
    assert talk(run, dataset, ["/exit", "never"]).asked == []


def test_an_unknown_command_is_named_and_not_sent_to_the_model(
    run: RunDir, dataset: DatasetDir, capsys: pytest.CaptureFixture[str]
) -> None:
    assert talk(run, dataset, ["/frobnicate"]).asked == []
    assert "/frobnicate: no such command" in capsys.readouterr().err


def test_terminal_shows_base_and_persona_beside_each_other(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    run: RunDir,
    dataset: DatasetDir,
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    typed = iter(["/compare", "hello"])

    def fake_input(_prompt: str) -> str:
        try:
            return next(typed)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", fake_input)
    chat(run, dataset, Config(), engine=Echo(), shown_on=TerminalScreen())
    rows = capsys.readouterr().out.splitlines()
    assert any("base" in row and "Mira (AI)" in row for row in rows)
    assert any("base heard" in row and "adapter heard" in row for row in rows)


def test_control_characters_never_reach_the_terminal() -> None:
    assert readable("a\x1b[2Jb\x07\n\nc\td\ne") == ["a[2Jb", "c\td\ne"]


def test_end_of_standard_input_ends_the_talk(
    run: RunDir, dataset: DatasetDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("hi\n"))
    engine = Echo()
    chat(run, dataset, Config(), engine=engine)
    assert len(engine.asked) == 1
