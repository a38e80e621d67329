"""Imports point one way (docs in CONTRIBUTING): read from the source, nothing is imported here."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

LAYERS = {
    "persona": 0,
    "persona.errors": 0,
    "persona.data": 1,
    "persona.config": 1,
    "persona.setting_tables": 1,
    "persona.setting_errors": 1,
    "persona.redaction": 1,
    "persona.proportion": 1,
    "persona.counted": 1,
    "persona.repeats": 1,
    "persona.system_line": 1,
    "persona.turns": 1,
    "persona.folders": 2,
    "persona.recognition": 2,
    "persona.prompt": 2,
    "persona.canaries": 2,
    "persona.tiny": 1,
    "persona.memory": 1,
    "persona.curves": 1,
    "persona.curve_files": 4,
    "persona.bases": 2,
    "persona.presets": 2,
    "persona.batches": 2,
    "persona.runs": 2,
    "persona.card": 2,
    "persona.plan": 2,
    "persona.outlook": 2,
    "persona.sizes": 2,
    "persona.interruptions": 3,
    "persona.backends": 3,
    "persona.prepare": 4,
    "persona.resume": 4,
    "persona.engine": 4,
    "persona.merge": 4,
    "persona.train": 4,
    "persona.chat": 4,
    "persona.page": 5,
}
"""Anything of `persona` not named here is the top layer, with the command line."""

TOP = 6
HEAVY = {"torch", "transformers", "trl", "peft", "datasets", "gradio", "pandas", "rich", "unsloth"}


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path, *, inside_functions: bool) -> Iterator[str]:
    """What a module imports; at its top only, or anywhere."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = {
        inner
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(outer)
    }
    for node in ast.walk(tree):
        if is_type_checking(node):
            functions.update(ast.walk(node))
    for node in ast.walk(tree):
        if node in functions and not inside_functions:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def is_type_checking(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.If)
        and isinstance(node.test, ast.Name)
        and node.test.id == "TYPE_CHECKING"
    )


def layer(module: str) -> int:
    while module:
        if module in LAYERS and (module != "persona"):
            return LAYERS[module]
        module = module.rpartition(".")[0]
    return TOP


@pytest.mark.parametrize("path", modules("persona"), ids=name_of)
def test_core_module_imports_only_lower_layers_at_its_top(path: Path) -> None:
    own = name_of(path)
    if own == "persona":
        return
    for imported in imports(path, inside_functions=False):
        if imported.startswith("persona."):
            assert layer(imported) <= layer(own), f"{own} imports {imported}"
        assert imported.split(".")[0] not in {"ingest", "eval"}, f"{own} imports {imported}"


@pytest.mark.parametrize("path", [*modules("ingest"), *modules("eval")], ids=name_of)
def test_ingest_and_eval_know_only_the_lower_core_and_never_each_other(path: Path) -> None:
    own = name_of(path).split(".")[0]
    for imported in imports(path, inside_functions=True):
        assert imported.split(".")[0] not in {"ingest", "eval"} - {own}, imported
        if imported.startswith("persona.") and imported != "persona.console":
            assert layer(imported) <= 2, f"{name_of(path)} imports {imported}"


@pytest.mark.parametrize("path", [*modules("ingest"), *modules("eval/style")], ids=name_of)
def test_ingest_and_the_style_score_never_import_anything_heavy(path: Path) -> None:
    heavy = {name.split(".")[0] for name in imports(path, inside_functions=True)} & HEAVY
    assert not heavy


@pytest.mark.parametrize(
    "path",
    [p for p in modules("persona") if not {"backends", "tiny", "page"} & set(p.parts)],
    ids=name_of,
)
def test_core_imports_heavy_libraries_only_where_they_are_used(path: Path) -> None:
    heavy = {name.split(".")[0] for name in imports(path, inside_functions=False)} & HEAVY
    assert not heavy


def test_nothing_prints_except_the_console() -> None:
    for path in [*modules("persona"), *modules("ingest"), *modules("eval")]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "print"
        ]
        assert not calls, f"{path} prints"
