"""Settings as the nested tables of persona.toml: read, changed one by one, called by name.

Knows no setting; what each means and may be is in `persona.config`.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from persona.errors import ConfigError


def read_table(path: Path) -> dict[str, Any]:
    """The tables of a TOML file. Raises ConfigError if it cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from None


def override(table: dict[str, Any], setting: str) -> None:
    """Puts the value of `section.key=value` into `table`. Raises ConfigError."""
    key, equals, text = setting.partition("=")
    if not equals:
        raise ConfigError(f"--set {setting}: write it as section.key=value")
    *sections, name = key.strip().split(".")
    for section in sections:
        table = table.setdefault(section, {})
        if not isinstance(table, dict):
            raise ConfigError(f"--set {setting}: '{section}' is a value, not a section")
    table[name] = _value(text.strip())


def without_unset(table: Mapping[str, Any]) -> dict[str, Any]:
    """`table` without what is None: TOML has no word for it."""
    return {
        key: without_unset(value) if isinstance(value, dict) else value
        for key, value in table.items()
        if value is not None
    }


def by_name(table: Mapping[str, Any], *, section: str = "") -> dict[str, Any]:
    """Every value under the name that `--set` takes: 'train.epochs'."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            found |= by_name(value, section=f"{section}{key}.")
        else:
            found[section + key] = value
    return found


def _value(text: str) -> Any:
    """A TOML value; a bare word is a string."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
