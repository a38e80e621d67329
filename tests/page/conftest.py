"""The run every test of the page works on, as a `Stage`."""

from pathlib import Path

import pytest

from persona.config import AppConfig, Config
from persona.page.stage import Stage

from .echo import SUBJECT, EchoEngine, make_run


@pytest.fixture
def engine() -> EchoEngine:
    return EchoEngine()


@pytest.fixture
def stage(tmp_path: Path, engine: EchoEngine) -> Stage:
    run, dataset = make_run(tmp_path)
    config = Config(app=AppConfig(port=0))
    return Stage(run, dataset, config, SUBJECT, ("Jo",), engine)
