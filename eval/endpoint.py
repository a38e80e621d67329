"""Replies of a hosted model: any server with OpenAI-compatible chat completions.

The user's own choice (`persona eval --endpoint URL --model NAME`): contexts leave the machine for
that server, and the caller says so. The key comes from OPENAI_API_KEY; a redirect is an error, so
that neither key nor contexts follow one. Standard library only.
"""

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from email.message import Message
from typing import IO, Any
from urllib.parse import urlsplit

import msgspec

from eval.engine import Weights
from persona.config import ChatConfig
from persona.data import Turn
from persona.errors import ConfigError, ModelError

KEY = "OPENAI_API_KEY"
PATH = "/chat/completions"
AT_ONCE = 4
TRIES = 5
FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0
TIMEOUT = 120.0
WORTH_ANOTHER_TRY = (408, 409, 425, 429, 500, 502, 503, 504, 529)


class Completion(msgspec.Struct):
    """The part of an answer that is read."""

    choices: list["Choice"]


class Choice(msgspec.Struct):
    """One completion of an answer."""

    message: "Said"


class Said(msgspec.Struct):
    """What the model said; nothing where it only called a tool or refused."""

    content: str | None = None


class Fault(msgspec.Struct):
    """What a server says is wrong; its message is not read, for it may quote the chat."""

    type: str | None = None
    code: str | int | None = None
    param: str | None = None


class Failure(msgspec.Struct):
    """The body of a refused request; some servers put the fault at its top."""

    error: Fault | None = None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Message,
        newurl: str,
    ) -> None:
        """Never: the status of the redirect is the answer."""


class Endpoint:
    """A hosted model that answers as an `eval.engine.Answering` does."""

    def __init__(
        self,
        url: str,
        *,
        model: str,
        sampling: ChatConfig,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        """The server at `url`, with or without the path of chat completions.

        Raises ConfigError if `url` is no http or https address.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigError(f"--endpoint {url}: write it as https://host/v1")
        self.host = parts.hostname
        self.url = url.rstrip("/").removesuffix(PATH) + PATH
        self.model = model
        self._settings: dict[str, Any] = {
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "max_tokens": sampling.max_new_tokens,
        }
        self._takes_seed = True
        self._wait = wait
        self._open = urllib.request.build_opener(_NoRedirect).open

    def reply_batch(
        self, prompts: Sequence[Sequence[Turn]], *, arm: Weights, seeds: Sequence[int]
    ) -> list[str]:
        """One reply to each prompt. Raises ModelError where the server gives none."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(self._reply, prompts, seeds))

    def _reply(self, prompt: Sequence[Turn], seed: int) -> str:
        for attempt in range(TRIES):
            body = self._body(prompt, seed)
            try:
                return self._ask(body)
            except urllib.error.HTTPError as error:
                fault = _fault(error)
                if self._drop(fault, body):
                    continue
                if error.code not in WORTH_ANOTHER_TRY or attempt == TRIES - 1:
                    raise self._failed(f"{error.code} {error.reason}{_named(fault)}") from None
                self._wait(_seconds(error.headers.get("Retry-After"), attempt))
            except (urllib.error.URLError, OSError) as error:
                if attempt == TRIES - 1:
                    raise self._failed(str(getattr(error, "reason", error))) from None
                self._wait(_seconds(None, attempt))
        raise self._failed("its settings were refused again and again")

    def _body(self, prompt: Sequence[Turn], seed: int) -> dict[str, Any]:
        body = {"model": self.model, "messages": msgspec.to_builtins(prompt), **self._settings}
        return {**body, "seed": seed} if self._takes_seed else body

    def _ask(self, body: dict[str, Any]) -> str:
        headers = {"Content-Type": "application/json"}
        if key := os.environ.get(KEY):
            headers["Authorization"] = f"Bearer {key}"
        request = urllib.request.Request(self.url, json.dumps(body).encode(), headers)
        with self._open(request, timeout=TIMEOUT) as answer:
            found = answer.read()
        try:
            choices = msgspec.json.decode(found, type=Completion).choices
        except msgspec.DecodeError:
            raise self._failed("the answer is no chat completion") from None
        return (choices[0].message.content or "").strip() if choices else ""

    def _drop(self, fault: Fault, body: dict[str, Any]) -> bool:
        """Leaves out a setting this model does not take, as reasoning models do; says if it did."""
        name = fault.param
        if not str(fault.code).startswith("unsupported_") or name not in body:
            return False
        if name == "seed":
            self._takes_seed = False
        elif name in self._settings:
            value = self._settings.pop(name)
            if name == "max_tokens":
                self._settings["max_completion_tokens"] = value
        return True

    def _failed(self, why: str) -> ModelError:
        return ModelError(
            f"{self.url}: no reply of {self.model}: {why}; look at the address, the name of the "
            f"model and {KEY}, then run it again: what was answered is kept where --out or a run "
            "was given"
        )


def _fault(error: urllib.error.HTTPError) -> Fault:
    body = error.read()
    try:
        return msgspec.json.decode(body, type=Failure).error or msgspec.json.decode(
            body, type=Fault
        )
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Fault()


def _named(fault: Fault) -> str:
    """The fault's own short names in brackets."""
    names = [str(name) for name in (fault.code, fault.type, fault.param) if name]
    return f" ({', '.join(names)})" if names else ""


def _seconds(told: str | None, attempt: int) -> float:
    """How long to wait: what the server says, else twice as long each time."""
    if told and told.isdigit():
        return min(float(told), LONGEST_WAIT)
    return FIRST_WAIT * 2.0**attempt
