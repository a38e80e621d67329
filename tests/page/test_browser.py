"""The page in a real Chromium, served by a process of its own whose sockets are watched."""

import http.client
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest

from persona.data import Example, Turn, read_jsonl, split_bubbles
from persona.page.ballots import read_votes
from persona.page.contexts import Reply

from .echo import REAL, TRAPS

pytest.importorskip("gradio", reason="the 'app' extra is not installed")
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright.expect
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the PATH"),
]
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
)
TABS = ("Chat", "Compare", "Blind vote", "Report", "Data", "Training")
LOCAL_HOSTS = {"127.0.0.1", "localhost", "::1"}


class Server:
    """A page served by another process."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.run = root / "runs" / "20260301T120000Z-mira"
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("echo.py")), str(root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.url = self.process.stdout.readline().strip()

    def end(self) -> tuple[set[str], Path]:
        """Ends the process; the hosts it tried to reach, and where it kept temporary files."""
        out, _ = self.process.communicate("", timeout=30)
        told = msgspec.json.decode(out)
        return set(told["hosts"]), Path(told["folder"])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("page"))
    assert server.url.startswith("http://127.0.0.1:")
    yield server
    hosts, folder = server.end()
    assert hosts <= LOCAL_HOSTS
    assert folder.name.startswith("persona-page-")
    assert not folder.exists()


@pytest.fixture(scope="module")
def browser() -> Iterator[playwright.Browser]:
    expect.set_options(timeout=20_000)
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def page(
    server: Server, browser: playwright.Browser, request: pytest.FixtureRequest
) -> Iterator[playwright.Page]:
    """A fresh visit; at its end nothing was asked of another host and nothing was complained of."""
    size = getattr(request, "param", {"width": 1280, "height": 860})
    context = browser.new_context(viewport=size, accept_downloads=True)
    hosts: set[str | None] = set()
    complaints: list[str] = []
    context.on("request", lambda asked: hosts.add(host_of(asked.url)))
    page = context.new_page()
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(server.url)
    expect(page.get_by_label("Your message")).to_be_visible()
    yield page
    context.close()
    assert hosts <= {"127.0.0.1", None}
    assert complaints == []


def host_of(url: str) -> str | None:
    return urlsplit(url).hostname if url.startswith(("http", "ws")) else None


def open_tab(page: playwright.Page, name: str) -> None:
    tab = page.get_by_role("tab", name=name, exact=True)
    if tab.count() and tab.is_visible():
        tab.click()
        return
    page.locator(".overflow-menu > button").click()
    page.locator(".overflow-dropdown button", has_text=name).click()


def send(page: playwright.Page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.get_by_label("Your message").press("Enter")


def wait_for_reply(page: playwright.Page) -> None:
    expect(page.locator("#chat-status")).to_contain_text(re.compile(r"seed \d+"))
    expect(page.get_by_role("button", name="Send")).to_be_visible()


def said(page: playwright.Page, where: str) -> list[str]:
    """The bubbles of an element, as a visitor reads them."""
    return page.locator(f"{where} .bubble").all_inner_texts()


def recorded(server: Server, number: int) -> dict[str, list[str]]:
    """The bubbles of the recorded replies to a context, straight from the file."""
    example = list(read_jsonl(server.root / "dataset" / "test.jsonl", Example))[number - 1]
    rows = read_jsonl(server.run / "eval" / "replies.jsonl", Reply)
    return {row.arm: split_bubbles(row.text) for row in rows if row.prompt == example.prompt}


def test_a_request_under_another_name_gets_nothing(server: Server) -> None:
    address = urlsplit(server.url).netloc
    answers = []
    for host in (address, "rebound.example"):
        connection = http.client.HTTPConnection(address, timeout=20)
        connection.request("GET", "/config", headers={"Host": host})
        answers.append(connection.getresponse().status)
        connection.close()

    assert answers == [200, 400]


def test_a_message_is_answered_in_bubbles_and_shown_exactly(page: playwright.Page) -> None:
    send(page, TRAPS)
    wait_for_reply(page)
    assert said(page, "#chat .theirs") == [TRAPS]
    assert said(page, "#chat .subject") == ["adapter hears", TRAPS]
    expect(page.get_by_label("Your message")).to_have_value("")


def test_retry_undo_edit_save_and_new(page: playwright.Page) -> None:
    send(page, "first words")
    wait_for_reply(page)
    before = page.locator("#chat-status").inner_text()
    page.get_by_role("button", name="Retry").click()
    expect(page.locator("#chat-status")).not_to_have_text(before)
    wait_for_reply(page)
    assert said(page, "#chat .subject") == ["adapter hears", "first words"]

    page.get_by_role("button", name="Edit message 1").click()
    expect(page.get_by_label("Your message")).to_have_value("first words")
    send(page, "other <words>")
    expect(page.locator("#chat .subject .bubble").nth(1)).to_have_text("other <words>")
    wait_for_reply(page)
    assert said(page, "#chat .theirs") == ["other <words>"]

    with page.expect_download() as saved:
        page.get_by_role("button", name="Save").click()
    messages = msgspec.json.decode(Path(saved.value.path()).read_bytes())["messages"]
    assert [message["content"] for message in messages[1:]] == [
        "other <words>",
        "adapter hears\n\nother <words>",
    ]

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Your message")).to_have_value("other <words>")
    expect(page.locator("#chat .bubble")).to_have_count(0)
    page.get_by_role("button", name="New").click()
    expect(page.get_by_label("Your message")).to_have_value("")
    expect(page.locator("#chat")).to_contain_text("It is not Mira")


def test_the_newest_bubble_and_the_message_answered_are_in_view(
    page: playwright.Page,
) -> None:
    for number in range(5):
        send(page, f"message {number}")
        expect(page.locator("#chat .subject .bubble").last).to_have_text(f"message {number}")
        expect(page.get_by_role("button", name="Send")).to_be_visible()
    expect(page.locator("#chat .bubble").last).to_be_in_viewport(ratio=1)
    expect(page.locator("#chat .bubble").first).not_to_be_in_viewport()
    open_tab(page, "Compare")
    expect(page.locator("#compare-scene .bubble").last).to_be_in_viewport(ratio=1)


def test_stop_ends_the_reply_keeps_what_was_written_and_leaves_the_chat_usable(
    page: playwright.Page,
) -> None:
    words = [f"word{number}" for number in range(300)]  # 12 seconds, were it not stopped
    send(page, " ".join(words))
    expect(page.locator("#chat .subject")).to_contain_text("word3")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#chat-status")).to_contain_text("stopped", timeout=4000)
    kept = said(page, "#chat .subject")[1].split()
    assert 3 < len(kept) < 250
    assert kept == words[: len(kept)]
    send(page, "and on")
    expect(page.locator("#chat .subject .bubble").last).to_have_text("and on")


def test_what_the_visitor_can_mend_is_said_and_the_chat_goes_on(page: playwright.Page) -> None:
    send(page, "break")
    expect(page.locator("#chat-status")).to_have_text("the model broke; mend it")
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    send(page, "again")
    wait_for_reply(page)
    assert said(page, "#chat .theirs") == ["break", "again"]
    assert said(page, "#chat .subject") == ["adapter hears", "break again"]


def test_a_bug_of_ours_does_not_lock_the_chat(page: playwright.Page) -> None:
    send(page, "bug")
    expect(page.locator("#chat")).to_contain_text("Error")
    expect(page.get_by_role("button", name="New")).to_be_enabled()
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    page.get_by_role("button", name="New").click()
    expect(page.locator("#chat")).to_contain_text("It is not Mira")
    send(page, "again")
    wait_for_reply(page)
    assert said(page, "#chat .subject") == ["adapter hears", "again"]


def test_compare_shows_the_three_recorded_replies_word_for_word(
    page: playwright.Page, server: Server
) -> None:
    open_tab(page, "Compare")
    expect(page.locator("#compare-scene")).to_contain_text("Context 1")
    page.get_by_label("Search the held-out contexts").fill("alert(1)")
    expect(page.locator("#compare-list button")).to_have_count(1)
    page.locator("#compare-list button").click()
    for number in (6, 6):
        expect(page.locator("#compare-scene")).to_contain_text(f"Context {number}")
        for arm, bubbles in recorded(server, number).items():
            assert said(page, f"#compare-panes .{arm}") == bubbles, arm
        page.get_by_role("button", name="Next").click()
    assert said(page, "#compare-panes .person") == split_bubbles(REAL[5])
    assert said(page, "#compare-scene .theirs")[-1] == TRAPS

    page.get_by_label("Search the held-out contexts").fill("")
    expect(page.locator("#compare-list button")).to_have_count(8)
    page.get_by_role("button", name="Previous").click()
    expect(page.locator("#compare-scene")).to_contain_text("Context 5")
    assert said(page, "#compare-panes .base") == recorded(server, 5)["base"]
    page.get_by_role("button", name="Random").click()
    expect(page.locator("#compare-scene")).not_to_contain_text("Context 5")


def test_another_reply_streams_base_and_persona_together_below_the_recorded_ones(
    page: playwright.Page, server: Server
) -> None:
    open_tab(page, "Compare")
    expect(page.locator("#compare-scene")).to_contain_text("Context 1")
    page.get_by_role("button", name="Another reply").click()
    for arm in ("base", "adapter"):
        expect(page.locator(f"#compare-panes .{arm} .take")).to_have_count(2)
        expect(page.locator(f"#compare-panes .{arm} .take").nth(1)).to_contain_text("hears")
    expect(page.locator("#compare-status")).to_contain_text("done")
    seeds = {
        page.locator(f"#compare-panes .{arm} .take .caption").nth(1).inner_text().split("\n")[0]
        for arm in ("base", "adapter")
    }
    assert len(seeds) == 1
    live = {arm: [f"{arm} hears", "did you finish the book?"] for arm in ("base", "adapter")}
    for arm, bubbles in live.items():
        assert said(page, f"#compare-panes .{arm}") == recorded(server, 1)[arm] + bubbles
    assert said(page, "#compare-panes .person") == recorded(server, 1)["person"]


def test_a_context_clicked_during_a_reply_is_shown_and_the_reply_given_up(
    page: playwright.Page, server: Server
) -> None:
    open_tab(page, "Compare")
    page.get_by_role("button", name="Another reply").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    page.locator("#compare-list button").nth(2).click()
    expect(page.get_by_role("button", name="Another reply")).to_be_visible()
    expect(page.locator("#compare-scene")).to_contain_text("Context 3")
    expect(page.locator("#compare-panes .take")).to_have_count(3)
    assert said(page, "#compare-panes .base") == recorded(server, 3)["base"]


def test_the_blind_vote_gives_nothing_away_before_it_is_cast(
    page: playwright.Page, server: Server
) -> None:
    open_tab(page, "Blind vote")
    expect(page.locator("#vote-scene")).to_contain_text("nothing leaves the computer")
    page.get_by_role("button", name="Start").click()
    panes = page.locator("#vote-panes .pane")
    expect(panes).to_have_count(3)
    shapes = {shape_of(pane.evaluate("node => node.outerHTML")) for pane in panes.all()}
    assert len(shapes) == 1
    styles = {
        pane.evaluate(
            "n => JSON.stringify([...getComputedStyle(n)].filter(k => /color/.test(k))"
            ".map(k => getComputedStyle(n)[k]))"
        )
        for pane in panes.all()
    }
    assert len(styles) == 1
    assert not (server.run / "votes.jsonl").exists()

    texts = [pane.locator(".bubble").all_inner_texts() for pane in panes.all()]
    page.get_by_role("button", name="B is real").click()
    expect(page.get_by_role("button", name="Next")).to_be_visible()
    [vote] = read_votes(server.run / "votes.jsonl")
    assert vote.choice == vote.order[1]
    for text, arm in zip(texts, vote.order, strict=True):
        assert text == recorded(server, vote.context)[arm]
        assert said(page, f"#vote-panes .{arm}") == text
    expect(page.locator("#vote-result")).to_contain_text("of 1 times")

    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Cannot tell").click()
    expect(page.locator("#vote-result")).to_contain_text("1 × cannot tell")
    assert [vote.choice is None for vote in read_votes(server.run / "votes.jsonl")] == [False, True]


def test_a_vote_that_cannot_be_kept_says_so_and_stays_open(
    page: playwright.Page, server: Server
) -> None:
    votes = server.run / "votes.jsonl"
    votes.unlink(missing_ok=True)
    votes.mkdir()
    open_tab(page, "Blind vote")
    page.get_by_role("button", name="Start").click()
    page.get_by_role("button", name="A is real").click()
    expect(page.get_by_test_id("toast-body")).to_contain_text("the vote cannot be kept")
    expect(page.get_by_role("button", name="A is real")).to_be_visible()
    assert page.locator("#vote-panes .sealed").count() == 3
    votes.rmdir()


def shape_of(markup: str) -> str:
    """Markup without the words in it and without the number of bubbles."""
    markup = re.sub(r'(<p class="bubble"[^>]*>).*?</p>', r"\1</p>", markup, flags=re.S)
    markup = re.sub(r'(<p class="bubble"[^>]*></p>)+', r"\1", markup)
    return re.sub(r"Reply [ABC]", "Reply", markup)


def test_report_data_and_training_are_shown(page: playwright.Page) -> None:
    open_tab(page, "Report")
    report = page.frame_locator("iframe.report")
    expect(report.get_by_role("heading", name="How close it came")).to_be_visible()
    open_tab(page, "Data")
    expect(page.locator("#corpus")).to_contain_text("What became of 900 messages")
    expect(page.locator("#corpus .bar.dropped").first).to_contain_text("media only")
    expect(page.locator("#corpus")).to_contain_text("a&b.txt")
    open_tab(page, "Training")
    expect(
        page.get_by_role("img", name=re.compile("training loss from 3.18 to 1.70"))
    ).to_be_visible()


def test_nothing_is_kept_in_the_browser(page: playwright.Page) -> None:
    send(page, "private words")
    wait_for_reply(page)
    kept = page.evaluate(
        "async () => [Object.keys(localStorage), Object.keys(sessionStorage), document.cookie,"
        " (await indexedDB.databases()).map(d => d.name), (await caches.keys())]"
    )
    assert kept == [[], [], "", [], []]


def test_no_file_of_the_project_and_no_event_can_be_asked_for(
    page: playwright.Page, server: Server
) -> None:
    secret = server.root / "dataset" / "test.jsonl"
    for path in (f"gradio_api/file={secret}", f"file={secret}"):
        assert page.request.get(f"{server.url}{path}").status in (403, 404)
    named = page.request.get(f"{server.url}gradio_api/info").json()
    assert named == {"named_endpoints": {}, "unnamed_endpoints": {}}


@pytest.mark.parametrize("page", [{"width": 390, "height": 844}], indirect=True)
def test_nothing_is_wider_than_a_phone(page: playwright.Page) -> None:
    send(page, "a long word: " + "x" * 200)
    wait_for_reply(page)
    for name in TABS:
        open_tab(page, name)
        page.wait_for_timeout(200)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
    open_tab(page, "Compare")
    boxes = [pane.bounding_box() for pane in page.locator("#compare-panes .pane").all()]
    assert [round(box["x"]) for box in boxes] == [round(boxes[0]["x"])] * 3


def test_panes_stand_side_by_side_at_equal_height(page: playwright.Page) -> None:
    open_tab(page, "Compare")
    panes = page.locator("#compare-panes .pane")
    expect(panes).to_have_count(3)
    boxes = [pane.bounding_box() for pane in panes.all()]
    assert len({round(box["height"]) for box in boxes}) == 1
    assert len({round(box["y"]) for box in boxes}) == 1
    assert len({round(box["width"]) for box in boxes}) == 1


def test_everything_can_be_reached_and_named_without_a_mouse(page: playwright.Page) -> None:
    expect(page.get_by_label("Your message")).to_be_focused()
    page.keyboard.type("typed")
    page.keyboard.press("Enter")
    wait_for_reply(page)
    names = walk(page, steps=12)
    assert {"Send", "Retry", "Undo", "New", "Save"} <= names
    page.get_by_role("tab", name="Compare").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#compare-list button").first).to_be_visible()
    names = walk(page, steps=40)
    assert any("are we still on for saturday" in name for name in names)
    assert {"Previous", "Next", "Random", "Another reply"} <= names
    assert page.evaluate(UNNAMED) == []


def walk(page: playwright.Page, *, steps: int) -> set[str]:
    """What the Tab key passes, by text or label."""
    names = set()
    for _ in range(steps):
        page.keyboard.press("Tab")
        names.add(
            page.evaluate(
                "() => (e => (e.getAttribute('aria-label') || e.innerText || '').trim())"
                "(document.activeElement)"
            )
        )
    return names


UNNAMED = """
() => [...document.querySelectorAll('button, input, textarea, select, iframe, [role=log]')]
  .filter(e => e.offsetParent && !e.closest('[aria-hidden=true]'))
  .filter(e => !(e.getAttribute('aria-label') || e.innerText?.trim() || e.title ||
                 (e.labels && e.labels.length) || e.closest('label')))
  .map(e => e.outerHTML.slice(0, 200))
