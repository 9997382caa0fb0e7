# What one can do here.  `make` alone lists it.

PYTHON ?= python3
PORT ?= 8000
export PORT
BIN := .venv/bin
# What was compiled once is kept beside what was installed: each process of ours then starts in half the time.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(CURDIR)/.venv/pycache
# What starts no process of its own can run two at once; of the others, which wait more than they work, three: a
# file at a time, for what a file starts serves all of it; the longest first.
ALONE := bed or browser or process

.PHONY: help run setup test again lint lint-types lint-form format clean

help:  ## list what one can do
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: setup  ## start everything with a demo world: PORT=8000 PREMURA_HOME=.premura
	@PREMURA_DEMO=$${PREMURA_DEMO:-on} exec $(BIN)/premura serve

setup: .venv/.runs  ## make .venv with the command .venv/bin/premura

test: .venv/.tests  ## run every test: a browser and real networks are set up where they can be had
	@$(BIN)/python -m tests.setup
	@$(BIN)/python -m pytest -n 2 -m "not ($(ALONE))"
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder -m "$(ALONE)" || $(MAKE) --no-print-directory again

# Three browsers beside three products on a small machine are at times slower than a person would wait. What failed then
# is told above, and has to pass with the machine to itself; what was not run, or fails again, is a failure.
again:
	@echo "Once more, one after the other: what failed beside others, and why, is told above."
	@$(BIN)/python -m pytest --last-failed --last-failed-no-failures none -m "$(ALONE)"

lint: .venv/.tests  ## check form, types, rooms, migrations and translations
	@$(MAKE) --no-print-directory -j2 --output-sync lint-types lint-form

lint-types:
	$(BIN)/mypy

lint-form:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/premura makemigrations --check --dry-run
	$(BIN)/premura messages --check

format: .venv/.tests  ## put the form right
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:  ## throw away what was installed here; data under PREMURA_HOME stays
	rm -rf .venv .cache dist

# A lock is installed as it stands, each file checked against its hash.
.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed, and $(PYTHON) is older. Nothing was installed. Call make PYTHON=python3.12."; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/.runs: .venv/bin/python requirements.lock pyproject.toml hatch_build.py premura/locale/it/LC_MESSAGES/django.po
	@echo "Installing what the lock names …"
	@$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

.venv/.tests: .venv/.runs requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
