# Needs Python 3.11 or newer, git and make. Everything is installed into .venv inside this folder.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
UNSLOTH := unsloth==2026.10.9 unsloth_zoo==2026.10.9

.PHONY: demo test lint fast slow evidence bench-train clean

demo: .venv/.toolkit            ## samples -> dataset -> adapter -> report, offline, on the bundled model
	$(BIN)/persona demo

test: lint fast slow            ## lint, types, fast lane, slow lane

lint: .venv/.development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fast: .venv/.development        ## no model, no browser: seconds
	$(BIN)/pytest -m "not slow and not browser"

slow: .venv/.development        ## real training on the CPU, real pages in Chromium: minutes
	$(BIN)/pytest -m "slow or browser"

evidence: .venv/.development    ## what takes long: sweeps, fuzzing, benchmarks; writes docs/evidence/
	$(BIN)/python -m benchmarks.evidence

bench-train: .venv/.development ## training speed on this machine beside plain TRL and PEFT
	$(BIN)/python -m benchmarks.evidence training-speed

clean:
	rm -rf .venv

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "persona needs Python 3.11 or newer: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv

.venv/.toolkit: .venv/bin/python pyproject.toml constraints.txt
	$(PIP) --editable '.[all]'
	touch $@

# Unsloth pins a certifi that does not exist yet, hence --no-deps; Linux only, the tests skip elsewhere.
.venv/.development: .venv/.toolkit
	$(PIP) --editable '.[all,dev]'
	if [ "$$(uname)" = Linux ]; then $(PIP) --no-deps $(UNSLOTH); fi
	touch $@
