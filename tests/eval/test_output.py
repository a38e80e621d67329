"""The report's files: the same figures everywhere, nothing loaded from anywhere."""

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest

from eval.html_report import to_html
from eval.markdown import to_markdown
from eval.output import write_report
from eval.replies import ReplyRow
from eval.report import Explanations, Report, Usage
from eval.wording import number, terminal_rows, verdict
from persona.data import read_jsonl
from persona.errors import DataError
from tests.eval.conftest import Evaluated


class Tags(HTMLParser):
    """What a document opens, closes and refers to."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.references: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "br", "line", "rect", "circle"):
            self.open.append(tag)
        self.references += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("line", "rect", "circle"):
            assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass


@pytest.fixture(scope="module")
def document(evaluated: Evaluated) -> str:
    run, _, report = evaluated
    return to_html(report, list(read_jsonl(run.replies, ReplyRow)))


def test_html_is_well_formed_and_refers_to_nothing(document: str) -> None:
    tags = Tags()
    tags.feed(document)
    assert tags.open == []
    assert tags.references == []
    assert "<script" not in document
    assert not re.search(r"url\(|@import|https?://", document)


@pytest.mark.browser
def test_on_a_phone_only_charts_and_tables_scroll_sideways(document: str) -> None:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no chromium on the PATH")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.set_content(document)
        assert page.evaluate(WIDER_THAN_THE_SCREEN) == []
        browser.close()


WIDER_THAN_THE_SCREEN = """
() => [...document.querySelectorAll('body *')]
  .filter(e => !e.parentElement.closest('.scroll'))
  .filter(e => e.getBoundingClientRect().right > innerWidth)
  .map(e => e.tagName + ' ' + e.textContent.slice(0, 60))
"""


def test_html_says_that_it_is_an_imitation_and_shows_three_panes(document: str) -> None:
    assert "AI imitation" in document
    assert document.count('class="pane ') == 8 * 3


def test_html_escapes_what_was_said(evaluated: Evaluated) -> None:
    run, _, report = evaluated
    rows = [
        msgspec.structs.replace(row, text="<b>&amp;</b>")
        for row in read_jsonl(run.replies, ReplyRow)
    ]
    document = to_html(report, rows)
    assert "<b>&amp;</b>" not in document
    assert "&lt;b&gt;&amp;amp;&lt;/b&gt;" in document


def test_markdown_html_and_terminal_show_the_same_score(
    evaluated: Evaluated, document: str
) -> None:
    report = evaluated[2]
    score = report.arms["adapter"].style
    text = f"{number(score.score)} [{number(score.low)}, {number(score.high)}]"
    assert text in to_markdown(report)
    assert any(text in cell for row in terminal_rows(report)[1] for cell in row)
    assert f">{number(score.score)}</span>" in document


def test_failed_gate_strikes_the_score_and_keeps_the_number(evaluated: Evaluated) -> None:
    report = struck(evaluated[2])
    style = report.arms["adapter"].style
    assert f"✗ {number(style.score)}" in terminal_rows(report)[1][3][1]
    assert "The score does not count, because a gate failed: copying" in verdict(report)
    assert '<span class="number struck">' in to_html(report)


def test_refused_report_has_no_number_and_says_why(evaluated: Evaluated) -> None:
    report = msgspec.structs.replace(evaluated[2], refused="10 reference messages; 50 are needed")
    assert verdict(report) == "There is no style score: 10 reference messages; 50 are needed."


def test_words_used_too_often_stand_with_both_counts(evaluated: Evaluated) -> None:
    report = evaluated[2]
    words = [Usage(words="hahah", person=117.4, replies=331.0)]
    said = Explanations(
        sentences=[], over_used=words, under_used=[Usage(words="yo", person=4.5, replies=0.0)]
    )
    arm = msgspec.structs.replace(report.arms["adapter"], explanations=said)
    report = msgspec.structs.replace(report, arms={"adapter": arm})
    assert "hahah <small>117 → 331</small>" in to_html(report)
    assert "yo <small>4.5 → 0</small>" in to_html(report)
    assert "per 1,000 messages: “hahah” (117 → 331)" in to_markdown(report)


def test_verdict_on_a_file_of_replies_is_a_sentence(evaluated: Evaluated) -> None:
    arms = {"replies": evaluated[2].arms["adapter"]}
    told = verdict(msgspec.structs.replace(evaluated[2], arms=arms))
    assert told.startswith("The replies given score 9")


def test_files_are_private_and_the_json_reads_back(evaluated: Evaluated, tmp_path: Path) -> None:
    write_report(evaluated[2], tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {
        "report.json",
        "report.md",
        "report.html",
    }
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in tmp_path.iterdir())
    read = msgspec.json.decode((tmp_path / "report.json").read_bytes(), type=Report)
    assert read.arms.keys() == evaluated[2].arms.keys()


def test_an_estimate_is_read_by_its_names_in_the_json(evaluated: Evaluated) -> None:
    arm = msgspec.json.decode(msgspec.json.encode(evaluated[2]))["arms"]["adapter"]
    assert arm["likelihood"]["gain"].keys() == {"value", "low", "high"}
    assert arm["likelihood"]["specificity"].keys() == {"value", "low", "high"}
    assert arm["content"]["chrf"]["scale"].keys() == {"value", "low", "high"}


def test_a_report_cannot_go_where_a_file_is(evaluated: Evaluated, tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    with pytest.raises(DataError, match="taken: cannot be made"):
        write_report(evaluated[2], tmp_path / "taken")


def test_numbers_are_written_with_a_true_minus_and_no_minus_zero() -> None:
    assert number(-3.4) == "−3"
    assert number(-0.004, 2) == "0.00"
    assert number(0.5, 2, sign=True) == "+0.50"
    assert number(None) == "–"


def struck(report: Report) -> Report:
    arm = report.arms["adapter"]
    style = msgspec.structs.replace(arm.style, struck="copying: 9 of 10 replies are copies")
    arms = {**report.arms, "adapter": msgspec.structs.replace(arm, style=style)}
    return msgspec.structs.replace(report, arms=arms)
