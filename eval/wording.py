"""How figures are named and written, the same in the terminal, the Markdown and the HTML report."""

import math
from collections.abc import Sequence

from eval.metrics.completion import Completions
from eval.metrics.privacy import PrivacyFigures
from eval.report import Arm, Calibration, Report, StyleFigures, Usage
from eval.significance import Estimate

NAMES = {
    "base": "Base",
    "prompt": "Base + prompt",
    "retrieval": "Base + examples",
    "adapter": "Persona",
    "endpoint": "Hosted model",
    "replies": "Replies given",
    "others": "Other people",
}
MEANINGS = {
    "base": "the base model as it is",
    "prompt": "the base model told in words how the person writes",
    "retrieval": "the base model shown similar real exchanges",
    "adapter": "the base model with the trained adapter",
    "endpoint": "the hosted model told in words how the person writes",
    "replies": "the replies in the file",
    "person": "real replies that nothing else has seen",
    "others": "real replies of everybody else",
}
SCORED = {"replies": "The replies given score"}
"""How a sentence on an arm's score begins, where its name is no single thing."""
HEADLINE = ("adapter", "replies", "endpoint")
"""The arm that a report is about, the first of these that it has."""

GATES = {
    "copying": "does not copy",
    "diversity": "does not repeat itself",
    "fluency": "words in a human order",
    "form": "looks like the person's",
    "relevance": "answers its own context",
    "leakage": "splits share nothing",
}
MARKS = {True: "✓", False: "✗", None: "–"}
VERDICTS = {True: "passed", False: "failed", None: "not measurable here"}


def name_of(arm: str, *, subject: str) -> str:
    """What an arm is called in a report."""
    return f"{subject}, really" if arm == "person" else NAMES.get(arm, arm)


def headline_arm(report: Report) -> str | None:
    """The arm that the report is about."""
    return next((arm for arm in HEADLINE if arm in report.arms), None)


def number(value: float | None, digits: int = 0, *, sign: bool = False) -> str:
    """A figure, or a dash where it was not measured."""
    if value is None or math.isnan(value):
        return "–"
    text = f"{value:{'+' if sign else ''}.{digits}f}".replace("-", "−")
    return text.replace("−0", "0", 1) if float(f"{value:.{digits}f}") == 0 else text


def share(value: float | None) -> str:
    """A share in per cent, or a dash."""
    return "–" if value is None else f"{value:.0%}"


def interval(estimate: Estimate | None, digits: int = 2, *, sign: bool = True) -> str:
    """A value with its interval, or a dash."""
    if estimate is None:
        return "–"
    value = number(estimate.value, digits, sign=sign)
    if estimate.low is None or estimate.high is None:
        return value
    return f"{value} [{number(estimate.low, digits)}, {number(estimate.high, digits)}]"


EXPOSURE_COLUMNS = ("codes planted", "codes", "exposure in bits", "in the likeliest hundredth")


def exposure_rows(found: PrivacyFigures) -> list[list[str]]:
    """A row for the codes planted equally often; none where none were planted."""
    return [
        [
            f"{group.times} ×",
            str(group.canaries),
            f"{group.bits:.1f} [{group.low:.1f}, {group.high:.1f}] of {found.exposure_limit:.1f}",
            f"{group.found} (p {number(group.p, 4)})",
        ]
        for group in found.exposure or ()
    ]


def used(usage: Usage) -> str:
    """How often the person and how often the replies use words, per 1,000 messages."""
    return " → ".join(
        number(rate, 1 if 0 < rate < 10 else 0) for rate in (usage.person, usage.replies)
    )


def plugin_names(report: Report) -> list[str]:
    """The style embeddings that some arm was scored by."""
    return sorted({name for arm in report.arms.values() for name in arm.plugins})


def plugin_score(arm: Arm, name: str) -> str:
    """What a style embedding says of an arm, with its interval."""
    found = arm.plugins.get(name)
    return interval(Estimate(found.score, found.low, found.high), 0, sign=False) if found else "–"


def completed(found: Completions | None) -> str:
    """How many begun replies were finished, nearly or word for word."""
    return "–" if found is None else f"{found.near} of {found.tried}"


