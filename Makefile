# Everything starts here. `make` alone lists what there is.
#
# The environment lives in .venv and is made on first use. A stamp file remembers which lock it was
# made from, so that later runs start at once and pip is called again only when a lock or
# pyproject.toml has changed.

PYTHON ?= python3
ARGS ?=
JOBS ?= 2

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet
LOCK_VENV := .venv-lock
COMPILE := $(LOCK_VENV)/bin/uv pip compile --quiet --no-config --upgrade --universal \
	--fork-strategy fewest --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup chat run test lint types imports unit bench chaos format lock clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

chat: $(VENV)/.run  ## start the dialogue; options go in ARGS="--fast"
	@$(BIN)/crossroads chat $(ARGS)
	@command -v crossroads >/dev/null || echo "(Here, “crossroads” is $(BIN)/crossroads.)" >&2

run: $(VENV)/.run  ## serve every platform whose settings are present; options go in ARGS
	@$(BIN)/crossroads run $(ARGS)

setup: $(VENV)/.dev  ## make or renew .venv with everything needed for development

# Fast checks first: the first failure ends the run.
test: lint imports types unit  ## all checks and tests

lint: $(VENV)/.dev  ## style (ruff) and formatting
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

imports: $(VENV)/.dev  ## the import contract (import-linter)
	@$(BIN)/lint-imports

types: $(VENV)/.dev  ## types (mypy, strict)
	@$(BIN)/mypy

unit: $(VENV)/.dev  ## the tests, without those marked chaos; options go in ARGS="-k word"
	@$(BIN)/pytest -n $(JOBS) --dist worksteal -m "not chaos" $(ARGS)

chaos: $(VENV)/.dev  ## the long tests that kill the process again and again
	@$(BIN)/pytest -m chaos $(ARGS)

bench: $(VENV)/.dev  ## measure speed; prints a table and writes JSON
	@$(BIN)/python -m tests.bench $(ARGS)

format: $(VENV)/.dev  ## let ruff mend what it can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

# The dev lock is resolved first and holds everything; the run lock takes its versions from it. Each
# package has one version, the newest that every Python from 3.11 on can take.
lock:  ## renew both lock files from pyproject.toml
	@test -x $(LOCK_VENV)/bin/uv || $(PYTHON) -m venv $(LOCK_VENV)
	@$(LOCK_VENV)/bin/python -m pip --disable-pip-version-check --no-input --quiet install --upgrade uv
	@$(COMPILE) --all-extras --group dev --output-file requirements/dev.txt pyproject.toml
	@$(COMPILE) --extra slack --extra discord --extra pictures --extra documents --group build \
		--constraints requirements/dev.txt --output-file requirements/run.txt pyproject.toml

clean:  ## remove the environments and what tools left behind
	rm -rf $(VENV) $(LOCK_VENV) build dist .bench .artefacts .hypothesis .import_linter_cache .mypy_cache \
		.pytest_cache .ruff_cache
	find bot adapters flows tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Crossroads needs Python 3.11 or newer; name one with PYTHON=python3.11." >&2; exit 1; }
	@echo "Making the environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

# The dev lock holds all of the run lock, in the same versions, so one install serves both stamps.
$(VENV)/.run $(VENV)/.dev: $(VENV)/.%: requirements/%.txt pyproject.toml | $(VENV)/pyvenv.cfg
	@echo "Installing what requirements/$*.txt lists (only when it has changed) ..."
	@$(PIP) install --require-hashes --requirement requirements/$*.txt
	@$(PIP) install --no-index --no-deps --no-build-isolation --editable .
	@touch $(if $(filter dev,$*),$(VENV)/.run) $@
