"""The tables of the HTML report, each as a piece of HTML."""

from collections.abc import Iterable, Sequence
from html import escape

from eval.metrics.privacy import PrivacyFigures
from eval.report import Arm, Comparison, Report
from eval.significance import Estimate
from eval.wording import (
    EXPOSURE_COLUMNS,
    GATES,
    MARKS,
    MEANINGS,
    VERDICTS,
    completed,
    exposure_rows,
    headline_arm,
    interval,
    name_of,
    number,
    plugin_names,
    plugin_score,
    share,
)


def table(columns: Sequence[str], rows: Iterable[tuple[str, Sequence[str]]]) -> str:
    """A table from cells of HTML; each row comes with its CSS class."""
    head = "".join(f'<th scope="col">{column}</th>' for column in columns)
    body = "".join(
        f'<tr class="{kind}">' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
        for kind, cells in rows
    )
    return (
        f'<div class="scroll" tabindex="0"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _rows(report: Report) -> Iterable[tuple[str, str, Arm]]:
    """CSS class, named cell and figures of every arm."""
    chosen = headline_arm(report)
    for name, arm in report.arms.items():
        label = escape(name_of(name, subject=report.subject))
        yield "headline" if name == chosen else "", label, arm


def scores(report: Report) -> str:
    """Style, likelihood and the number of replies of every arm."""
    rows = []
    for (kind, label, arm), name in zip(_rows(report), report.arms, strict=True):
        meaning = MEANINGS.get(name, "")
        cells = [
            f"{label}<small>{escape(meaning)}</small>",
            _score(arm),
            share(arm.style.share_self),
            number(arm.likelihood.bits_per_character, 2),
            _interval(arm.likelihood.gain),
            _interval(arm.likelihood.specificity),
            str(arm.replies),
        ]
        rows.append((kind, cells))
    columns = [
        "arm",
        "style<br>[95 %]",
        f"{escape(report.subject)}'s own<br>batches below",
        "bits per<br>character",
        "gain over base<br>[95 %]",
        "specific to<br>the person",
        "replies",
    ]
    return table(columns, rows)


def _score(arm: Arm) -> str:
    style = arm.style
    if style.score is None:
        return "–"
    text = f"{number(style.score)} <small>[{number(style.low)}, {number(style.high)}]</small>"
    return f'<s title="{escape(style.struck)}">{text}</s>' if style.struck else text


def _interval(estimate: Estimate | None, digits: int = 2, *, sign: bool = True) -> str:
    """A value with its interval in small print."""
    value, bracket, rest = interval(estimate, digits, sign=sign).partition(" [")
    return f"{value} <small>[{rest}</small>" if bracket else value


def gates(report: Report) -> str:
    """Every gate of every arm, and why one failed or could not be measured."""
    rows, reasons = [], []
    for kind, label, arm in _rows(report):
        gates = {gate: getattr(arm.gates, gate) for gate in GATES}
        rows.append((kind, [label, *(_gate(gate.passed) for gate in gates.values())]))
        reasons += [
            f"<li>{label}, {name}: {escape(gate.why)}.</li>"
            for name, gate in gates.items()
            if gate.why
        ]
    columns = ["arm", *(text.replace(" ", "<br>", 1) for text in GATES.values())]
    return table(columns, rows) + f'<ul class="tells soft">{"".join(reasons)}</ul>'


def _gate(passed: bool | None) -> str:
    kind = {True: "yes", False: "no", None: "unknown"}[passed]
    return f'<span class="{kind}" title="{VERDICTS[passed]}">{MARKS[passed]}</span>'


def axes(report: Report) -> str:
    """Style embeddings, content and the classical figures of every arm."""
    rows, names = [], plugin_names(report)
    for kind, label, arm in _rows(report):
        cells = [
            label,
            *(plugin_score(arm, name) for name in names),
            *(
                _interval(arm.content[key].scale, 0, sign=False) if key in arm.content else "–"
                for key in ("embedding", "chrf")
            ),
            number(arm.classical.bleu, 3),
            number(arm.classical.rouge_l, 2),
            number(arm.classical.perplexity, 1),
            number(arm.classical.seconds_per_reply, 2),
        ]
        rows.append((kind, cells))
    columns = [
        "arm",
        *(f"{escape(name)}<br>0–100" for name in names),
        "content<br>0–100",
        "chrF<br>0–100",
        "BLEU",
        "ROUGE-L",
        "perplexity<br>per token",
        "seconds<br>per reply",
    ]
    note = (
        '<p class="soft">BLEU, ROUGE-L and chrF are overlap with the one real reply; perplexity '
        "compares models of one tokenizer only. None of them measures resemblance.</p>"
    )
    return table(columns, rows) + note


def privacy(report: Report) -> str:
    """What came out of every arm, and the verdict on the headline arm."""
    rows = []
    for kind, label, arm in _rows(report):
        found = arm.privacy
        cells = [
            label,
            str(found.resurfaced),
            str(found.private_shapes),
            share(found.names_share),
            number(found.membership_auc, 2),
            f"{completed(found.completed)}<small>{completed(found.guessed)}</small>",
        ]
        rows.append((kind, cells))
    columns = [
        "arm",
        "private strings<br>of the logs",
        "private shapes<br>of any kind",
        "partners named<br>unasked",
        "membership AUC<br>(.50 is none)",
        "train finished<br>held-out finished",
    ]
    chosen = headline_arm(report)
    if chosen is None:
        return table(columns, rows)
    found = report.arms[chosen].privacy
    return table(columns, rows) + _exposure(found) + f'<p class="soft">{escape(found.verdict)}</p>'


def _exposure(found: PrivacyFigures) -> str:
    """What became of the codes planted at ingest."""
    rows = [("", cells) for cells in exposure_rows(found)]
    return table(EXPOSURE_COLUMNS, rows) if rows else ""


def compared(found: Sequence[Comparison], subject: str) -> str:
    """Comparisons of two arms, a row each."""
    rows = []
    for row in found:
        names = [escape(name_of(arm, subject=subject)) for arm in (row.a, row.b)]
        cells = [
            " − ".join(names),
            row.axis,
            number(row.difference, 2, sign=True),
            f"[{number(row.low, 2)}, {number(row.high, 2)}]",
            number(row.p, 4),
            number(row.detectable, 2),
        ]
        rows.append(("", cells))
    columns = ["a − b", "axis", "difference", "95 %", "p (Holm)", "smallest<br>detectable"]
    return table(columns, rows)
