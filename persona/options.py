"""The options that several commands share, each named and explained once."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from persona.config import Config, load_config

ConfigFile = Annotated[
    Path | None, Option("--config", help="Settings file instead of ./persona.toml.")
]
Settings = Annotated[
    list[str] | None,
    Option("--set", help="One setting, such as train.learning_rate=1e-4; may be repeated."),
]
Seed = Annotated[int | None, Option("--seed", help="Seed of everything that is drawn.")]
Consent = Annotated[
    bool, Option("--consent", help="Record that the person imitated has agreed to it.")
]
Json = Annotated[bool, Option("--json", help="One JSON value on standard output, for machines.")]
Logs = Annotated[list[Path], Argument(help="Export files, zips or folders of them, in any mix.")]
Data = Annotated[Path, Option("--data", help="The dataset folder.")]
Runs = Annotated[Path, Option("--runs", help="The folder that holds the runs.")]
Run = Annotated[
    str | None, Argument(help="A run's folder or its name; the latest where none is given.")
]


def settings(
    config: Path | None,
    overrides: Sequence[str] | None,
    *,
    seed: int | None = None,
    consent: bool = False,
    chosen: Sequence[str] = (),
) -> Config:
    """The settings of a command line: file, then `--set`, then the command's own options.

    chosen: `section.key=value` texts made from the command's own options.
    """
    own = [*(overrides or ()), *chosen]
    if seed is not None:
        own.append(f"seed={seed}")
    if consent:
        own.append("consent=true")
    return load_config(config, overrides=own)