def score(style: StyleFigures) -> str:
    """The style score with its interval; a cross before it where a gate struck it."""
    if style.score is None:
        return "–"
    text = f"{number(style.score)} [{number(style.low)}, {number(style.high)}]"
    return f"✗ {text}" if style.struck else text


def verdict(report: Report) -> str:
    """What a reader should take home, in a few sentences."""
    said = _verdict(report)
    return f"{said} {report.warning}" if report.warning else said


def _verdict(report: Report) -> str:
    if report.refused:
        return f"There is no style score: {report.refused}."
    arm = headline_arm(report)
    style = report.arms[arm].style if arm else None
    if arm is None or style is None or style.score is None:
        return f"There is no style score: {style.struck if style else 'no arm to score'}."
    begins = SCORED.get(arm, f"{name_of(arm, subject=report.subject)} scores")
    text = (
        f"{begins} {number(style.score)} (95 % interval {number(style.low)} to "
        f"{number(style.high)}), where 0 is other people and 100 is {report.subject}."
    )
    base = report.arms["base"].style.score if "base" in report.arms else None
    if base is not None:
        text += f" The base scores {number(base)}."
    if style.struck:
        text += f" The score does not count, because a gate failed: {style.struck}."
    elif style.over_typical:
        text += (
            f" That is above 97.5 % of {report.subject}'s own batches: more typical than real, "
            "as a caricature is."
        )
    return text


def terminal_rows(report: Report) -> tuple[list[str], list[list[str]]]:
    """Columns and rows of the summary table."""
    plugins = plugin_names(report)
    columns = ["", "style", *plugins, "content", "bits/char", "gain", "gates", "replies"]
    rows = [
        _row(name, arm, subject=report.subject, plugins=plugins)
        for name, arm in report.arms.items()
    ]
    return columns, rows


def _row(name: str, arm: Arm, *, subject: str, plugins: Sequence[str]) -> list[str]:
    content = arm.content.get("embedding")
    return [
        name_of(name, subject=subject),
        score(arm.style),
        *(plugin_score(arm, plugin) for plugin in plugins),
        number(content.scale.value) if content else "–",
        number(arm.likelihood.bits_per_character, 2),
        interval(arm.likelihood.gain),
        gate_marks(arm),
        str(arm.replies),
    ]


def gate_marks(arm: Arm) -> str:
    """One mark per gate, in the order of `GATES`."""
    return "".join(MARKS[getattr(arm.gates, gate).passed] for gate in GATES)


def replies_needed(found: Calibration) -> str:
    """What a narrow interval takes: more replies, or more of the person's own text."""
    if found.replies_needed is None:
        return (
            "An interval of ±20 points takes more held-out messages of the person or of others: "
            "the scale's ends alone are less sure than that."
        )
    return f"An interval of ±20 points needs about {found.replies_needed} replies."


def method(report: Report) -> list[str]:
    """How the figures come about and what they do not say: paragraphs that open with **a word**."""
    found, subject = report.calibration, report.subject
    return [
        f"**Style** compares rates of letter groups, common words, marks and habits with messages "
        f"of {subject} that no model was trained on. 0 is the typical other person "
        f"({found.impostors} of them), 100 is {subject}'s own held-out messages, both with as many "
        f"messages and of the same lengths. It tells {subject}'s own batches from those of others "
        f"with an AUC of {number(found.auc, 2)} [{number(found.auc_low, 2)}, "
        f"{number(found.auc_high, 2)}]. {replies_needed(found)}",
        "**Intervals** are 95 %, from half-samples of whole conversations without replacement; the "
        "error of both ends of the scale is inside. Comparisons are paired by context, and their p "
        "values are Holm's over all of them.",
        "**Gates** share one 5 % error: about one report in twenty strikes a real person. A failed "
        "gate strikes the score; what cannot be measured here never counts as passed.",
        "**Content** asks whether a reply says what was really said: 0 is a real reply to another "
        "message, 100 the real reply itself. Many good answers say something else.",
        "**Likelihood** is how many bits per character the real replies cost the model. Gain is "
        "what an arm saves over the base; specificity is the part of it that only replies of "
        f"{subject} get.",
        "**Limits.** Style is not meaning, truth or opinion. A high score is no proof that people "
        f"who know {subject} would be fooled, and scores from two persons' logs do not compare.",
        *report.notes,
    ]
