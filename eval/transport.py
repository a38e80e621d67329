"""How a hosted model is reached: no redirects, and soon told where nobody is there.

A server may think for long before it answers; that there is one shows within seconds.
"""

import urllib.request
from email.message import Message
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from typing import IO

CONNECT_SECONDS = 10.0


class _Connection(HTTPConnection):
    """Waits less for the connection than for what comes over it."""

    def connect(self) -> None:
        wanted = self.timeout
        self.timeout = CONNECT_SECONDS
        super().connect()
        self.timeout = wanted
        self.sock.settimeout(wanted)


class _SafeConnection(_Connection, HTTPSConnection):
    """The same over TLS, its handshake included."""


class _Http(urllib.request.HTTPHandler):
    def http_open(self, req: urllib.request.Request) -> HTTPResponse:
        return self.do_open(_Connection, req)


class _Https(urllib.request.HTTPSHandler):
    def https_open(self, req: urllib.request.Request) -> HTTPResponse:
        return self.do_open(_SafeConnection, req)


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


def make_opener() -> urllib.request.OpenerDirector:
    """What opens requests; its `timeout` is for each read."""
    return urllib.request.build_opener(_NoRedirect, _Http, _Https)
