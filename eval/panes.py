"""The parts of the HTML report that show replies: side by side, and their form as bars."""

from collections.abc import Sequence
from html import escape

from eval.charts import Bars, bar_chart
from eval.metrics.form import LENGTH_BINS, LONGEST, REST
from eval.replies import ReplyRow
from eval.report import Report
from eval.wording import headline_arm, name_of
from persona.data import Turn, split_bubbles

Key = tuple[str, tuple[Turn, ...]]
"""The conversation and the prompt of a context."""

SHOWN = 8
MOST_BARS = 8
LAST_CHARACTERS = 400
SHOWN_TURNS = 3
TITLES = {
    "length": "Words per reply",
    "burst": "Messages in a row",
    "ending": "Last mark",
    "case": "Case",
    "emoji": "Emoji per reply",
    "opener": "First word",
}
ORDERED = {
    "length": (*(name for name, _ in LENGTH_BINS), LONGEST),
    "burst": ("1", "2", "3", "4", "5 or more"),
    "emoji": ("none", "1", "2", "3 or more"),
}


def exchanges(report: Report, replies: Sequence[ReplyRow]) -> str:
    """Some contexts with what the base, the persona, a hosted model and the person said."""
    arms = [
        name
        for name in ("base", "adapter", "endpoint", "person")
        if any(row.arm == name for row in replies)
    ]
    if "person" not in arms or len(arms) < 2:
        return ""
    by_arm = {
        name: {(row.conversation, row.prompt): row.text for row in replies if row.arm == name}
        for name in arms
    }
    keys = [key for key in by_arm["person"] if all(key in by_arm[name] for name in arms)]
    step = max(1, len(keys) // SHOWN)
    shown = "".join(
        _exchange(report, key, {name: by_arm[name][key] for name in arms})
        for key in keys[step // 2 :: step][:SHOWN]
    )
    lead = f"Every {step}th context; <code>persona app</code> shows them all."
    return f'<section><h2>Side by side</h2><p class="lead">{lead}</p>{shown}</section>'


def _exchange(report: Report, key: Key, texts: dict[str, str]) -> str:
    panes = "".join(
        f'<div class="pane {_kind(name)}"><h4>{escape(name_of(name, subject=report.subject))}</h4>'
        + "".join(f'<div class="bubble">{escape(text)}</div>' for text in split_bubbles(reply))
        + "</div>"
        for name, reply in texts.items()
    )
    turns = [turn for turn in key[1] if turn.role != "system"][-SHOWN_TURNS:]
    said = "".join(_said(turn, subject=report.subject) for turn in turns)
    return f'<div class="exchange card">{said}<div class="panes">{panes}</div></div>'


def _said(turn: Turn, *, subject: str) -> str:
    """One turn of the context, cut from the front where it is long."""
    text = turn.content
    text = text if len(text) <= LAST_CHARACTERS else "… " + text[-LAST_CHARACTERS:]
    lines = "\n".join(split_bubbles(text))
    who = f"<b>{escape(subject)}</b> " if turn.role == "assistant" else ""
    return f'<p class="said">{who}{escape(lines)}</p>'


def form_charts(report: Report) -> str:
    """Six bar charts of the outer form: the person, the clone, the base."""
    chosen = headline_arm(report)
    if chosen is None or not report.arms[chosen].form:
        return ""
    arms = [name for name in (chosen, "base") if name in report.arms and report.arms[name].form]
    cards = []
    for feature, title in TITLES.items():
        figures = report.arms[chosen].form[feature]
        sides = [Bars(report.subject, "person", figures.shares_person)]
        sides += [
            Bars(
                name_of(name, subject=report.subject),
                _kind(name),
                report.arms[name].form[feature].shares,
            )
            for name in arms
        ]
        labels = ORDERED.get(feature) or _commonest(sides)
        cards.append(f'<div class="card"><h3>{title}</h3>{bar_chart(title, sides, labels)}</div>')
    names = [
        (report.subject, "person"),
        *((name_of(n, subject=report.subject), _kind(n)) for n in arms),
    ]
    legend = "".join(f'<span><i class="{kind}"></i>{escape(name)}</span>' for name, kind in names)
    return f'<div class="legend">{legend}</div><div class="grid charts">{"".join(cards)}</div>'


def _commonest(sides: Sequence[Bars]) -> list[str]:
    totals: dict[str, float] = {}
    for side in sides:
        for label, share in side.shares.items():
            totals[label] = totals.get(label, 0.0) + share
    ranked = sorted(
        (label for label in totals if label not in ("", REST)), key=lambda label: -totals[label]
    )
    return ranked[:MOST_BARS]


def _kind(arm: str) -> str:
    return "person" if arm == "person" else "model" if arm in ("adapter", "replies") else "rival"
