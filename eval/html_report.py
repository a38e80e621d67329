"""The report as one HTML file: no script, no request, light and dark, printable.

The same figures as the JSON, with the pictures of `eval.charts` and some of the replies: it holds
chat text.
"""

from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files

from eval.charts import score_chart
from eval.panes import exchanges, form_charts
from eval.replies import ReplyRow
from eval.report import Arm, Comparison, Report
from eval.significance import Estimate
from eval.wording import (
    GATES,
    MARKS,
    MEANINGS,
    VERDICTS,
    headline_arm,
    interval,
    method,
    name_of,
    number,
    share,
    verdict,
)


def to_html(report: Report, replies: Sequence[ReplyRow] = ()) -> str:
    """The whole report as one HTML document. replies: rows of replies.jsonl, some are shown."""
    css = (files("eval") / "report.css").read_text(encoding="utf-8")
    title = f"How much it writes like {report.subject}"
    sections = [
        _head(report, title),
        _hero(report),
        _section("The arms", "The same contexts and seeds for every arm.", _scores(report)),
        _section(
            "Gates",
            "What a clone must not do. A failed gate strikes the score; the number is kept.",
            _gates(report),
        ),
        _departures(report),
        exchanges(report, replies),
        _section(
            "Other axes", "Kept apart on purpose: no single number stands for them.", _axes(report)
        ),
        _section("Privacy", "What came out that should not have.", _privacy(report)),
        _comparisons(report),
        _method(report),
        _footer(report),
    ]
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" '
        f"content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{css}</style></head>"
        f"<body><main>{''.join(sections)}</main></body></html>\n"
    )


def _head(report: Report, title: str) -> str:
    source = f"run {report.run}" if report.run else "replies from a file"
    return (
        f'<header><span class="chip">AI imitation</span><h1>{escape(title)}</h1>'
        f'<p class="soft">{escape(source)} · {report.created_at:%d %B %Y}</p></header>'
    )


def _hero(report: Report) -> str:
    arm = headline_arm(report)
    style = report.arms[arm].style if arm else None
    big = ""
    if style is not None and style.score is not None:
        kind = " struck" if style.struck else ""
        big = f'<div class="big"><span class="number{kind}">{number(style.score)}</span>'
        big += "<small> / 100</small></div>"
    indicative = "".join(f'<p class="soft">{escape(note)}</p>' for note in report.notes)
    return (
        f'<section class="hero">{big}<div><p>{escape(verdict(report))}</p>{indicative}</div>'
        f"{score_chart(report)}</section>"
    )


def _section(title: str, lead: str, body: str) -> str:
    return f'<section><h2>{title}</h2><p class="lead">{lead}</p>{body}</section>' if body else ""


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


def _scores(report: Report) -> str:
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


def _gates(report: Report) -> str:
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


def _departures(report: Report) -> str:
    name = headline_arm(report)
    found = report.arms[name].explanations if name else None
    charts = form_charts(report)
    tells = ""
    if found is not None:
        lines = "".join(
            f"<li>{escape(f'{report.subject} {text}')}</li>" for text in found.sentences
        )
        chips = "".join(
            f"<h3>{title}</h3><p class=words>"
            + "".join(f"<span>{escape(usage.words)}</span>" for usage in used)
            + "</p>"
            for title, used in (
                ("Words the clone overuses", found.over_used),
                ("Words it misses", found.under_used),
            )
            if used
        )
        tells = (
            f'<div class="grid"><div class="card"><h3>Tells, the strongest first</h3>'
            f'<ul class="tells">{lines or "<li>none found</li>"}</ul></div>'
            f'<div class="card">{chips or "<h3>No word stands out</h3>"}</div></div>'
        )
    lead = "What to look at, not how bad it is."
    return _section("Where it departs from the person", lead, tells + charts)


def _axes(report: Report) -> str:
    rows = []
    for kind, label, arm in _rows(report):
        cells = [
            label,
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


def _privacy(report: Report) -> str:
    rows = []
    for kind, label, arm in _rows(report):
        found = arm.privacy
        cells = [
            label,
            str(found.resurfaced),
            share(found.names_share),
            number(found.membership_auc, 2),
        ]
        rows.append((kind, cells))
    columns = [
        "arm",
        "private strings<br>of the logs",
        "partners named<br>unasked",
        "membership AUC<br>(.50 is none)",
    ]
    chosen = headline_arm(report)
    said = report.arms[chosen].privacy.verdict if chosen else ""
    return table(columns, rows) + f'<p class="soft">{escape(said)}</p>'


def _comparisons(report: Report) -> str:
    chosen = headline_arm(report)
    ours = [row for row in report.comparisons if row.a == chosen]
    rest = [row for row in report.comparisons if row.a != chosen]
    if not report.comparisons:
        return ""
    body = _compared(ours, report.subject) if ours else ""
    if rest:
        others = _compared(rest, report.subject)
        body += f"<details><summary>The other arms among themselves</summary>{others}</details>"
    return _section("Comparisons", "Paired by context, drawn by conversation.", body)


def _compared(found: Sequence[Comparison], subject: str) -> str:
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


def _method(report: Report) -> str:
    paragraphs = "".join(f"<p>{_bold(escape(text))}</p>" for text in method(report))
    return f"<section><h2>How to read this</h2>{paragraphs}</section>"


def _bold(text: str) -> str:
    _, opening, rest = text.partition("**")
    word, _, tail = rest.partition("**")
    return f"<strong>{word}</strong>{tail}" if opening else text


def _footer(report: Report) -> str:
    return (
        f"<footer>Data {escape(report.data_sha256[:12])} · made "
        f"{report.created_at:%Y-%m-%d %H:%M %Z} · replies marked as real are real, all others were "
        "generated by a model that imitates a person. This file holds private messages.</footer>"
    )
