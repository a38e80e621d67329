"""What a reader of a report must know besides the figures, in sentences."""

from collections.abc import Iterator, Mapping, Sequence

from eval.answers import Answers
from eval.bench import Bench
from eval.metrics.embedding import MINILM
from eval.metrics.words import words
from eval.report import Arm
from eval.style.results import Refusal
from eval.style.trust import INDICATIVE
from eval.wording import HEADLINE, name_of
from persona.counted import counted
from persona.data import split_bubbles

TELLING_WORDS = 4
"""Words from which on a reply is hardly anybody else's by accident."""
FEWEST_TELLING = 10
ONLY_INDICATIVE = "the score is only indicative"


def notes_on(bench: Bench, answers: Mapping[str, Answers], arms: Mapping[str, Arm]) -> list[str]:
    """The notes of a report on these arms."""
    notes = [] if isinstance(bench.scale, Refusal) else list(bench.scale.doubts)
    if bench.measure != MINILM:
        notes.append("Content and relevance by shared words: no sentence embedding was used.")
    real = [row.reply for row in bench.held.real]
    for name, found in answers.items():
        called = name_of(name, subject=bench.held.subject)
        notes += (f"{called}: {said}" for said in _on_arm(found, arms[name], real=real))
        if name in HEADLINE and not any(ONLY_INDICATIVE in note for note in notes):
            notes += (f"{called}: {said}" for said in _if_few(found, arms[name]))
    return notes


def _if_few(found: Answers, arm: Arm) -> Iterator[str]:
    """That a score rests on few messages."""
    messages = sum(len(split_bubbles(text)) for text in found.texts)
    if arm.style.score is not None and messages < INDICATIVE:
        said = f"{counted(messages, 'message')} in {counted(len(found.texts), 'reply')}"
        yield f"{said}, under {INDICATIVE}: {ONLY_INDICATIVE}."


def _on_arm(found: Answers, arm: Arm, *, real: Sequence[str]) -> Iterator[str]:
    if found.prompts is None:
        yield (
            "the contexts are not known, so relevance and content are not measured; rows tell by "
            "`prompt`, or by `conversation` where they answer all its test contexts in order."
        )
    if empty := sum(not text.strip() for text in found.texts):
        yield f"{empty} of {len(found.texts)} replies are empty."
    if arm.gates.copying.passed is None:
        yield f"copying was not measurable: {arm.gates.copying.why}."
    same, telling = _really_said(found.texts, real)
    if telling >= FEWEST_TELLING and same > telling / 2:
        yield (
            f"{same} of {telling} replies of {TELLING_WORDS} words or more are real "
            "held-out replies word for word: these are the person's own replies, or a clone that "
            "saw them. What a clone elsewhere was trained on cannot be known here."
        )


def _really_said(texts: Sequence[str], real: Sequence[str]) -> tuple[int, int]:
    """How many replies of four words or more are real ones, and how many such replies there are."""
    said = {tuple(words(text)) for text in real}
    telling = [row for text in texts if len(row := tuple(words(text))) >= TELLING_WORDS]
    return sum(row in said for row in telling), len(telling)
