# Everything happens in the clone: its own virtual environment in .venv, the local run's files in .local.
PYTHON ?= python3
BIN := .venv/bin

# A run starts Python hundreds of times; what it compiles is kept, even where the environment says otherwise.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo test check coverage matrix bench features faults faces kills rules mutants format docs changelog lock

help: ## show what there is to run
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

# Not by pip, which would compile the providers of clouds too: some thousand files, of which hardly any is ever loaded.
.venv/ready: requirements.lock pyproject.toml local/engine/pyproject.toml local/environment/pyproject.toml policies/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.12 …"; exit 1; }
	@echo "Setting up .venv (once, a minute or two)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -W ignore -m compileall -qq -x '/pulumi_(aws|cloudflare|digitalocean)/' .venv/lib || true
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
		--editable . --editable local/engine --editable local/environment --editable policies
	@touch $@

demo: .venv/ready ## the flagship stack, on this machine, with no account anywhere
	@$(BIN)/python -m tenant_email_local.demo

# Four at once on two processors, because many a test waits for a server, a mail or a process.
test: .venv/ready ## all tests
	@$(BIN)/pytest --numprocesses 4 --dist worksteal

check: .venv/ready ## style, types, layers
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/basedpyright
	@$(BIN)/lint-imports

coverage: .venv/ready ## how much of the library the quickest tests run, with a floor; three minutes
	@mkdir -p .local
	@$(BIN)/python -m coverage run -m pytest --quiet $(addprefix tests/unit/,core inputs platforms auth0 logto pingone_aic aws components fleet mail_proof programs)
	@$(BIN)/python -m coverage report

matrix: .venv/ready ## the unit tests on the built wheels, on each Python from 3.11 to 3.14 that is here, and a state from one to another
	@$(BIN)/python .ci/matrix.py

bench: .venv/ready ## calls, times and memory, beside other tools too; an hour, not for CI; writes docs/numbers.md; ROWS="105-0ms or peers" for some, the others stay as they are
	@$(BIN)/python -m pytest tests/bench --benchmark --capture=no --page docs/numbers.md $(if $(ROWS),-k "$(ROWS)")

features: .venv/ready ## runs the tests that show each feature, half an hour, not for CI; writes docs/features.md; ROWS="fleet rotation" for some
	@PYTHONPATH=tests $(BIN)/python -m features $(ROWS)

rules: .venv/ready ## whether a test fails for each safety rule that is taken out, some minutes, not for CI
	@PYTHONPATH=tests nice $(BIN)/python -m mutants.rules

mutants: .venv/ready ## whether the tests notice small changes of the code, hours, not for CI; MODULES="changes http" for some
	@PYTHONPATH=tests nice -n 19 $(BIN)/python -m mutants.run $(MODULES)

faults: .venv/ready ## every fault at every call, five minutes, not for CI; writes docs/faults.md
	@PYTHONPATH=tests $(BIN)/python -m support.campaign --page docs/faults.md

STACKS := auth0 flagship logto pingone_aic secrets ses
faces: .venv/ready ## conformance and engine tests through the plug-in in place of dynamic resources, minutes, not for CI
	@TENANT_EMAIL_FACE=plug-in $(BIN)/pytest tests/conformance $(addprefix tests/engine/,$(STACKS)) --numprocesses 2 --dist worksteal

kills: .venv/ready ## a kill at every write and many sequences of operations, half an hour, not for CI
	@$(BIN)/pytest tests/faults --all-faults --numprocesses 2 --dist worksteal

format: .venv/ready ## rewrite in the project's style
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

docs: .venv/ready ## the documentation site, in .local/site; no network
	@PYTHONPATH=tests $(BIN)/python -m support.site

changelog: .venv/ready ## what changes/ will add to the changelog
	@$(BIN)/towncrier build --draft --version next

lock: .venv/ready ## resolve requirements.lock anew, as little as pyproject.toml demands; UPGRADE=--upgrade for all
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra local --extra cloudflare --extra digitalocean --group dev --group docs \
		--generate-hashes --no-annotate --no-header --no-emit-package tenant-email-local --no-emit-package embedded-pulumi-engine \
		--no-emit-package setuptools \
		$(UPGRADE) --output-file requirements.lock pyproject.toml
