"""The blind sheet as one HTML file: no request, nothing stored; its answers are saved as a file."""

from collections.abc import Sequence
from html import escape
from importlib.resources import files

from eval.blind import Key, Question
from persona.data import Turn, split_bubbles

SHOWN_TURNS = 4
JUDGES = {
    "acquaintance": "I know {subject}",
    "stranger": "I do not know {subject}",
    "self": "I am {subject}",
}
SIDES = {"A": "A is real", "B": "B is real", "": "Cannot tell"}
SCRIPT = """
const form = document.forms[0], told = document.querySelector("output");
const trials = [...form.querySelectorAll(".trial")];
const chosen = name => form.querySelector(`[name="${name}"]:checked`);
const sitting = crypto.getRandomValues(new Uint32Array(3)).join("-");
let saved = true;
const count = () => trials.filter(trial => chosen(trial.id)).length;
const tell = () => { told.textContent = `${count()} of ${trials.length} answered`; };
form.addEventListener("change", () => { saved = false; tell(); });
addEventListener("beforeunload", event => { if (!saved) event.preventDefault(); });
form.addEventListener("submit", event => {
  event.preventDefault();
  const answers = {};
  trials.forEach(trial => {
    const side = chosen(trial.id);
    if (side) answers[trial.id.slice(1)] = side.value || null;
  });
  const sheet = { sheet: form.dataset.seal, judge: chosen("judge").value, sitting, answers };
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(sheet)], { type: "application/json" }));
  link.download = `answers-${form.dataset.seal.slice(0, 8)}-${Date.now()}.json`;
  link.click();
  saved = true;
  told.textContent = `${count()} of ${trials.length} saved; send ${link.download} back`;
});
tell();
"""


def to_sheet(key: Key, questions: Sequence[Question]) -> str:
    """The sheet: it holds the texts and the seal, and nothing that tells the sides apart."""
    css = (files("eval") / "report.css").read_text(encoding="utf-8")
    title = f"Which reply did {key.subject} write?"
    trials = "".join(
        _trial(number, len(questions), question, key.subject)
        for number, question in enumerate(questions, start=1)
    )
    policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<title>{escape(title)}</title><style>{css}</style></head><body><main>"
        f"<h1>{escape(title)}</h1>{_lead(key, len(questions))}"
        f'<form data-seal="{key.seal}">{_who(key.subject)}{trials}'
        f'<p class="save"><button>Save my answers</button> <output></output></p>'
        f"</form><noscript><p>Saving the answers needs JavaScript.</p></noscript>"
        f"<footer>Sealed with {key.seal}. This file holds private messages.</footer>"
        f"</main><script>{SCRIPT}</script></body></html>\n"
    )


def _lead(key: Key, count: int) -> str:
    subject = escape(key.subject)
    return (
        f"<p>{count} moments from {subject}'s chats, with two replies each. One is what {subject} "
        f"really wrote there. The other may be an AI imitation, another person, or something "
        f"{subject} wrote elsewhere. Choose the real one; say that you cannot tell rather than "
        "guess. What you leave blank does not count.</p>"
        "<p>Save your answers before you close this page, which keeps nothing, and send the file "
        "to whoever gave you the sheet. It holds your choices and a random number, no chat text; "
        "nothing is sent by itself.</p>"
    )


def _who(subject: str) -> str:
    options = "".join(
        f'<label><input type="radio" name="judge" value="{value}" required> '
        f"{escape(text.format(subject=subject))}</label>"
        for value, text in JUDGES.items()
    )
    return f'<fieldset class="card"><legend>Who are you?</legend>{options}</fieldset>'


def _trial(number: int, count: int, question: Question, subject: str) -> str:
    turns = [turn for turn in question.prompt if turn.role != "system"][-SHOWN_TURNS:]
    said = "".join(_said(turn, subject) for turn in turns)
    panes = "".join(
        f'<div class="pane"><h4>Reply {side}</h4>'
        + "".join(f'<div class="bubble">{escape(bubble)}</div>' for bubble in split_bubbles(text))
        + "</div>"
        for side, text in (("A", question.a), ("B", question.b))
    )
    options = "".join(
        f'<label><input type="radio" name="t{number}" value="{value}"> {text}</label>'
        for value, text in SIDES.items()
    )
    return (
        f'<fieldset class="exchange card trial" id="t{number}">'
        f"<legend>{number} of {count}</legend><div>{said}</div>"
        f'<div class="panes">{panes}</div><p class="choice">{options}</p></fieldset>'
    )


def _said(turn: Turn, subject: str) -> str:
    who = f"<b>{escape(subject)}</b> " if turn.role == "assistant" else ""
    lines = escape("\n".join(split_bubbles(turn.content)))
    return f'<p class="said">{who}{lines}</p>'
