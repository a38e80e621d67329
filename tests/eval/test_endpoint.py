"""A hosted model: asked over HTTP, tried again where that may help."""

import socket
import threading
from typing import Any

import pytest

from eval.endpoint import Endpoint
from persona.config import ChatConfig
from persona.data import Turn
from persona.errors import ConfigError, ModelError
from tests.eval.serving import Answer, Server, noting, says

PROMPT = (Turn("system", "You are Mo."), Turn("user", "private words"))


def ask(hosted: Endpoint, told: list[str] | None = None) -> str:
    tell = [].append if told is None else told.append
    return hosted.reply(PROMPT, seed=7, tell=tell, stop=threading.Event())


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


def test_why_a_server_is_asked_again_is_told(server: Server, hosted: Endpoint) -> None:
    server.answers = [(500, {}, {}), (429, {}, {"Retry-After": "7"}), says("yo")]
    told: list[str] = []
    ask(hosted, told)
    assert told == ["HTTP 500, waiting 1 s, try 2 of 5", "HTTP 429, waiting 7 s, try 3 of 5"]


def test_server_that_hangs_is_told_and_asked_again(
    server: Server, hosted: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.endpoint.TIMEOUT", 0.2)
    server.hang_seconds = [0.3]
    told: list[str] = []
    assert ask(hosted, told) == "ok so no"
    assert told[0] == "no answer yet, waiting 1 s, try 2 of 5"


def test_connection_is_waited_for_less_long_than_the_answer(
    hosted: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[tuple[float, socket.socket]] = []
    connect = socket.create_connection

    def note(address: tuple[str, int], timeout: float, *rest: Any) -> socket.socket:
        made.append((timeout, connect(address, timeout, *rest)))
        return made[-1][1]

    monkeypatch.setattr(socket, "create_connection", note)
    waited: list[float | None] = []
    monkeypatch.setattr(
        socket.socket, "settimeout", lambda self, seconds: waited.append(seconds), raising=False
    )
    ask(hosted)
    assert made[0][0] == 10
    assert waited[-1] == 120


@pytest.mark.parametrize(
    "answer",
    [
        (200, b"<html>private words</html>", {}),
        (200, b"", {}),
        (200, b'{"choices": "\xff"}', {}),
        (200, b'{"cho', {"Content-Length": "90"}),
        (200, {"error": {"code": 502}}, {}),
    ],
)
def test_answer_that_cannot_be_read_is_asked_for_again(
    server: Server, hosted: Endpoint, waits: list[float], answer: Answer
) -> None:
    server.answers = [answer, says("yo")]
    assert ask(hosted) == "yo"
    assert waits == [1.0]


def test_answer_cut_inside_an_emoji_is_read(server: Server, hosted: Endpoint) -> None:
    server.answers = [says("x \ud83d")]
    assert ask(hosted) == "x \ufffd"


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
    away = Endpoint("http://127.0.0.1:1", model="m", sampling=ChatConfig(), wait=noting(waits))
    with pytest.raises(ModelError, match="Connection refused"):
        ask(away)
    assert len(waits) == 4


def test_address_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError, match="https://host/v1"):
        Endpoint("file:///etc/passwd", model="m", sampling=ChatConfig())
