"""A hosted model as one more arm: its replies, what was odd about them, and which model it was.

What a reasoning model thinks aloud (`<think>`) is not what it says, and is cut away.
"""

import re
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from eval.arms import prompts_of
from eval.asking import Tell, ask_all
from eval.endpoint import Endpoint
from eval.engine import Progress
from eval.held_out import HeldOut
from eval.replies import ReplyFile, ReplyRow, digest_of, key_of, row_of, seed_of
from eval.report import Report
from persona.config import Config
from persona.counted import counted

HOSTED = "endpoint"

_THOUGHTS = re.compile(
    r"<think>.*?</think>"
    r"|\A(?:(?!<think>).)*?</think>"  # begun in the server's template
    r"|\A\s*<think>.*",  # cut off before its end
    re.DOTALL | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Heard:
    """What a hosted model answered: a row for each context, and what a reader must know."""

    rows: list[ReplyRow]
    notes: list[str]


def ask_hosted(
    hosted: Endpoint, held: HeldOut, config: Config, *, folder: Path, progress: Progress
) -> Heard:
    """The hosted model's reply to each context; `endpoint.jsonl` in `folder` holds those it has.

    Each is kept when it arrives. A context that was answered with nothing is asked again next time.
    Raises ModelError if the server fails.
    """
    asked = (hosted.url, hosted.model, held.data_sha256, config.chat, config.seed)
    kept = ReplyFile(folder / f"{HOSTED}.jsonl", settings=digest_of(asked))
    heard = {key: row for key, row in kept.rows.items() if spoken(row.text)}
    prompts = prompts_of(HOSTED, held.contexts, train=held.train)
    keys = [key_of(HOSTED, context) for context in held.contexts]
    lock = threading.Lock()

    def ask(number: int, tell: Tell, stop: threading.Event) -> None:
        context = held.contexts[number]
        drawn, began = seed_of(context, seed=config.seed), time.perf_counter()
        text = hosted.reply(prompts[number], seed=drawn, tell=tell, stop=stop)
        seconds = time.perf_counter() - began
        row = row_of(HOSTED, context, text=text, seed=drawn, seconds=seconds)
        with lock:
            heard[keys[number]] = row
            if spoken(text):
                kept.add([row])

    def tell(note: str) -> None:
        with lock:
            done = sum(key in heard for key in keys)
        progress(f"{HOSTED}: replies", done=done, total=len(keys), note=note)

    tell("")
    ask_all([n for n, key in enumerate(keys) if key not in heard], ask, tell=tell)
    rows = [heard[key] for key in keys]
    said = [msgspec.structs.replace(row, text=spoken(row.text)) for row in rows]
    return Heard(said, list(_notes(hosted, [row.text for row in rows])))


def with_notes(report: Report, heard: Heard) -> Report:
    """The report with which model is behind the arm `endpoint` and what was odd about it."""
    return msgspec.structs.replace(report, notes=[*report.notes, *heard.notes])


def spoken(text: str) -> str:
    """An answer without the thoughts in it."""
    return _THOUGHTS.sub("", text).strip()


def _notes(hosted: Endpoint, answers: Sequence[str]) -> Iterator[str]:
    yield f"The hosted model is {hosted.model} at {hosted.host}, told how the person writes."
    if empty := sum(not text for text in answers):
        yield (
            f"The server answered nothing {counted(empty, 'time')}; it is asked for those replies "
            "again the next time."
        )
    thoughts = [text for text in answers if _THOUGHTS.search(text)]
    if thoughts:
        yield f"{counted(len(thoughts), 'answer')} held thoughts (<think>), which are not scored."
    if mute := sum(not spoken(text) for text in thoughts):
        yield (
            f"{counted(mute, 'answer')} held nothing but thoughts: let the model think less, or "
            "raise chat.max_new_tokens, and run it again."
        )
