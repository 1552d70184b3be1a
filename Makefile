# make demo   the whole main job, with recorded calls          make test    everything that is tested
# make asterisk   a real Asterisk for the live tests (root)    make record  record its calls again
# make bench  what it costs, against named alternatives        make openapi  write docs/openapi.json anew
# make bench-record   the streams that bench reads, from a real Asterisk under load (root)
# make soak   kills the daemon and cuts its power 500 times each (ten minutes and more)
# make lint   style, types, imports                            make format  the formatter, in place
# make dist   wheel and source archive in dist/                make deb     the Debian package in dist/

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt
ARGS ?=
.DEFAULT_GOAL := help

.PHONY: help demo test lint format asterisk record bench bench-record soak openapi clean

help:
	@sed -n '1,/^$$/s/^# //p' Makefile

$(VENV)/.runs: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable .
	@touch $@

$(VENV)/.tests: $(VENV)/.runs
	$(PIP) --editable '.[dev]'
	@touch $@

demo: $(VENV)/.runs
	@$(BIN)/amibridge demo $(ARGS)

lint: $(VENV)/.tests
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

soak: $(VENV)/.tests
	AMIBRIDGE_ROUNDS=500 $(BIN)/pytest --numprocesses 2 tests/process/test_sudden_death.py $(ARGS)

test: lint
	$(BIN)/pytest --numprocesses 3 --dist loadfile --cov --cov-report=term-missing:skip-covered $(ARGS)

format: $(VENV)/.tests
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

asterisk: $(VENV)/.tests
	$(BIN)/python -m tests.asterisk.lab.install $(ARGS)

bench: $(VENV)/.tests
	$(BIN)/python -m benchmarks.run $(ARGS)

bench-record: $(VENV)/.tests
	$(BIN)/python -m benchmarks.record_load $(ARGS)

openapi: $(VENV)/.tests
	$(BIN)/python -m tests.api.document docs/openapi.json

record: $(VENV)/.tests
	$(BIN)/python -m tests.asterisk.lab.record $(ARGS)

dist: $(VENV)/.tests
	rm -f dist/*.whl dist/*.tar.gz
	$(BIN)/python -m build --quiet --outdir dist

deb: dist
	rm -f dist/*.deb
	packaging/build_deb.sh

clean:
	rm -rf $(VENV) .bench dist .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
