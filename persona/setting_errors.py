"""What is wrong with a setting, in words for whoever wrote it; msgspec says it in types."""

import re
from typing import Any

import msgspec
from msgspec.inspect import LiteralType, Metadata, type_info

WORDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "a text",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
}
BOUNDS = (
    (" >= ", " of at least "),
    (" <= ", " of at most "),
    (" > ", " above "),
    (" < ", " below "),
)
_TYPES = re.compile(r"`([^`]*)`")


def in_words(error: msgspec.ValidationError, root: type[msgspec.Struct]) -> str:
    """'train.backend: 'foo' is none of auto, hf, unsloth'. root: what the settings should be."""
    message, _, where = str(error).partition(" - at `$.")
    path = where.rstrip("`")
    if found := re.fullmatch(r"Invalid enum value '(.*)'", message):
        message = f"'{found[1]}' is none of {', '.join(_choices(root, path))}"
    for symbol, word in (("Expected ", "should be "), (", got ", ", not "), *BOUNDS):
        message = message.replace(symbol, word)
    return f"{path or 'settings'}: {_TYPES.sub(_words, message)}"


def _words(types: re.Match[str]) -> str:
    kinds = [kind for kind in types[1].split(" | ") if kind != "null"]
    return " or ".join(WORDS.get(kind, kind) for kind in kinds) or "nothing"


def _choices(root: type[msgspec.Struct], path: str) -> list[str]:
    """The values that the setting at `path` ('ingest.date_order', 'eval.arms[...]') may have."""
    kind: Any = type_info(root)
    for name in re.sub(r"\[.*?\]", "", path).split("."):
        fields = {field.name: field.type for field in kind.fields}
        kind = fields[name].type if isinstance(fields[name], Metadata) else fields[name]
    kind = getattr(kind, "item_type", kind)
    return [str(value) for value in kind.values] if isinstance(kind, LiteralType) else []
