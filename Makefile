# What a newcomer types: `make run`. What a contributor types: `make test`.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV_PYTHON := .venv/bin/python
RUNTIME := $(VENV_PYTHON) -m trenddrop.runtime
NAME ?= pipeline
ARGS ?=
RUNS ?= 2000
NOT_HERE := not browser and not peer and not chaos and not shared and not long

.DEFAULT_GOAL := help
.PHONY: help install install-tests run stop shell test check lint format bench chaos proofs clean reset

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

install: ## the virtual environment, with what is pinned (every other command does it when needed)
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is missing. On Debian or Ubuntu: apt install python3 python3-venv"; exit 1; }
	@$(PYTHON) trenddrop/runtime/install.py

install-tests:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is missing. On Debian or Ubuntu: apt install python3 python3-venv"; exit 1; }
	@$(PYTHON) trenddrop/runtime/install.py --tests

run: install ## everything at http://127.0.0.1:8000 until Ctrl-C (PORT=8001 make run for another port)
	@$(RUNTIME) run

stop: install ## end a start of this checkout, from any terminal
	@$(RUNTIME) stop

shell: install ## Django's shell beside the running database
	@$(RUNTIME) with-services -- python manage.py shell

test: install-tests ## all checks, then all tests in parallel (ARGS="-k words" for some)
	@$(RUNTIME) with-services --name test -- python -m trenddrop.runtime test -m "$(NOT_HERE)" $(ARGS)

check: install-tests ## linters, types, layers, migrations, deployment settings
	@$(RUNTIME) with-services --name test -- python -m trenddrop.runtime check

lint: install-tests ## the linter alone
	@$(VENV_PYTHON) -m ruff check .

format: install-tests ## rewrite the sources the one way
	@$(VENV_PYTHON) -m ruff check --fix --quiet . ; $(VENV_PYTHON) -m ruff format .

bench: install-tests ## measure, for instance NAME=pipeline, pages, claims
	@$(RUNTIME) with-services --name bench --prepare -- python -m benchmarks.$(NAME) $(ARGS)

chaos: install-tests ## kill workers and break networks at every request of every adapter (RUNS=2000), and count
	@RUNS=$(RUNS) $(RUNTIME) with-services --name test -- python -m pytest -q -n 2 --dist worksteal -m chaos tests/chaos $(ARGS)

proofs: install-tests ## the proofs that take many minutes each (ARGS="-k words" for some)
	@$(RUNTIME) with-services --name test -- python -m pytest -q -m long $(ARGS)

clean: ## caches, test databases and the virtual environment; your data stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis var/test var/bench var/static
	@find . -name __pycache__ -not -path './var/*' -type d -prune -exec rm -rf {} +

reset: stop ## throw away all data of this checkout, after asking
	@if [ "$(FORCE)" != 1 ]; then \
		printf 'This deletes every account, post and upload in var/. Type yes: '; read answer; [ "$$answer" = yes ] || exit 1; fi
	@$(RUNTIME) forget
