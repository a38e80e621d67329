"""The report as Markdown: the figures of the HTML, for a terminal, a note or a pull request."""

from collections.abc import Iterable, Sequence

from eval.report import Report
from eval.wording import (
    EXPOSURE_COLUMNS,
    GATES,
    MARKS,
    MEANINGS,
    completed,
    exposure_rows,
    interval,
    method,
    name_of,
    number,
    plugin_names,
    plugin_score,
    score,
    share,
    used,
    verdict,
)


def to_markdown(report: Report) -> str:
    """The whole report as Markdown text; holds no chat text."""
    blocks = [
        f"# How much it writes like {report.subject}",
        "*AI imitation: everything but the real replies was generated.*",
        verdict(report),
        "## Scores",
        _scores(report),
        "## Gates",
        _gates(report),
        *_departures(report),
        "## Other axes",
        _axes(report),
        "## Privacy",
        _privacy(report),
        *_comparisons(report),
        "## Method",
        *method(report),
        _footer(report),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines
    )


def _scores(report: Report) -> str:
    rows = []
    for name, arm in report.arms.items():
        likelihood = arm.likelihood
        rows.append(
            [
                name_of(name, subject=report.subject),
                MEANINGS.get(name, ""),
                score(arm.style),
                share(arm.style.share_self),
                number(likelihood.bits_per_character, 2),
                interval(likelihood.gain),
                interval(likelihood.specificity),
                str(arm.replies),
            ]
        )
    columns = [
        "arm",
        "what it is",
        "style",
        "own batches below",
        "bits/char",
        "gain",
        "specific",
        "replies",
    ]
    return table(columns, rows)


def _gates(report: Report) -> str:
    rows = []
    for name, arm in report.arms.items():
        gates = [getattr(arm.gates, gate) for gate in GATES]
        why = "; ".join(gate.why for gate in gates if gate.why)
        marks = [MARKS[gate.passed] for gate in gates]
        rows.append([name_of(name, subject=report.subject), *marks, why])
    return table(["arm", *GATES, "why"], rows)


def _departures(report: Report) -> list[str]:
    blocks = []
    for name, arm in report.arms.items():
        found = arm.explanations
        if found is None:
            continue
        lines = [f"- {report.subject}: {sentence}" for sentence in found.sentences]
        for said, words in (("too often", found.over_used), ("too seldom", found.under_used)):
            if words:
                told = ", ".join(f"“{usage.words}” ({used(usage)})" for usage in words)
                lines.append(f"- {said}, per 1,000 messages: {told}")
        if lines:
            blocks.append(f"**{name_of(name, subject=report.subject)}**\n\n" + "\n".join(lines))
    return ["## Where it departs", *blocks] if blocks else []


def _axes(report: Report) -> str:
    rows, plugins = [], plugin_names(report)
    for name, arm in report.arms.items():
        content, form, classical = arm.content, arm.form, arm.classical
        rows.append(
            [
                name_of(name, subject=report.subject),
                *(plugin_score(arm, plugin) for plugin in plugins),
                *(
                    interval(content[key].scale, 0, sign=False) if key in content else "–"
                    for key in ("embedding", "chrf")
                ),
                *(
                    f"{number(form[key].distance, 2)} ({number(form[key].baseline, 2)})"
                    for key in form
                ),
                number(classical.bleu, 3),
                number(classical.rouge_l, 2),
                number(classical.perplexity, 1),
                number(classical.seconds_per_reply, 2),
            ]
        )
    form_names = list(next(iter(report.arms.values())).form)
    columns = ["arm", *plugins, "content", "chrF", *form_names]
    columns += ["BLEU", "ROUGE-L", "perplexity", "s/reply"]
    note = "Form: distance from the reference (in brackets: the person's own held-out replies)."
    return f"{table(columns, rows)}\n\n{note}"


def _privacy(report: Report) -> str:
    rows = [
        [
            name_of(name, subject=report.subject),
            str(arm.privacy.resurfaced),
            str(arm.privacy.private_shapes),
            share(arm.privacy.names_share),
            number(arm.privacy.membership_auc, 2),
            completed(arm.privacy.completed),
            completed(arm.privacy.guessed),
            arm.privacy.verdict,
        ]
        for name, arm in report.arms.items()
    ]
    columns = [
        "arm",
        "private strings",
        "private shapes",
        "names unasked",
        "membership AUC",
        "training replies finished",
        "held-out ones",
        "verdict",
    ]
    planted = [row for arm in report.arms.values() for row in exposure_rows(arm.privacy)]
    exposure = f"\n\n{table(EXPOSURE_COLUMNS, planted)}" if planted else ""
    return table(columns, rows) + exposure


def _comparisons(report: Report) -> list[str]:
    if not report.comparisons:
        return []
    rows = [
        [
            f"{name_of(row.a, subject=report.subject)} − {name_of(row.b, subject=report.subject)}",
            row.axis,
            number(row.difference, 2, sign=True),
            f"[{number(row.low, 2)}, {number(row.high, 2)}]",
            number(row.p, 4),
            number(row.detectable, 2),
        ]
        for row in report.comparisons
    ]
    columns = ["a − b", "axis", "difference", "95 %", "p (Holm)", "detectable"]
    return ["## Comparisons", table(columns, rows)]


def _footer(report: Report) -> str:
    return (
        f"Run {report.run or 'none'}, data {report.data_sha256[:12]}, "
        f"{report.created_at:%Y-%m-%d %H:%M} {report.created_at.tzname() or ''}".strip()
    )
