# `make demo` on a fresh machine shows the main job; `make test` runs every check that CI runs.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test check unit soak kill kill-store fuzz-api mutate bench verify-quotes clean

demo: .venv/core
	$(BIN)/plainterms demo

test: check unit

check: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python tests/types.py

unit: .venv/dev
	$(BIN)/python -m pytest -n 2 --dist worksteal

soak: .venv/dev
	$(BIN)/python -m tests.agreement.soak --cases 1000000

kill: .venv/dev
	$(BIN)/python -m tests.stream.killed 200

kill-store: .venv/dev
	$(BIN)/python -m tests.store.killed 200

fuzz-api: .venv/dev
	$(BIN)/python -m tests.server.fuzzed 300

mutate: .venv/dev
	$(BIN)/python -m tests.store.mutations 100000

bench: .venv/dev
	$(BIN)/python benchmarks/start.py
	$(BIN)/python benchmarks/audit.py

# Compares the library's quotations with the providers' texts, which are not part of the project.
TEXTS ?= ../shared/data/terms
verify-quotes: .venv/core
	$(BIN)/python -m plainterms.rules.quotes $(TEXTS)

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/core: .venv/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

.venv/dev: .venv/core
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

clean:
	rm -rf .venv build dist out *.egg-info
