"""A server of chat completions that answers what a test tells it to."""

import contextlib
import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

Answer = tuple[int, dict[str, Any] | bytes, dict[str, str]]


def says(text: str | None) -> Answer:
    return 200, {"choices": [{"message": {"content": text}}]}, {}


class Server(HTTPServer):
    """Gives its answers in order, the last one for ever; keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[Answer] = [says(" ok so no ")]
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.hang_seconds: list[float] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append({"path": self.path, **json.loads(body)})
        self.server.keys.append(self.headers.get("Authorization"))
        if self.server.hang_seconds:
            time.sleep(self.server.hang_seconds.pop())
        more = len(self.server.answers) > 1
        status, answer, headers = self.server.answers.pop(0) if more else self.server.answers[0]
        content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        with contextlib.suppress(OSError):  # who asked may be gone
            self.end_headers()
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


def noting(waits: list[float]) -> Callable[[threading.Event, float], bool]:
    def wait(stop: threading.Event, seconds: float) -> bool:
        waits.append(seconds)
        return stop.is_set()

    return wait
