"""A hosted model as an arm: what came is kept, nothing else is, and what is in the way is told."""

import json
import threading
from pathlib import Path

import msgspec
import pytest

from eval.asking import ask_all
from eval.endpoint import Endpoint
from eval.engine import Progress, silent
from eval.held_out import load_held_out
from eval.hosted import Heard, ask_hosted, spoken
from eval.run import evaluate
from eval.without_model import evaluate_endpoint
from persona.config import Config
from persona.errors import ModelError
from persona.folders import DatasetDir, RunDir
from tests.eval.conftest import NOW, Echo
from tests.eval.serving import Server, says


def test_hosted_model_is_an_arm_and_is_not_asked_twice(
    server: Server, hosted: Endpoint, dataset: DatasetDir, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    report = evaluate_endpoint(hosted, dataset, Config(), folder=folder, now=NOW)
    assert list(report.arms) == ["endpoint", "person", "others"]
    assert report.arms["endpoint"].style.score is not None
    assert report.arms["endpoint"].content
    assert "big at 127.0.0.1" in report.notes[-1]
    assert "Write short chat messages" in server.asked[0]["messages"][0]["content"]
    asked = len(server.asked)
    assert len(hear(hosted, dataset, folder).rows) == 80
    assert len(server.asked) == asked


def hear(hosted: Endpoint, dataset: DatasetDir, folder: Path, progress: Progress = silent) -> Heard:
    held = load_held_out(dataset, max_contexts=200, seed=0)
    return ask_hosted(hosted, held, Config(), folder=folder, progress=progress)


def kept(folder: Path) -> list[str]:
    lines = (folder / "endpoint.jsonl").read_bytes().splitlines()
    return [json.loads(line)["text"] for line in lines]


def test_context_answered_with_nothing_is_asked_again_the_next_time(
    server: Server, hosted: Endpoint, dataset: DatasetDir, tmp_path: Path
) -> None:
    server.answers = [says(None), (200, {"choices": []}, {}), says("  "), says("yo")]
    heard = hear(hosted, dataset, tmp_path / "out")
    assert "The server answered nothing 3 times" in heard.notes[-1]
    assert kept(tmp_path / "out") == ["yo"] * 77
    asked = len(server.asked)
    heard = hear(hosted, dataset, tmp_path / "out")
    assert len(server.asked) - asked == 3
    assert [row.text for row in heard.rows] == ["yo"] * 80
    assert len(heard.notes) == 1


def test_answers_beside_a_failure_are_kept(
    server: Server, hosted: Endpoint, dataset: DatasetDir, tmp_path: Path
) -> None:
    server.answers = [says("yo")] * 6 + [(401, {}, {})]
    with pytest.raises(ModelError, match="401"):
        hear(hosted, dataset, tmp_path / "out")
    assert kept(tmp_path / "out") == ["yo"] * 6
    assert len(server.asked) <= 10  # six, the failure and what was on its way


def test_ctrl_c_keeps_each_answer_that_came(
    hosted: Endpoint, dataset: DatasetDir, tmp_path: Path
) -> None:
    def stop_at_three(stage: str, *, done: int, total: int, note: str = "") -> None:
        if done >= 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hear(hosted, dataset, tmp_path / "out", stop_at_three)
    assert 3 <= len(kept(tmp_path / "out")) < 16


def test_trouble_is_told_on_the_progress_display(
    server: Server, hosted: Endpoint, dataset: DatasetDir, tmp_path: Path
) -> None:
    notes: list[str] = []

    def note_down(stage: str, *, done: int, total: int, note: str = "") -> None:
        notes.append(note)

    server.answers = [(500, {}, {}), says("yo")]
    hear(hosted, dataset, tmp_path / "out", note_down)
    assert "HTTP 500, waiting 1 s, try 2 of 5" in notes
    assert notes[-1] == ""


def test_silence_of_a_server_is_told_while_it_lasts() -> None:
    told: list[str] = []
    is_told = threading.Event()

    def tell(note: str) -> None:
        told.append(note)
        is_told.set()

    ask_all([1], lambda question, tell, stop: is_told.wait(9), tell=tell, quiet_seconds=0.01)
    assert told[0] == "no answer yet"
    assert told[-1] == ""


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("<think>He would say no.</think>\n\nnope", "nope"),
        ("He would say no.\n</think>\nnope", "nope"),
        ("<think>a <think> b</think>yes<THINK>c</THINK> lol", "yes lol"),
        ("<think>He would say", ""),
        ("i <3 u", "i <3 u"),
    ],
)
def test_thoughts_of_a_reasoning_model_are_no_words_of_the_person(answer: str, said: str) -> None:
    assert spoken(answer) == said


def test_thoughts_are_counted_also_those_of_kept_answers(
    server: Server, hosted: Endpoint, dataset: DatasetDir, tmp_path: Path
) -> None:
    server.answers = [says("<think>no"), says("<think>Hm.</think> nah")]
    folder = tmp_path / "out"
    report = evaluate_endpoint(hosted, dataset, Config(), folder=folder, now=NOW)
    assert report.notes[-2].startswith("80 answers held thoughts (<think>)")
    assert report.notes[-1].startswith("1 answer held nothing but thoughts")
    assert b"Hm." not in (folder / "replies.jsonl").read_bytes()
    heard = hear(hosted, dataset, folder)
    assert (len(server.asked), {row.text for row in heard.rows}) == (81, {"nah"})
    assert heard.notes[-1].startswith("80 answers held thoughts")


def test_hosted_model_beside_a_run_is_not_asked_twice_nor_are_the_runs_replies_drawn_anew(
    server: Server, hosted: Endpoint, dataset: DatasetDir, run: RunDir, engine: Echo
) -> None:
    few = {"arms": ["adapter"], "max_contexts": 20, "half_samples": 20}
    config = msgspec.convert({"eval": few}, Config)
    evaluate(run, dataset, config, engine=engine, hosted=hosted, now=NOW)
    asked, engine.calls = len(server.asked), 0
    report = evaluate(run, dataset, config, engine=engine, hosted=hosted, now=NOW)
    assert (len(server.asked), engine.calls) == (asked, 0)
    assert "big at 127.0.0.1" in report.notes[-1]
