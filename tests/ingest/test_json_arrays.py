"""Arrays in JSON of any size: cut into elements in any layout, whatever their strings hold."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest import json_arrays
from ingest.json_elements import Elements
from ingest.source import Folder

ROWS = [
    {"text": text, "number": number}
    for number, text in enumerate(["{[", ']}"', "\\", '\\"{', "a, b", "é\n", ""] * 30)
]
LAYOUTS: list[Callable[[object], str]] = [
    json.dumps,
    lambda value: json.dumps(value, indent=2),
    lambda value: json.dumps(value, separators=(",", ":"), ensure_ascii=False),
]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("block", [7, 64, 1 << 16])
def test_elements_are_found_wherever_blocks_end_and_brackets_stand_in_strings(
    layout: Callable[[object], str], block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_arrays, "BLOCK", block)
    elements = Elements(dict)
    for content, key in ((ROWS, None), ({"name": "x", "rows": ROWS, "after": [1]}, "rows")):
        (tmp_path / "x.json").write_text(layout(content))
        source = Folder(tmp_path).source("x.json")
        found = (
            elements.rows(source) if key is None else (e for _, e in elements.under(source, key))
        )
        assert list(found) == ROWS


def test_a_file_cut_inside_a_string_keeps_what_stands_before(tmp_path: Path) -> None:
    whole = json.dumps({"rows": ROWS})
    (tmp_path / "x.json").write_text(whole[: whole.index("a, b") + 2])

    found = [e for _, e in Elements(dict).under(Folder(tmp_path).source("x.json"), "rows")]

    assert found == [*ROWS[:4], None]
