"""report.html: the dataset at a glance, in one file that loads nothing from anywhere.

Made from the manifest and a few rows; the drawing of bars is in `charts.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import Any

from ingest.charts import columns, legend, share_bar, stacked_columns
from ingest.figures import LENGTHS
from ingest.report import Manifest, rows, split_rows
from ingest.split import SPLITS
from persona.data import OPENER, Example, split_bubbles

_LENGTH_NAMES = (*(f"≤ {end}" for end in LENGTHS), f"> {LENGTHS[-1]}")
_BURST_NAMES = ("1", "2", "3", "4", "5", "6+")
_SHOWN_SPEAKERS = 12


def html(manifest: Manifest, *, examples: Iterable[Example]) -> str:
    """The whole page. `examples` are shown as they will be learned."""
    subject = escape(manifest["subject"])
    style = (files("ingest") / "report.css").read_text(encoding="utf-8")
    return "".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="robots" content="noindex"><meta name="referrer" content="no-referrer">',
            f"<title>{subject}: dataset</title><style>{style}</style></head><body><main>",
            f"<h1>What {subject} wrote, as a dataset</h1>",
            f'<p class="soft">{escape(_made(manifest))}. Private: it quotes chat messages.</p>',
            _tiles(manifest),
            _notes(manifest),
            _splits(manifest),
            _messages(manifest),
            _months(manifest["figures"]),
            _pairs(manifest),
            _section("What a row looks like", "".join(map(_chat, examples))),
            _files(manifest),
            "</main></body></html>",
        ]
    )


def _made(manifest: Manifest) -> str:
    made = manifest["created_at"][:16].replace("T", " ")
    return f"Made {made} UTC · seed {manifest['seed']} · data {manifest['data_sha256'][:12]}"


def _tiles(manifest: Manifest) -> str:
    splits = manifest["splits"]
    months = list(manifest["figures"]["months"])
    tiles = {
        "messages read": f"{manifest['messages']['read']:,}",
        "replies to learn from": f"{splits['train']['rows']:,}",
        "replies to judge by": f"{splits['test']['rows']:,}",
        "conversations": f"{manifest['conversations']:,}",
        "people": f"{len(manifest['speakers']):,}",
    }
    if months:
        tiles["first to last month"] = f"{months[0]} – {months[-1]}"
    cells = "".join(
        f'<div class="tile"><b>{escape(value)}</b><span class="soft">{name}</span></div>'
        for name, value in tiles.items()
    )
    return f'<div class="tiles">{cells}</div>'


def _notes(manifest: Manifest) -> str:
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in manifest["notes"])
    return _section("To know", notes) if notes else ""


def _splits(manifest: Manifest) -> str:
    shares = {name: manifest["shares"][name] for name in SPLITS}
    return _section(
        "What is learned from, and what is held out",
        share_bar(shares)
        + legend({name: f"{name} {share:.0%}" for name, share in shares.items()})
        + _table(("file", "rows", "messages", "conversations", "for"), split_rows(manifest)),
    )


def _messages(manifest: Manifest) -> str:
    used, dropped = manifest["messages"]["used"], sum(manifest["messages"]["dropped"].values())
    reply, context, others = used.values()
    parts = {"train": reply, "valid": context, "others": others, "lost": dropped}
    names = dict(zip(parts, (*used, "dropped"), strict=True))
    return _section(
        "Where every message went",
        share_bar(parts) + legend(names) + _table(("what", "messages"), rows(manifest)),
    )


def _months(figures: Mapping[str, Any]) -> str:
    chart = stacked_columns(figures["months"], SPLITS)
    return _section("The subject's messages by month", chart) if chart else ""


def _pairs(manifest: Manifest) -> str:
    figures = manifest["figures"]
    hours = columns(figures["hours"], [f"{hour}" for hour in range(24)])
    redacted = _table(("kind", "times"), sorted(manifest["redacted"].items()))
    pairs = [
        _section("Hour of the day", hours) if any(figures["hours"]) else "",
        _section("Characters in a message", columns(figures["lengths"], _LENGTH_NAMES)),
        _section("Messages in a row", columns(figures["bursts"], _BURST_NAMES)),
        _section("Put in place of private things", redacted or '<p class="soft">nothing</p>'),
        _section("People", _people(manifest)),
    ]
    return f'<div class="pair">{"".join(pairs)}</div>'


def _people(manifest: Manifest) -> str:
    speakers = [(each["name"], each["messages"]) for each in manifest["speakers"]]
    more = len(speakers) - _SHOWN_SPEAKERS
    rest = f'<p class="soft">and {more} more</p>' if more > 0 else ""
    return _table(("who", "messages"), speakers[:_SHOWN_SPEAKERS]) + rest


def _files(manifest: Manifest) -> str:
    cells = [
        (
            file["path"],
            file["format"] or "–",
            file["messages"],
            file["error"] or ", ".join(f"{why} {n}" for why, n in file["dropped"].items()) or "–",
        )
        for file in manifest["files"]
    ]
    return _section("Files", _table(("file", "format", "messages", "left out"), cells))


def _chat(example: Example) -> str:
    bubbles = []
    for turn in (*example.prompt, *example.completion):
        if turn.role == "system" or turn.content == OPENER:
            bubbles.append(("system", turn.content))
        else:
            who = "me" if turn.role == "assistant" else "them"
            bubbles += [(who, bubble) for bubble in split_bubbles(turn.content)]
    cells = "".join(f'<p class="{who}">{escape(text)}</p>' for who, text in bubbles)
    return f'<div class="chat">{cells}</div>'


def _section(title: str, body: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{body}</section>"


def _table(head: Sequence[str], cells: Iterable[Sequence[object]]) -> str:
    body = ["<tr>" + "".join(_cell("td", value) for value in row) + "</tr>" for row in cells]
    if not body:
        return ""
    numbers = {"rows", "messages", "conversations", "times"}
    titles = "".join(f"<th{' class=n' if name in numbers else ''}>{name}</th>" for name in head)
    return f"<table><tr>{titles}</tr>{''.join(body)}</table>"


def _cell(tag: str, value: object) -> str:
    if isinstance(value, int):
        return f'<{tag} class="n">{value:,}</{tag}>'
    return f"<{tag}>{escape(str(value))}</{tag}>"
