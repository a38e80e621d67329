"""Where the page listens and who may reach it; no gradio is imported here."""

import os
import signal
import socket
import threading
from importlib.util import find_spec
from pathlib import Path

import pytest

from persona.config import AppConfig, Config
from persona.data import write_private
from persona.errors import ConfigError, DataError, ModelError
from persona.page.server import (
    check_exposure,
    free_port,
    is_loopback,
    people,
    seal_environment,
    serve,
)
from persona.page.stage import Stage

WITH_GRADIO = pytest.mark.skipif(find_spec("gradio") is None, reason="the 'app' extra is missing")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.0.1"])
def test_loopback_needs_no_consent(host: str) -> None:
    assert is_loopback(host)
    assert check_exposure(AppConfig(host=host), share=False, consent=False) is False


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "::", "example.org", ""])
def test_any_other_address_insists_on_consent(host: str) -> None:
    with pytest.raises(ConfigError, match="--consent"):
        check_exposure(AppConfig(host=host), share=False, consent=False)
    assert check_exposure(AppConfig(host=host), share=False, consent=True) is True


def test_a_public_link_insists_on_consent_even_from_loopback() -> None:
    with pytest.raises(ConfigError, match="public link"):
        check_exposure(AppConfig(), share=True, consent=False)


@WITH_GRADIO
def test_a_port_in_use_is_one_clear_line_before_anything_is_loaded(stage: Stage) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        config = Config(app=AppConfig(port=port))
        with pytest.raises(
            ConfigError, match=rf"127\.0\.0\.1:{port}: cannot listen.*--port"
        ) as caught:
            serve(stage.run, stage.dataset, config, share=False, consent=False, open_browser=False)
    assert "\n" not in str(caught.value)


class OpenPage:
    """A page that only knows whether it was closed."""

    is_closed = False

    def close(self, *, verbose: bool) -> None:
        self.is_closed = True


@WITH_GRADIO
def test_ctrl_c_ends_the_page_as_it_says(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def press(_event: threading.Event) -> None:
        signal.raise_signal(signal.SIGINT)

    page = OpenPage()
    monkeypatch.setattr("persona.page.server.launch", lambda *_, **__: (page, "http://here"))
    monkeypatch.setattr(threading.Event, "wait", press)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr("persona.page.server.seal_environment", lambda: None)
    url = serve(
        stage.run,
        stage.dataset,
        stage.config,
        share=False,
        consent=False,
        open_browser=False,
        engine=stage.engine,
    )
    assert url == "http://here"
    assert page.is_closed


def test_port_zero_takes_a_free_one() -> None:
    port = free_port(AppConfig(port=0))
    assert 1024 <= port <= 65535


def test_an_address_that_is_not_this_computers_is_refused() -> None:
    with pytest.raises(ConfigError, match="cannot listen"):
        free_port(AppConfig(host="192.0.2.1", port=0))


def test_subject_and_partners_come_from_the_dataset(stage: Stage) -> None:
    assert people(stage.dataset) == ("Mira", ("Jo",))


@WITH_GRADIO
def test_a_half_written_dataset_is_refused_before_a_model_is_opened(stage: Stage) -> None:
    stage.dataset.manifest_path.unlink()
    with pytest.raises(DataError, match="half-written"):
        serve(
            stage.run, stage.dataset, stage.config, share=False, consent=False, open_browser=False
        )


@WITH_GRADIO
def test_a_run_of_another_dataset_is_refused(stage: Stage) -> None:
    write_private(stage.run.manifest_path, b'{"data_sha256": "other"}')
    with pytest.raises(ModelError, match="another dataset"):
        serve(
            stage.run, stage.dataset, stage.config, share=False, consent=False, open_browser=False
        )


def test_what_gradio_would_send_and_share_is_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GRADIO_TEMP_DIR", "GRADIO_ANALYTICS_ENABLED", "NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "set by someone")
    seal_environment()
    assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"
    assert os.environ["HF_HUB_OFFLINE"] == "1"
    assert os.environ["NO_PROXY"] == "set by someone,127.0.0.1,localhost,::1"
    folder = Path(os.environ["GRADIO_TEMP_DIR"])
    assert folder.stat().st_mode & 0o077 == 0
