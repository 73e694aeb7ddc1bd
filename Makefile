# Everything runs in .venv/, which is made on first use. PYTHON is any CPython from 3.11 on.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: help check test lint types cassettes bench mutants defects recorded shipped crash docs build clean

help:  ## What can be done here
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(READY): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	touch $(READY)

check: $(READY)  ## The Acme connector under contract, with the report
	$(BIN)/bizon-contract check --strict acme_connector

test: $(READY) lint types  ## Every test, ruff, mypy and the layers
	$(BIN)/python -m pytest -n 2

lint: $(READY)  ## ruff (format and lint) and the layers
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/lint-imports --no-cache

types: $(READY)  ## mypy --strict
	$(BIN)/mypy

cassettes: $(READY)  ## Record cassettes/acme anew, over real TLS from the simulated API
	$(BIN)/python -m tests.recording.record_acme

bench: $(READY)  ## What simulated exchanges and recordings cost, as ratios
	$(BIN)/python tests/benchmarks/bench_exchange.py
	$(BIN)/python tests/benchmarks/bench_recording.py

mutants: $(READY)  ## Mutants of acme_connector/source.py that the contract misses
	$(BIN)/bizon-contract check acme_connector --mutate -n 2

defects: $(READY)  ## The whole contract on every defect: which are caught by their clauses, and no other; false alarms on good connectors, with 20 seeds
	$(BIN)/python tests/benchmarks/defects.py

recorded: $(READY)  ## Which defects recordings alone catch, without a description of the API
	$(BIN)/python tests/benchmarks/defects_from_cassettes.py

shipped: $(READY)  ## The connectors that bizon ships, by chapter, and every finding; written into docs/
	$(BIN)/python -m tests.shipped.scorecard

crash: $(READY)  ## Acme's pipeline killed at every request, write and checkpoint, on sqlite and Postgres: what is lost
	$(BIN)/python tests/benchmarks/crash.py

docs: $(READY)  ## The generated pages of docs/
	$(BIN)/bizon-contract clauses --markdown > docs/reference/clauses.md
	$(BIN)/python docs/picture.py

build: $(READY)  ## The wheel and the sdist
	$(BIN)/python -m build --outdir dist

clean:  ## Remove what was built
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
