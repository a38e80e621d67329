"""The options that several commands share, each named and explained once."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from typer import Argument, Option

from persona.config import Config, load_config, with_settings
from persona.errors import ConfigError
from persona.folders import DATASET
from persona.setting_tables import by_name, override, read_table, without_unset


class Layout(StrEnum):
    """File layouts of other trainers."""

    ALPACA = "alpaca"
    SHAREGPT = "sharegpt"
    OPENAI = "openai"


Names = list[str] | None

ConfigFile = Annotated[
    Path | None, Option("--config", help="Settings file instead of ./persona.toml.")
]
Settings = Annotated[
    list[str] | None,
    Option(
        "--set",
        metavar="KEY=VALUE",
        help="One setting, such as train.learning_rate=1e-4; may be repeated.",
    ),
]
Seed = Annotated[int | None, Option("--seed", help="Seed of everything that is drawn.")]
Consent = Annotated[
    bool, Option("--consent", help="Record that the person imitated has agreed to it.")
]
Json = Annotated[bool, Option("--json", help="One JSON value on standard output, for machines.")]
Logs = Annotated[
    list[Path], Argument(metavar="PATH...", help="Export files, zips or folders, in any mix.")
]
KeepMedia = Annotated[
    bool, Option("--keep-media", help="Keep media-only messages as a placeholder.")
]
DateOrder = Annotated[
    Literal["auto", "dmy", "mdy", "ymd"] | None,
    Option(help="Day and month order of ambiguous dates."),
]
Data = Annotated[Path, Option("--data", help="The dataset folder.")]
TrainData = Annotated[
    Path | None,
    Option("--data", help="The dataset folder; a resumed run's own.", show_default=str(DATASET)),
]
Runs = Annotated[Path, Option("--runs", help="The folder that holds the runs.")]
Run = Annotated[
    str | None,
    Argument(metavar="RUN", help="A run's folder or its name; the latest where none is given."),
]


def settings(
    config_file: Path | None,
    overrides: Sequence[str] | None,
    *,
    seed: int | None = None,
    consent: bool = False,
    **sections: Mapping[str, Any],
) -> Config:
    """The settings of a command line: file, then `--set`, then the command's own options.

    sections: what the own options say, by section and key; None leaves a key as it is.
    """
    config = load_config(config_file, overrides=overrides or ())
    top: dict[str, Any] = {"seed": seed, "consent": consent or None}
    return with_settings(config, {**top, **sections})


def asked_for(
    config_file: Path | None, overrides: Sequence[str] | None, **own: object
) -> frozenset[str]:
    """The names of the settings that a command line itself gives, so not those of ./persona.toml.

    own: what the command's own options say, as `settings` takes them.
    """
    table = read_table(config_file) if config_file else {}
    for setting in overrides or ():
        override(table, setting)
    return frozenset(by_name(table)) | frozenset(by_name(without_unset(own)))


def aliases(config: Config, names: Sequence[str] | None) -> Config:
    """`config` with the NAME=OTHER pairs of `--alias` added to [people].

    Raises ConfigError for a pair without an equals sign.
    """
    people = {main: list(others) for main, others in config.people.items()}
    for pair in names or ():
        main, equals, other = pair.partition("=")
        if not (equals and main.strip() and other.strip()):
            raise ConfigError(f"--alias {pair}: write it as NAME=OTHER")
        people.setdefault(main.strip(), []).append(other.strip())
    joined = {main: tuple(others) for main, others in people.items()}
    return msgspec.structs.replace(config, people=joined)
