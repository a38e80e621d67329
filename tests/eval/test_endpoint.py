"""A hosted model: asked over HTTP, tried again where that may help, resumed after a failure."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from eval.endpoint import Endpoint
from eval.engine import silent
from eval.held_out import load_held_out
from eval.hosted import ask_hosted
from eval.without_model import evaluate_endpoint
from persona.config import ChatConfig, Config
from persona.data import Turn
from persona.errors import ConfigError, ModelError
from persona.folders import DatasetDir
from tests.eval.conftest import NOW

PROMPT = (Turn("system", "You are Mo."), Turn("user", "private words"))
Answer = tuple[int, dict[str, Any], dict[str, str]]


def says(text: str | None) -> Answer:
    return 200, {"choices": [{"message": {"content": text}}]}, {}


class Server(HTTPServer):
    """Gives its answers in order, the last one for ever; keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[Answer] = [says(" ok so no ")]
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append({"path": self.path, **json.loads(body)})
        self.server.keys.append(self.headers.get("Authorization"))
        more = len(self.server.answers) > 1
        status, answer, headers = self.server.answers.pop(0) if more else self.server.answers[0]
        content = json.dumps(answer).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as found:
        thread = threading.Thread(target=found.serve_forever, args=(0.01,))
        thread.start()
        yield found
        found.shutdown()
        thread.join()


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def hosted(server: Server, waits: list[float]) -> Endpoint:
    return Endpoint(server.url, model="big", sampling=ChatConfig(), wait=waits.append)


def ask(hosted: Endpoint) -> str:
    return hosted.reply_batch([PROMPT], arm="base", seeds=[7])[0]


def test_context_is_sent_as_chat_messages_with_model_seed_and_key(
    server: Server, hosted: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    assert ask(hosted) == "ok so no"
    (asked,) = server.asked
    assert asked["path"] == "/v1/chat/completions"
    assert asked["messages"] == [
        {"role": "system", "content": "You are Mo."},
        {"role": "user", "content": "private words"},
    ]
    assert (asked["model"], asked["seed"], asked["max_tokens"]) == ("big", 7, 120)
    assert server.keys == ["Bearer k"]


def test_no_key_is_sent_where_none_is_set(
    server: Server, hosted: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    ask(hosted)
    assert server.keys == [None]


def test_busy_server_is_asked_again_after_the_time_it_names(
    server: Server, hosted: Endpoint, waits: list[float]
) -> None:
    server.answers = [(429, {}, {"Retry-After": "3"}), (503, {}, {}), says("yo")]
    assert ask(hosted) == "yo"
    assert waits == [3.0, 2.0]


def test_setting_a_model_does_not_take_is_left_out_or_renamed(
    server: Server, hosted: Endpoint
) -> None:
    def refused(param: str) -> Answer:
        return 400, {"error": {"code": "unsupported_parameter", "param": param}}, {}

    server.answers = [refused("max_tokens"), refused("temperature"), says("yo")]
    assert ask(hosted) == "yo"
    assert server.asked[-1]["max_completion_tokens"] == 120
    assert "temperature" not in server.asked[-1]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((404, {"error": {"code": "model_not_found"}}, {}), "404 Not Found (model_not_found)"),
        ((401, {"message": "private words"}, {}), "401 Unauthorized"),
        ((302, {}, {"Location": "http://127.0.0.1:1/"}), "302 Found"),
        ((200, {"hello": 1}, {}), "the answer is no chat completion"),
        ((500, {}, {}), "500 Internal Server Error"),
    ],
)
def test_failure_is_one_line_that_quotes_nothing(
    server: Server, hosted: Endpoint, answer: Answer, said: str
) -> None:
    server.answers = [answer]
    with pytest.raises(ModelError) as error:
        ask(hosted)
    assert said in str(error.value)
    assert "private" not in str(error.value)


def test_server_that_is_not_there_is_named(waits: list[float]) -> None:
    away = Endpoint("http://127.0.0.1:1", model="m", sampling=ChatConfig(), wait=waits.append)
    with pytest.raises(ModelError, match="Connection refused"):
        ask(away)
    assert len(waits) == 4


def test_address_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError, match="https://host/v1"):
        Endpoint("file:///etc/passwd", model="m", sampling=ChatConfig())


def test_hosted_model_is_an_arm_and_is_not_asked_twice(
    server: Server, hosted: Endpoint, dataset: DatasetDir, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    report = evaluate_endpoint(hosted, dataset, Config(), folder=folder, now=NOW)
    assert list(report.arms) == ["endpoint", "person", "others"]
    assert report.arms["endpoint"].style.score is not None
    assert report.arms["endpoint"].content
    assert "big at 127.0.0.1" in report.notes[-1]
    assert "Write short chat messages" in server.asked[0]["messages"][0]["content"]
    asked = len(server.asked)
    held = load_held_out(dataset, max_contexts=200, seed=0)
    rows = ask_hosted(hosted, held, Config(), folder=folder, progress=silent)
    assert (len(rows), len(server.asked)) == (80, asked)
