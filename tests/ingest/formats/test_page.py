"""docs/formats.md tells of every format and sample there is, and of no other."""

from benchmarks.formats_page import PAGE, SAMPLES, page
from ingest.formats import FORMATS


def test_page_of_formats_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m benchmarks.formats_page"


def test_every_format_and_every_sample_has_its_row() -> None:
    written = page()
    for known in FORMATS:
        assert f"## {known.name}\n" in written
    for sample in (path for kind in SAMPLES.iterdir() for path in kind.iterdir()):
        assert f"<../samples/formats/{sample.parent.name}/{sample.name}>" in written
