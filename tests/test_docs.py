"""The README names everything a user can type, and its file map is the tree."""

import re
from pathlib import Path

import msgspec
import pytest
import typer

from ingest.formats import FORMATS
from persona.cli import app
from persona.config import Config, Section

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
GROUP = typer.main.get_command(app)


def commands() -> list[str]:
    return sorted(GROUP.commands)


def options() -> list[tuple[str, str]]:
    return [
        (name, option)
        for name, command in sorted(GROUP.commands.items())
        for parameter in command.params
        for option in parameter.opts
        if option.startswith("--") and option != "--help"
    ]


def settings() -> list[str]:
    keys = []
    for field in msgspec.structs.fields(Config):
        if isinstance(field.default, Section):
            keys += [f"{field.name}.{key}" for key in field.default.__struct_fields__]
        else:
            keys.append(field.name)
    return keys


def section(title: str) -> str:
    """The README from that heading to the next of the same depth."""
    return re.split(r"^## ", README.split(f"\n## {title}\n")[1], flags=re.MULTILINE)[0]


@pytest.mark.parametrize("command", commands())
def test_readme_explains_the_command(command: str) -> None:
    assert f"`persona {command}" in section("Commands")


@pytest.mark.parametrize(("command", "option"), options())
def test_readme_names_the_option(command: str, option: str) -> None:
    assert option in section("Commands"), f"persona {command} {option}"


@pytest.mark.parametrize("name", [known.name for known in FORMATS])
def test_readme_names_the_format_and_its_samples_and_their_messages_lie_there(name: str) -> None:
    assert f"`{name}`" in section("Formats")
    assert any((ROOT / "samples" / "formats" / name).iterdir())
    assert any((ROOT / "tests" / "ingest" / "formats" / "golden" / name).iterdir())


@pytest.mark.parametrize("key", settings())
def test_readme_names_the_setting(key: str) -> None:
    assert f"`{key}`" in section("Commands")


@pytest.mark.parametrize("key", settings())
def test_setting_says_what_it_means(key: str) -> None:
    owner = Config
    *parents, name = key.split(".")
    for parent in parents:
        owner = type(getattr(Config(), parent))
    hint = owner.__annotations__[name]
    assert any(getattr(part, "description", None) for part in hint.__metadata__)


def folders() -> list[str]:
    """The top level and the folders in the packages, as the README writes them."""
    top = [ROOT / name for name in ("persona", "ingest", "eval", "samples", "tests", "docs")]
    inner = [path for package in top[:3] for path in package.iterdir()]
    return sorted(
        f"{path.name}/"
        for path in (*top, *inner)
        if path.is_dir() and not path.name.startswith(("__", "."))
    )


@pytest.mark.parametrize("folder", folders())
def test_readme_says_what_lies_in_the_folder(folder: str) -> None:
    assert re.search(rf"^ +{folder} ", section("Where things live"), flags=re.MULTILINE)


def test_every_place_in_the_file_map_exists() -> None:
    for name in re.findall(r"^ +([\w.]+/?) ", section("Where things live"), flags=re.MULTILINE):
        roots = (ROOT, *(ROOT / package for package in ("persona", "ingest", "eval")))
        assert any((root / name).exists() for root in roots), f"{name} is mapped but not there"
