"""The measurement of the self-test over many personas."""

import numpy as np

from eval.bench import set_up
from eval.gaming_check import as_dataset, table, with_singles
from eval.style.checks.scene import Scene
from eval.style.features import Reply
from eval.style.probes import Probe
from eval.style.selftest import ProbeVerdict


def verdict(name: str, score: float, struck: str | None, low: float = 0) -> ProbeVerdict:
    return ProbeVerdict(
        name=name, passed=None, attempts=1, score=score, low=low, high=200, struck=struck
    )


def test_a_probe_over_sixty_counts_as_caught_where_a_gate_struck_it() -> None:
    why = "copying: 3 of 4; too many; form: 90% of its replies"
    unscored = ProbeVerdict(
        name="echo", passed=None, attempts=0, score=None, low=None, high=None, struck=None
    )
    audits = [[verdict("echo", 90, why, low=70)], [verdict("echo", 20, None)], [unscored], []]
    lines = list(table(audits))
    assert lines[0] == "4 personas, 1 refused\n"
    assert lines[-1] == "| echo | 2 | 55 | 83 | 50% | 50% | 100% | 0% | copying 1, form 1 |"
    clear = list(table([[verdict("echo", 90, None, low=61)], [verdict("echo", 90, None, low=50)]]))
    assert clear[-1] == "| echo | 2 | 90 | 90 | 0% | 0% | 0% | 50% | - |"


def test_every_single_other_person_is_tried_as_well() -> None:
    one, two = (Reply("a", "c"),), (Reply("b", "c"),)
    several = Probe("another person", (one, two), is_person=False, gate="")
    found = with_singles((Probe("echo", (one,), is_person=False, gate=""), several))
    assert [probe.name for probe in found[2:]] == ["another person, each alone"] * 2
    assert [probe.attempts for probe in found[2:]] == [(one,), (two,)]


def test_a_persona_of_a_file_becomes_a_dataset_that_leaks_nothing() -> None:
    draw = np.random.default_rng(1)
    words = [f"word{n}" for n in range(300)]

    def said(name: str, count: int) -> tuple[Reply, ...]:
        texts = (" ".join(draw.choice(words, 7)) for _ in range(count))
        return tuple(Reply(text, f"{name} {n // 5}") for n, text in enumerate(texts))

    others = {f"other {n}": said(f"other {n}", 60) for n in range(3)}
    scene = Scene("mo", said("reference", 80), said("test", 60), (), others, {})
    held = as_dataset(scene, ["mo"])
    assert [row.reply for row in held.real] == [one.text for one in scene.test]
    assert set_up(held, embed=None, draws=20, seed=1).leakage.passed is True
