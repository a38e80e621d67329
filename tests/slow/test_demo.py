"""The demo's own steps, in small: it shows a report and no request leaves the machine."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SMALL = """
import json, sys, threading
from pathlib import Path

tried = []
watched = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto")
sys.addaudithook(lambda event, arguments: event in watched and tried.append(event))

import msgspec
from persona import demo

settings = demo.sample_settings

def small(seed):
    whole = settings(seed)
    return msgspec.structs.replace(
        whole,
        train=msgspec.structs.replace(whole.train, epochs=0.1),
        eval=msgspec.structs.replace(whole.eval, max_contexts=20, half_samples=20),
    )

demo.sample_settings = small
demo.run_demo(Path(sys.argv[1]), seed=0)
for thread in threading.enumerate():
    if thread.daemon:
        thread.join(timeout=2)
print(json.dumps(tried))
"""


def test_the_demo_opens_no_connection_even_where_a_hub_could_be_reached(tmp_path: Path) -> None:
    offline = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY", "CI")
    environment = {name: value for name, value in os.environ.items() if name not in offline}

    done = subprocess.run(
        [sys.executable, "-c", SMALL, str(tmp_path)],
        env=environment,
        text=True,
        capture_output=True,
        check=True,
    )

    assert json.loads(done.stdout.splitlines()[-1]) == []
    assert list(tmp_path.glob("runs/*-demo/eval/report.html"))
