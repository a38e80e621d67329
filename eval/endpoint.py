"""Replies of a hosted model: any server with OpenAI-compatible chat completions.

The user's own choice (`persona eval --endpoint URL --model NAME`): contexts leave the machine for
that server, and the caller says so. The key comes from OPENAI_API_KEY; a redirect is an error, so
that neither key nor contexts follow one. Standard library only.
"""

import json
import os
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

import msgspec

from eval.json_text import decode_json
from eval.transport import make_opener
from persona.config import ChatConfig
from persona.data import Turn
from persona.errors import ConfigError, ModelError

KEY = "OPENAI_API_KEY"
PATH = "/chat/completions"
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


class _UnreadableError(Exception):
    """An answer that is no chat completion."""


class Endpoint:
    """A hosted model; several threads may ask it at once."""

    def __init__(
        self,
        url: str,
        *,
        model: str,
        sampling: ChatConfig,
        wait: Callable[[threading.Event, float], bool] = threading.Event.wait,
    ) -> None:
        """The server at `url`, with or without the path of chat completions.

        wait: waits so many seconds, or until the event is set, and says if it is.
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
        self._open = make_opener().open

    def reply(
        self,
        prompt: Sequence[Turn],
        *,
        seed: int,
        tell: Callable[[str], None],
        stop: threading.Event,
    ) -> str:
        """The reply to a prompt, thoughts included; empty where the server answers nothing.

        tell: hears why the server is asked again. stop: once it is set, it is not.
        Raises ModelError where the server gives no reply.
        """
        for attempt in range(TRIES):
            body = self._body(prompt, seed)
            try:
                return self._ask(body)
            except urllib.error.HTTPError as error:
                fault = _fault(error)
                if self._drop(fault, body):
                    continue
                why, short = f"{error.code} {error.reason}{_named(fault)}", f"HTTP {error.code}"
                seconds = _seconds(error.headers.get("Retry-After"), attempt)
                is_final = error.code not in WORTH_ANOTHER_TRY
            except (OSError, HTTPException, _UnreadableError) as error:
                why, short = _why(error)
                seconds, is_final = _seconds(None, attempt), False
            if is_final or attempt == TRIES - 1:
                raise self._failed(why)
            tell(f"{short}, waiting {seconds:g} s, try {attempt + 2} of {TRIES}")
            if self._wait(stop, seconds):
                raise self._failed(why)
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
            choices = decode_json(found, Completion).choices
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise _UnreadableError("the answer is no chat completion") from None
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
    try:
        body = error.read()
        return msgspec.json.decode(body, type=Failure).error or msgspec.json.decode(
            body, type=Fault
        )
    except (msgspec.DecodeError, UnicodeDecodeError, OSError, HTTPException):
        return Fault()


def _why(error: OSError | HTTPException | _UnreadableError) -> tuple[str, str]:
    """Why there is no answer, for the last word and while there is hope."""
    if isinstance(error, HTTPException):
        why = f"the answer broke off ({type(error).__name__})"
        return why, why
    reason = getattr(error, "reason", error)
    return str(reason), "no answer yet" if isinstance(reason, TimeoutError) else str(reason)


def _named(fault: Fault) -> str:
    """The fault's own short names in brackets."""
    names = [str(name) for name in (fault.code, fault.type, fault.param) if name]
    return f" ({', '.join(names)})" if names else ""


def _seconds(told: str | None, attempt: int) -> float:
    """How long to wait: what the server says, else twice as long each time."""
    if told and told.isdigit():
        return min(float(told), LONGEST_WAIT)
    return FIRST_WAIT * 2.0**attempt
