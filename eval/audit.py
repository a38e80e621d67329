"""`persona eval --selftest`: the metric audited on the user's own log, without a model.

Replays the known ways to fool a style score and says for each whether it ends where it belongs: the
person near 100 and not struck, everything else under 60 or struck by a gate.
"""

import random
from collections.abc import Sequence

import msgspec

from eval.answers import Answers, from_examples, from_utterances
from eval.bench import Bench, set_up
from eval.held_out import load_held_out
from eval.measure import gates_of
from eval.report import Gates, Report, struck_reason
from eval.style.features import Reply
from eval.style.probes import Probe, build_probes, each, with_fillers, with_word_added
from eval.style.results import Refusal
from eval.style.selftest import ProbeVerdict, Struck, run_selftest
from eval.wording import number
from persona.config import Config
from persona.folders import DatasetDir, write_json


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict on every probe; refused: why the log allows no score to audit.

    passed: whether every probe ended where it belongs, None where that of some is not measurable
    and no other failed; it follows from the probes.
    """

    subject: str
    data_sha256: str
    probes: list[ProbeVerdict]
    refused: str | None = None
    passed: bool | None = False

    def __post_init__(self) -> None:
        found = {probe.passed for probe in self.probes} or {False}
        passed = False if False in found else None if None in found else True
        msgspec.structs.force_setattr(self, "passed", passed)


def audit(dataset: DatasetDir, config: Config) -> Audit:
    """Every probe made from the dataset's held-out side, scored and gated."""
    held = load_held_out(dataset, max_contexts=None, seed=config.seed)
    bench = set_up(held, embed=None, draws=config.eval.half_samples, seed=config.seed)
    return Audit(
        subject=held.subject,
        data_sha256=held.data_sha256,
        probes=[] if bench.refused else verdicts_on(bench, probes_of(bench, seed=config.seed)),
        refused=bench.refused,
    )


def verdicts_on(bench: Bench, probes: Sequence[Probe]) -> list[ProbeVerdict]:
    """Every probe scored and gated on a bench that has a scale."""
    assert not isinstance(bench.scale, Refusal)
    return run_selftest(
        bench.scale,
        probes,
        strike=lambda replies: gates_say(gates_of(bench, answers_of(bench, replies))),
    )


def gates_say(gates: Gates) -> Struck:
    """Why the gates strike some replies, and which of them cannot tell."""
    names = Gates.__struct_fields__
    silent = frozenset(name for name in names if getattr(gates, name).passed is None)
    return Struck(struck_reason(gates), silent)


def keep(found: Audit, dataset: DatasetDir) -> None:
    """Writes the audit into the dataset, for the reports to come. Raises DataError."""
    write_json(dataset.selftest, found)


def warned(report: Report, dataset: DatasetDir) -> Report:
    """The report with a warning where the last audit that is kept of this very data failed."""
    try:
        kept = msgspec.json.decode(dataset.selftest.read_bytes(), type=Audit)
    except (OSError, msgspec.DecodeError):
        return report
    if kept.data_sha256 != report.data_sha256 or kept.passed is not False:
        return report
    failed = ", ".join(probe.name for probe in kept.probes if probe.passed is False)
    why = f"The self-test of the score failed on this log ({failed}), so it is not safe to quote."
    return msgspec.structs.replace(report, warning=why)


def audit_rows(found: Audit) -> tuple[list[str], list[list[str]]]:
    """Columns and rows of the table that `--selftest` prints."""
    words = {True: "passed", False: "FAILED", None: "not measurable"}
    rows = [
        [
            _called(probe),
            f"{number(probe.score)} [{number(probe.low)}, {number(probe.high)}]",
            (probe.struck or "").partition(":")[0] or "–",
            words[probe.passed] + (f": {probe.why}" if probe.why else ""),
        ]
        for probe in found.probes
    ]
    return ["probe", "style 0–100", "struck by", "verdict"], rows


def _called(probe: ProbeVerdict) -> str:
    several = f" (the middle of {probe.attempts})" if probe.attempts > 1 else ""
    return f"{probe.name}{several}"


def probes_of(bench: Bench, *, seed: int) -> Sequence[Probe]:
    """Every known way to fool a style score, made from this log; the first is the person."""
    person = from_examples(bench.person).replies
    others = {name: from_utterances(rows).replies for name, rows in bench.held.others.items()}
    probes = build_probes(from_utterances(bench.held.reference).replies, person, others, seed=seed)
    draw = random.Random(seed)
    train = [row.reply for row in bench.held.train]
    copies = [Reply(draw.choice(train), reply.conversation) for reply in person]
    copied = {
        "copies of training messages": copies,
        "near-copies of training messages: a word added": [
            Reply(with_word_added(reply.text), reply.conversation) for reply in copies
        ],
        "near-copies of training messages: fillers": [
            each(reply, with_fillers) for reply in copies
        ],
    }
    return (
        *probes,
        *(
            Probe(name, (tuple(rows),), is_person=False, gate="copying")
            for name, rows in copied.items()
        ),
    )


def answers_of(bench: Bench, replies: Sequence[Reply]) -> Answers:
    """A probe's replies, with the person's contexts where it answers those."""
    conversations = [reply.conversation for reply in replies]
    texts = [reply.text for reply in replies]
    if conversations != [row.conversation for row in bench.person]:
        return Answers(texts, conversations)
    return Answers(texts, conversations, prompts=[row.prompt for row in bench.person])
