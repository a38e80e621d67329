"""Starts the page, and keeps it private: loopback, no telemetry, no browser storage, no traces.

Everything that gradio reads from the environment is set here, before it is imported.
"""

import atexit
import contextlib
import ipaddress
import os
import secrets
import signal
import socket
import sys
import tempfile
import threading
from typing import Any

from persona.config import AppConfig, Config
from persona.errors import ConfigError, require_extra
from persona.folders import DatasetDir, RunDir
from persona.page.engine import Engine
from persona.page.stage import Stage

LOCAL_NAMES = "127.0.0.1,localhost,::1"
LARGEST_UPLOAD = "1kb"
"""The page takes no files."""


def serve(
    run: RunDir,
    dataset: DatasetDir,
    config: Config,
    *,
    share: bool,
    consent: bool,
    open_browser: bool,
    block: bool = True,
    engine: Engine | None = None,
) -> str:
    """Shows `run` in a web page and returns its address; `block` waits for Ctrl-C.

    engine: the model that answers; None opens the run's own. Raises ConfigError where the address
    cannot be used or is open to others without `consent`, ModelError and DataError where the run or
    its dataset cannot be used.
    """
    from persona.console import say, show
    from persona.register import require_same_data

    require_extra("app", command="app")
    is_exposed = check_exposure(config.app, share=share, consent=consent)
    port = free_port(config.app)
    require_same_data(run, dataset)
    say("opening the page, this takes a few seconds")
    subject, partners = people(dataset)
    stage = Stage(run, dataset, config, subject, partners, engine or open_engine(run))
    stage.contexts()
    seal_environment()
    password = secrets.token_urlsafe(9) if is_exposed else None
    page, url = launch(stage, port=port, share=share, open_browser=open_browser, password=password)
    if password:
        say(f"user: persona   password: {password}")
    if block:
        show(url)
        say("Ctrl-C ends the page")
        # A service manager's way to end it cleans up like Ctrl-C.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        try:
            with contextlib.suppress(KeyboardInterrupt):
                threading.Event().wait()
        finally:
            page.close(verbose=False)
    return url


def check_exposure(app: AppConfig, *, share: bool, consent: bool) -> bool:
    """Whether others than this computer can reach the page. Raises ConfigError without consent."""
    is_exposed = share or not is_loopback(app.host)
    if is_exposed and not consent:
        where = "a public link" if share else app.host
        raise ConfigError(
            f"{where}: the page shows real messages to whoever opens it; if the people in them "
            "agree, add --consent, else leave --share and --host out"
        )
    return is_exposed


def is_loopback(host: str) -> bool:
    """Whether only this computer can reach `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def free_port(app: AppConfig) -> int:
    """The port of the settings, or a free one where it is 0. Raises ConfigError if it is taken."""
    family = socket.AF_INET6 if ":" in app.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((app.host, app.port))
        except OSError as error:
            raise ConfigError(
                f"{app.host}:{app.port}: cannot listen here ({error.strerror}); "
                "give another with --port, 0 takes a free one"
            ) from None
        return int(probe.getsockname()[1])


def people(dataset: DatasetDir) -> tuple[str, tuple[str, ...]]:
    """The subject's main name, and the partners' names."""
    subject = dataset.manifest()["subject"]
    speakers = {row.speaker for row in dataset.utterances("others")}
    return str(subject), tuple(sorted(speakers, key=str.casefold))


def open_engine(run: RunDir) -> Engine:
    """The run's base and adapter, ready to answer."""
    from persona.chat import open_persona

    return open_persona(run)


def seal_environment() -> None:
    """Switches off what gradio would send, fetch or leave behind; call before importing it."""
    folder = tempfile.TemporaryDirectory(prefix="persona-page-", ignore_cleanup_errors=True)
    atexit.register(folder.cleanup)
    os.environ["GRADIO_TEMP_DIR"] = folder.name
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_OFFLINE"] = "1"
    known = os.environ.get("NO_PROXY", "")
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = ",".join(filter(None, [known, LOCAL_NAMES]))


def launch(
    stage: Stage, *, port: int, share: bool, open_browser: bool, password: str | None
) -> tuple[Any, str]:
    """The running page and its address. Raises ConfigError where it cannot listen."""
    from persona.page.layout import STYLE, build, theme

    page = build(stage)
    guards = {} if password else {"middleware": [only_named(stage.config.app.host)]}
    try:
        _, local, public = page.launch(
            server_name=stage.config.app.host,
            server_port=port,
            share=share,
            inbrowser=open_browser,
            prevent_thread_lock=True,
            quiet=True,
            auth=("persona", password) if password else None,
            app_kwargs=guards,
            footer_links=[],
            run_history=False,
            ssr_mode=False,
            max_file_size=LARGEST_UPLOAD,
            theme=theme(),
            css_paths=STYLE,
        )
    except OSError:
        where = f"{stage.config.app.host}:{port}"
        raise ConfigError(f"{where}: cannot listen here; give another with --port") from None
    if share and not public:
        page.close(verbose=False)
        raise ConfigError("--share: no public link could be made; leave it out to stay local")
    return page, str(public or local)


def only_named(host: str) -> Any:
    """Answers only requests that name this computer, so that no website can pass for it.

    A name of the website's own that leads here (DNS rebinding) would let it read the page.
    """
    from starlette.middleware import Middleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    named = "[" if ":" in host else host  # what Starlette takes for the name in "[::1]:7860"
    return Middleware(TrustedHostMiddleware, allowed_hosts=["localhost", "127.0.0.1", named])
