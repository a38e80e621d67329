"""The blind sheet in a real Chromium: what a judge chooses is what the saved file holds."""

import shutil
from pathlib import Path

import pytest

from eval.blind import Key, Question, Trial
from eval.blind_sheet import to_sheet
from eval.blind_verdict import Answers, load_answers
from persona.data import Turn

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the PATH"),
]


def test_saved_file_holds_the_choices_and_another_number_at_each_sitting(tmp_path: Path) -> None:
    key = Key("Mo", "r", "adapter", "s", (Trial("clone", "c", "A"),) * 3)
    sheet = tmp_path / "sheet.html"
    sheet.write_text(to_sheet(key, [Question((Turn("user", "so?"),), "yes", "no")] * 3))
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        one, two = (_saved(browser, sheet) for _ in range(2))
        browser.close()
    assert (one.sheet, one.judge, one.answers) == (key.seal, "self", {1: "B", 3: None})
    assert one.sitting != two.sitting


def _saved(browser: playwright.Browser, sheet: Path) -> Answers:
    """What somebody saves who opens the sheet anew, answers two of three and is told so."""
    page = browser.new_page()
    page.goto(sheet.as_uri())
    told = page.locator("output")
    assert told.inner_text() == "0 of 3 answered"
    page.check("[value=self]")
    page.check("#t1 [value=B]")
    page.check("#t3 [value='']")
    assert told.inner_text() == "2 of 3 answered"
    with page.expect_download() as download:
        page.click("button")
    assert told.inner_text().startswith("2 of 3 saved; send answers-")
    return load_answers(Path(download.value.path()))