"""


def test_roles_and_landmarks_tell_a_screen_reader_where_it_is(page: playwright.Page) -> None:
    send(page, "hello")
    wait_for_reply(page)
    assert page.evaluate("document.documentElement.lang") == "en"
    expect(page.get_by_role("main")).to_have_count(1)
    expect(page.get_by_role("note")).to_have_text(
        re.compile("AI imitation of Mira - not the real person")
    )
    expect(page.get_by_role("log", name="Conversation")).to_have_attribute("aria-live", "polite")
    expect(page.locator("#chat-status").get_by_role("status")).to_be_visible()
    open_tab(page, "Compare")
    for name in ("Base model", "Persona of Mira", "Mira, really"):
        expect(page.get_by_role("region", name=name, exact=True)).to_be_visible()
    expect(page.get_by_role("note")).to_be_visible()


def test_settings_change_what_is_asked_of_the_model(page: playwright.Page) -> None:
    page.get_by_role("button", name="Settings").first.click()
    seed = page.get_by_label("Seed").first
    expect(seed).to_have_value("")
    seed.press_sequentially("eleven", delay=50)  # by key: a field just opened may miss an event
    send(page, "not a number")
    expect(page.locator("#chat-status")).to_contain_text("the seed is a whole number")
    page.get_by_role("button", name="New").click()
    seed.fill("4242")
    send(page, "seeded")
    expect(page.locator("#chat-status")).to_contain_text("seed 4242")
    assert said(page, "#chat .subject") == ["adapter hears", "seeded"]


def test_turns_reach_the_model_as_they_were_typed(page: playwright.Page) -> None:
    assert Turn("user", TRAPS).content == TRAPS
    send(page, TRAPS)
    wait_for_reply(page)
    page.get_by_role("button", name="Edit message 1").click()
    expect(page.get_by_label("Your message")).to_have_value(TRAPS)
