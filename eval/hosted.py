"""A hosted model as one more arm: its replies, and which model it was."""

from pathlib import Path

import msgspec

from eval.arms import WEIGHTS, prompts_of
from eval.endpoint import Endpoint
from eval.engine import Progress
from eval.held_out import HeldOut
from eval.replies import ReplyFile, ReplyRow, answer, digest_of
from eval.report import Report
from persona.config import Config

HOSTED = "endpoint"


def ask_hosted(
    hosted: Endpoint, held: HeldOut, config: Config, *, folder: Path, progress: Progress
) -> list[ReplyRow]:
    """The hosted model's reply to each context; `endpoint.jsonl` in `folder` holds those it has."""
    asked = (hosted.url, hosted.model, held.data_sha256, config.chat, config.seed)
    return answer(
        held.contexts,
        prompts_of(HOSTED, held.contexts, train=held.train),
        arm=HOSTED,
        weights=WEIGHTS[HOSTED],
        engine=hosted,
        kept=ReplyFile(folder / "endpoint.jsonl", settings=digest_of(asked)),
        seed=config.seed,
        progress=progress,
    )


def name_hosted(report: Report, hosted: Endpoint) -> Report:
    """The report with a note of which model is behind the arm `endpoint`."""
    note = f"The hosted model is {hosted.model} at {hosted.host}, told how the person writes."
    return msgspec.structs.replace(report, notes=[*report.notes, note])
