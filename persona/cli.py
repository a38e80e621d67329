"""The table of commands: parse arguments, call, print, exit status. What they do lives elsewhere.

Importing this module loads only typer and the light core; every command imports its work inside.
"""

import sys
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer
from typer import Option

from persona import __version__
from persona.commands import Command, Commands
from persona.console import show_error
from persona.folders import DATASET, RUNS, DatasetDir, find_run
from persona.measuring import MEASURING
from persona.options import (
    ConfigFile,
    Consent,
    Data,
    DateOrder,
    Json,
    KeepMedia,
    Layout,
    Logs,
    Names,
    Run,
    Runs,
    Seed,
    Settings,
    aliases,
    settings,
)
from persona.training import train
from persona.upkeep import UPKEEP

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """The `persona` program; what it writes is UTF-8, also into a pipe on Windows."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    app()


def show_version(wanted: bool) -> None:
    """Prints the version and stops, for `--version`."""
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def program(
    version: Annotated[
        bool, Option("--version", callback=show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Your chat logs become a model that answers the way you write, with a measured score."""


@app.command(cls=Command)
def parse(
    paths: Logs,
    keep_media: KeepMedia = False,
    date_order: DateOrder = None,
    format_name: Annotated[
        str | None, Option("--format", help="Read as this format, whatever it looks like.")
    ] = None,
    strict: Annotated[
        bool, Option("--strict", help="Exit 1 if any file is damaged, or one given is not read.")
    ] = False,
    as_json: Annotated[
        bool, Option("--json", help="End standard error with the account as one JSON value.")
    ] = False,
) -> None:
    """Print every message of any export as JSON lines.

    Counts, and what was dropped and why, go to standard error.
    """
    from ingest.parse import ReadOptions, refusal, write_messages
    from persona.tables.logs import show_file_json, show_files

    options = ReadOptions(keep_media, date_order or "auto", format_name, strict)
    files = write_messages(paths, options, sys.stdout.buffer)
    show_files(files)
    refused = refusal(paths, files, strict=strict)
    if refused:
        show_error(refused)
    if as_json:
        show_file_json(files)
    if refused:
        raise typer.Exit(1)


@app.command(cls=Command)
def ingest(
    paths: Logs,
    subject: Annotated[
        Names, Option(metavar="NAME", help="The person to imitate, by any name.")
    ] = None,
    alias: Annotated[Names, Option(metavar="NAME=OTHER", help="Two names of one person.")] = None,
    out: Annotated[Path, Option(help="The dataset folder to write.")] = DATASET,
    also: Annotated[
        list[Layout] | None,
        Option(
            metavar="|".join(Layout), help="Write it for another trainer too, beside the dataset."
        ),
    ] = None,
    keep_media: KeepMedia = False,
    date_order: DateOrder = None,
    consent: Consent = False,
    config_file: ConfigFile = None,
    overrides: Settings = None,
    seed: Seed = None,
    as_json: Json = False,
) -> None:
    """Turn raw exports into a dataset; every drop is explained."""
    from ingest.export import write_also
    from ingest.pipeline import ingest as run_ingest
    from persona.tables.logs import ask_subject, show_dataset

    chosen = {"keep_media": keep_media or None, "date_order": date_order, "subject": subject}
    config = settings(config_file, overrides, seed=seed, consent=consent, ingest=chosen)
    config = aliases(config, alias)
    now = datetime.now(UTC)
    manifest = run_ingest(
        paths,
        out=out,
        config=config,
        now=now,
        choose_subject=ask_subject(),
        aliases=[pair.partition("=")[2].strip() for pair in alias or ()],
    )
    write_also(DatasetDir(out), also or ())
    show_dataset(manifest, out, as_json=as_json)


app.command(cls=Command)(train)

for name, command in MEASURING.items():
    app.command(name, cls=Command)(command)


@app.command(cls=Command)
def chat(
    run: Run = None,
    data: Data = DATASET,
    runs: Runs = RUNS,
    config_file: ConfigFile = None,
    overrides: Settings = None,
    seed: Seed = None,
) -> None:
    """Talk to the persona in the terminal (/help inside)."""
    from persona.terminal import chat as talk

    config = settings(config_file, overrides, seed=seed)
    talk(find_run(run, runs=runs), DatasetDir(data), config)


@app.command("app", cls=Command)
def web_page(
    run: Run = None,
    data: Data = DATASET,
    runs: Runs = RUNS,
    host: Annotated[str | None, Option(help="Address to listen on; needs --consent.")] = None,
    port: Annotated[int | None, Option(help="Port to listen on; 0 takes a free one.")] = None,
    share: Annotated[bool, Option("--share", help="Make a public link; needs --consent.")] = False,
    browser: Annotated[bool, Option(help="Open the page in a browser.")] = True,
    consent: Consent = False,
    config_file: ConfigFile = None,
    overrides: Settings = None,
    seed: Seed = None,
) -> None:
    """Open the web page: chat, compare, blind vote, report."""
    from persona.page.server import serve

    chosen = {"host": host, "port": port}
    config = settings(config_file, overrides, seed=seed, consent=consent, app=chosen)
    serve(
        find_run(run, runs=runs),
        DatasetDir(data),
        config,
        share=share,
        consent=config.consent,
        open_browser=browser,
    )


for name, command in UPKEEP.items():
    app.command(name, cls=Command)(command)
