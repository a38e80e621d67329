"""The report as one HTML file: no script, no request, light and dark, printable.

The same figures as the JSON, with the pictures of `eval.charts` and some of the replies: it holds
chat text.
"""

from collections.abc import Sequence
from html import escape
from importlib.resources import files

from eval.charts import score_chart
from eval.html_tables import axes, compared, gates, privacy, scores
from eval.panes import exchanges, form_charts
from eval.replies import ReplyRow
from eval.report import Report, Usage
from eval.wording import (
    headline_arm,
    method,
    number,
    used,
    verdict,
)


def to_html(report: Report, replies: Sequence[ReplyRow] = ()) -> str:
    """The whole report as one HTML document. replies: rows of replies.jsonl, some are shown."""
    css = (files("eval") / "report.css").read_text(encoding="utf-8")
    title = f"How much it writes like {report.subject}"
    sections = [
        _head(report, title),
        _hero(report),
        _section("The arms", "The same contexts and seeds for every arm.", scores(report)),
        _section(
            "Gates",
            "What a clone must not do. A failed gate strikes the score; the number is kept.",
            gates(report),
        ),
        _departures(report),
        exchanges(report, replies),
        _section(
            "Other axes", "Kept apart on purpose: no single number stands for them.", axes(report)
        ),
        _section("Privacy", "What came out that should not have.", privacy(report)),
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
        f'<div class="scroll">{score_chart(report)}</div></section>'
    )


def _section(title: str, lead: str, body: str) -> str:
    return f'<section><h2>{title}</h2><p class="lead">{lead}</p>{body}</section>' if body else ""


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
            f"<h3>{title}</h3><p class=words>{''.join(map(_chip, words))}</p>"
            for title, words in (
                ("Words the clone overuses", found.over_used),
                ("Words it misses", found.under_used),
            )
            if words
        )
        if chips:
            chips += '<p class="soft">Times per 1,000 messages: the person → the clone.</p>'
        tells = (
            f'<div class="grid"><div class="card"><h3>Tells, the strongest first</h3>'
            f'<ul class="tells">{lines or "<li>none found</li>"}</ul></div>'
            f'<div class="card">{chips or "<h3>No word stands out</h3>"}</div></div>'
        )
    lead = "What to look at, not how bad it is."
    return _section("Where it departs from the person", lead, tells + charts)


def _chip(usage: Usage) -> str:
    """Words with how often either side uses them."""
    return f"<span>{escape(usage.words)} <small>{used(usage)}</small></span>"


def _comparisons(report: Report) -> str:
    chosen = headline_arm(report)
    ours = [row for row in report.comparisons if row.a == chosen]
    rest = [row for row in report.comparisons if row.a != chosen]
    if not report.comparisons:
        return ""
    body = compared(ours, report.subject) if ours else ""
    if rest:
        others = compared(rest, report.subject)
        body += f"<details><summary>The other arms among themselves</summary>{others}</details>"
    return _section("Comparisons", "Paired by context, drawn by conversation.", body)


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
