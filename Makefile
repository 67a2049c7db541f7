# Everything a newcomer needs: `make run` and `make test`. `make` alone lists the rest.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | awk -F'\t' '{printf "  make %-8s %s\n", $$1, $$2}'

run: $(BIN)/.installed ## Start the provider on http://localhost:8000 and print the link that makes the administrator
	@$(BIN)/idp init
	@exec $(BIN)/idp serve

install: $(BIN)/.installed ## Install into .venv without starting anything

test: $(BIN)/.installed-test ## Run the whole test suite
	$(BIN)/python -m pytest --numprocesses auto $(ARGS)

lint: $(BIN)/.installed-test ## Check style (ruff)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(BIN)/.installed-test ## Check types (mypy, strict)
	$(BIN)/mypy

check: lint types test ## All of the three

bench: $(BIN)/.installed-test ## Measure speed and memory beside npm oidc-provider (needs wrk, node and npm)
	$(BIN)/python -m tests.bench $(ARGS)

wheel: $(BIN)/.installed-test ## Build the wheel into dist/
	rm -rf build dist
	$(BIN)/pip wheel --quiet --no-deps --wheel-dir dist .

clean: ## Remove what was built; data and keys stay
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Argon2's ready-made wheel is built for every processor; built for this one, a password is checked in half the time.
define build_argon2_for_this_processor
	@if command -v cc >/dev/null; then \
	  CFLAGS="-O3 -march=native" $(BIN)/pip install --quiet --disable-pip-version-check --no-cache-dir --no-deps \
	    --force-reinstall --no-binary argon2-cffi-bindings argon2-cffi-bindings >/dev/null 2>&1 \
	  && $(BIN)/python -c 'import argon2; argon2.PasswordHasher().hash("x")' 2>/dev/null \
	  || $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --force-reinstall argon2-cffi-bindings; fi
endef

# Installed in place: the checkout's own templates and code are what runs.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Foyer needs Python 3.11 or newer, and $(PYTHON) is " + sys.version.split()[0] + ". Try: make run PYTHON=python3.13" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(BIN)/.installed: setup.cfg pyproject.toml | $(BIN)/python
	@echo 'Installing into $(VENV), which takes a minute or so …'
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	$(build_argon2_for_this_processor)
	@touch $@

$(BIN)/.installed-test: setup.cfg pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test]'
	$(build_argon2_for_this_processor)
	@touch $@ $(BIN)/.installed

.PHONY: help run install test lint types check bench wheel clean
