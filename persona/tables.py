"""Results as a person reads them at a terminal, or as JSON: one function per command.

Takes finished values and shows them; computes nothing that is not in them.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from persona.config import Config, dump_config
from persona.console import say, show, show_json, show_table, stderr
from persona.errors import ConfigError
from persona.folders import RunDir

if TYPE_CHECKING:
    from eval.blind import Key, Verdict
    from eval.report import Report
    from ingest.parse import FileSummary
    from ingest.people import SpeakerCount
    from persona.blind import Sheet
    from persona.forget import Traces
    from persona.merge import Merged
    from persona.plan import Outlook, Plan

GIB = 2**30


def show_files(files: Sequence["FileSummary"]) -> None:
    """What `persona parse` read, file by file, on standard error."""
    if files:
        say("\n".join(line for file in files for line in _account(file)))


def _account(file: "FileSummary") -> Iterator[str]:
    """The lines about one file."""
    yield f"{file.path}: {_recognised(file)}: {file.messages:,} messages"
    for reason, count in sorted(file.dropped.items(), key=lambda item: -item[1]):
        yield f"  dropped {count:,}: {reason}"
    for note in file.notes:
        yield f"  note: {note}"
    if file.error:
        yield f"  {'damaged' if file.messages else 'why'}: {file.error}"


def show_file_json(files: Sequence["FileSummary"]) -> None:
    """The same for machines, as one line on standard error."""
    rows = [
        {name: getattr(file, name) for name in ("path", "format", "messages", "dropped")}
        for file in files
    ]
    sys.stderr.write(msgspec.json.encode({"files": rows}).decode() + "\n")


def _recognised(file: "FileSummary") -> str:
    """As what a file was read, how surely, and what it would have been otherwise."""
    if file.format is None:
        return "not read"
    other = f", next {file.runner_up}" if file.runner_up else ""
    return f"{file.format} ({file.confidence:.0%} sure{other})"


def ask_subject() -> "Callable[[Sequence[SpeakerCount]], str] | None":
    """The question who is to be imitated; None where there is nobody to ask."""
    if not (sys.stdin.isatty() and stderr().is_terminal):
        return None
    return _ask


def _ask(speakers: "Sequence[SpeakerCount]") -> str:
    from rich.prompt import Prompt

    for number, speaker in enumerate(speakers, start=1):
        say(f"{number:3}  {speaker.name}  ({speaker.messages:,} messages)")
    numbers = [str(number) for number in range(1, len(speakers) + 1)]
    answer = Prompt.ask("Who is to be imitated?", choices=numbers, console=stderr())
    return speakers[int(answer) - 1].name


def show_dataset(manifest: Mapping[str, Any], out: Path, *, as_json: bool) -> None:
    """What `persona ingest` made of the logs."""
    from ingest.report import rows, split_rows, unread

    if as_json:
        show_json(manifest)
        return
    show_table(f"{manifest['subject']}: {out}", ("", "count"), thousands(rows(manifest)))
    files = [(f"{name}.jsonl: {use}", size) for name, size, _, _, use in split_rows(manifest)]
    show_table("", ("file", "replies"), thousands(files))
    if len(manifest["names"]) > 1:
        show(f"{manifest['subject']} under all names: {', '.join(manifest['names'])}")
    for reason, count in unread(manifest).items():
        show(f"not read or damaged: {count:,} {'file' if count == 1 else 'files'}: {reason}")
    for note in manifest["notes"]:
        show(f"note: {note}")
    show(f"report: {out / 'report.html'}")


def plan_lines(plan: "Plan") -> list[str]:
    """A training run before it starts, in a few lines."""
    memory = plan.memory
    lines = [
        f"base {plan.base} ({plan.licence}) on {plan.device}, backend {plan.backend}, "
        f"quantization {plan.quantization}",
        plan.reason,
        f"{plan.examples:,} examples, {plan.tokens:,} tokens an epoch "
        f"({plan.trained_tokens:,} learned), median {plan.median_length}, longest {plan.longest}",
        f"{plan.steps:,} steps; about {memory.total / GIB:.1f} GiB of memory "
        f"of {plan.available / GIB:.1f} GiB free; adapter {plan.adapter_bytes / 1e6:.1f} MB",
    ]
    if plan.tokens_per_second and plan.seconds:
        lines.append(
            f"about {plan.tokens_per_second:,.0f} tokens/s by a short probe here, so about "
            f"{plan.seconds / 60:,.1f} minutes"
        )
    if plan.download:
        lines.insert(0, f"about {plan.download / 1e9:.1f} GB are downloaded if not here already")
    lines += [f"dropped {count:,}: {reason}" for reason, count in plan.dropped.items()]
    return lines + list(plan.advice)


def show_plan(plan: "Plan", *, as_json: bool) -> None:
    """What `persona train --dry-run` found."""
    if as_json:
        show_json(plan)
        return
    for line in plan_lines(plan):
        show(line)
    parts = msgspec.to_builtins(plan.memory)
    show_table("memory", ("part", "MB"), [(k, f"{v / 1e6:,.0f}") for k, v in parts.items()])


def show_outlook(outlook: "Outlook", *, as_json: bool) -> None:
    """What `persona plan` reckoned."""
    if as_json:
        show_json(outlook)
        return
    parts = msgspec.to_builtins(outlook.memory)
    show_table(
        f"like {outlook.like}", ("part", "MB"), [(k, f"{v / 1e6:,.0f}") for k, v in parts.items()]
    )
    recompute = "recomputing activations" if outlook.gradient_checkpointing else "no recomputing"
    show(
        f"{'fits' if outlook.fits else 'does not fit'}: {outlook.memory.total / 1e9:.1f} GB at "
        f"{outlook.micro_tokens:,} tokens a micro-batch, {recompute}; "
        f"adapter {outlook.adapter_bytes / 1e6:.0f} MB"
    )
    for line in outlook.advice:
        show(line)


def show_merged(merged: "Merged", *, as_json: bool) -> None:
    """What `persona merge` wrote."""
    if as_json:
        show_json(merged)
        return
    show(
        f"{merged.folder}: {merged.precision}, logits within {merged.difference:.2g} of base and "
        "adapter on the probes"
    )


def show_written(path: Path) -> None:
    """A file or folder that was written."""
    show(str(path))


def show_run(run: RunDir, *, as_json: bool) -> None:
    """What `persona train` made."""
    manifest = run.manifest()
    if as_json:
        show_json({"run": str(run.root), **manifest})
        return
    loss = manifest["best_valid_loss"]
    held_out = f", held-out loss {loss:.3f}" if loss is not None else ""
    show(
        f"{run.root}: {manifest['steps']} steps, {manifest['seconds']:.0f} s after "
        f"{manifest['startup_seconds']:.0f} s of start-up{held_out}"
    )
    show("next: persona eval, persona chat, persona app")


def show_report(report: "Report", folder: Path | None, *, as_json: bool) -> None:
    """What `persona eval` measured; `folder` is where the whole report lies."""
    from eval import wording

    if as_json:
        show_json(report)
        return
    show(wording.verdict(report))
    columns, rows = wording.terminal_rows(report)
    show_table("0 = other people, 100 = the person's own other messages", columns, rows)
    if folder:
        show(f"report: {folder / 'report.html'}")


def show_sheet(sheet: "Sheet", *, as_json: bool) -> None:
    """Where `persona ab` wrote the sheet and its key."""
    if as_json:
        show_json(sheet._asdict() | {"sheet": str(sheet.sheet), "key": str(sheet.key)})
        return
    show(f"{sheet.sheet}: {sheet.trials} questions; give it to people who know the person")
    show(f"sealed with {sheet.seal}; the order lies in {sheet.key}, which judges must not see")
    show("next: persona ab --answers FILE for each file a judge saved")


def show_verdicts(key: "Key", found: "Sequence[Verdict]", *, as_json: bool) -> None:
    """What the judges of a blind sheet said."""
    from eval.blind import in_words

    if as_json:
        show_json({"seal": key.seal, "subject": key.subject, "arm": key.arm, "verdicts": found})
        return
    for verdict in found:
        show(in_words(verdict, subject=key.subject))
    columns = (
        "judges",
        "",
        "recognised",
        "cannot tell",
        "c@1",
        "against others",
        "own from elsewhere",
    )
    rows = [
        (
            verdict.judge,
            verdict.judges,
            f"{verdict.clone.hits} of {verdict.clone.choices}",
            verdict.cannot_tell,
            f"{verdict.c_at_1:.2f}",
            f"{verdict.other.hits} of {verdict.other.choices}",
            f"{verdict.same.hits} of {verdict.same.choices}",
        )
        for verdict in found
    ]
    show_table(f"the real {key.subject} against '{key.arm}', blind", columns, rows)


def show_runs(runs: Path, *, as_json: bool) -> None:
    """All runs, oldest first."""
    from persona.register import list_runs

    found = list_runs(runs)
    if as_json:
        show_json(found)
        return
    if not found:
        say(f"{runs}: no run yet; make one with `persona train`")
        return
    columns = ("run", "subject", "base", "state", "steps", "held-out loss", "style score")
    show_table("", columns, [[_cell(row[name]) for name in columns] for row in found])


def show_settings(config: Config, *, as_json: bool) -> None:
    """The settings in force."""
    if as_json:
        show_json(config)
    else:
        show(dump_config(config).rstrip())


def show_findings(findings: Sequence[tuple[str, str]], *, as_json: bool) -> None:
    """What `persona doctor` found."""
    if as_json:
        show_json(dict(findings))
        return
    width = max(len(name) for name, _ in findings)
    for name, value in findings:
        show(f"{name:{width}}  {value}")


def show_traces(traces: "Traces") -> None:
    """What is about to be erased, and what of the same person is not."""
    for path in traces.paths:
        say(f"  {path}")
    for path in traces.staying:
        say(f"stays: {path}: imitates {traces.subject} too, trained on another dataset")


def confirm_erasing() -> bool:
    """Asks before anything is erased. Raises ConfigError where there is nobody to ask."""
    if not sys.stdin.isatty():
        raise ConfigError("nothing was erased: say --yes where there is nobody to ask")
    from rich.prompt import Confirm

    return Confirm.ask("Erase all of these for good?", default=False, console=stderr())


def show_erased(traces: "Traces") -> None:
    """What is gone."""
    for path in traces.paths:
        show(f"erased: {path}")


def thousands(rows: Sequence[tuple[str, int]]) -> list[tuple[str, str]]:
    """Counts with their thousands set apart."""
    return [(name, f"{count:,}") for name, count in rows]


def _cell(value: object) -> str:
    return "-" if value is None else f"{value:.3g}" if isinstance(value, float) else str(value)
