# Everything happens in the clone: its own virtual environment in .venv, the local run's files in .local.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help demo test check bench faults kills rules mutants format

help: ## show what there is to run
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

.venv/ready: requirements.lock pyproject.toml local/engine/pyproject.toml local/environment/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.12 …"; exit 1; }
	@echo "Setting up .venv (once, about a minute)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
		--editable . --editable local/engine --editable local/environment
	@touch $@

demo: .venv/ready ## the flagship stack, on this machine, with no account anywhere
	@$(BIN)/python -m tenant_email_local.demo

test: .venv/ready ## all tests
	@$(BIN)/pytest --numprocesses 3 --dist worksteal

check: .venv/ready ## style, types, layers
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/basedpyright
	@$(BIN)/lint-imports

bench: .venv/ready ## calls and ratios, not for CI
	@$(BIN)/python -m pytest tests/bench --benchmark

rules: .venv/ready ## whether a test fails for each safety rule that is taken out, some minutes, not for CI
	@PYTHONPATH=tests nice $(BIN)/python -m mutants.rules

mutants: .venv/ready ## whether the tests notice small changes of the code, hours, not for CI; MODULES="changes http" for some
	@PYTHONPATH=tests nice -n 19 $(BIN)/python -m mutants.run $(MODULES)

faults: .venv/ready ## every fault at every call, ten minutes, not for CI; writes docs/faults.md
	@PYTHONPATH=tests $(BIN)/python -m support.campaign --page docs/faults.md

kills: .venv/ready ## a kill at every write and many sequences of operations, half an hour, not for CI
	@$(BIN)/pytest tests/faults --all-faults --numprocesses 2 --dist worksteal

format: .venv/ready ## rewrite in the project's style
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format
