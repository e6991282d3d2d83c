# Everything a developer does, one word each. `make` alone lists the words.

PYTHON ?= python3
ARGS ?=
SOURCES := accounts invitations itam_portal organizations roles tests users manage.py
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement
COMPILE := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make requirements" $(ARGS)

.DEFAULT_GOAL := help
.PHONY: help run test check format bench requirements vendor

help:
	@echo "make run           start the portal on http://127.0.0.1:8000 (PORT=, DATABASE_URL= and OWNER_DATABASE_URL=)"
	@echo "make test          run the tests (ARGS='-k sign_in', TEST_DATABASE_URL=)"
	@echo "make check         format, lint, types, templates, missing migrations, then the tests"
	@echo "make format        format the code and the templates"
	@echo "make bench         measure the speed of the lists"
	@echo "make requirements  compile requirements/ anew from pyproject.toml (ARGS=--upgrade)"
	@echo "make vendor        fetch the scripts of others in static/ anew"

run: .venv/run.stamp
	@exec $(BIN)/python -m itam_portal.local.run

test: .venv/dev.stamp
	@$(BIN)/python -m pytest -q -n 2 --dist loadgroup $(ARGS)

check: .venv/dev.stamp
	@$(BIN)/ruff format --quiet --check --output-format concise $(SOURCES)
	@$(BIN)/ruff check --quiet --output-format concise $(SOURCES)
	@find templates -name '*.html' -exec $(BIN)/djade --target-version 5.2 --check {} +
	@$(BIN)/djlint --quiet --lint --allow-empty-input templates
	@$(BIN)/djlint --quiet --lint --profile jinja --extension jinja templates
	@$(BIN)/mypy --no-error-summary
	@OWNER_DATABASE_URL= SECRET_KEY=only-for-this-check $(BIN)/python manage.py makemigrations --check --dry-run --verbosity 0
	@$(MAKE) --no-print-directory test

format: .venv/dev.stamp
	@$(BIN)/ruff check --quiet --fix-only $(SOURCES)
	@$(BIN)/ruff format --quiet $(SOURCES)
	@find templates -name '*.html' -exec $(BIN)/djade --target-version 5.2 {} + || true

bench: .venv/dev.stamp
	@$(BIN)/python -m itam_portal.bench $(ARGS)

requirements: .venv/dev.stamp
	@$(COMPILE) --output-file requirements/base.txt
	@$(COMPILE) --extra run --constraint requirements/base.txt --output-file requirements/run.txt
	@$(COMPILE) --extra dev --constraint requirements/run.txt --output-file requirements/dev.txt

vendor: .venv/dev.stamp
	@$(BIN)/python -m itam_portal.local.vendor $(ARGS)

.venv/venv.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed, and $(PYTHON) is not: name one with PYTHON=python3.12." >&2; exit 1; }
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/run.stamp: requirements/run.txt .venv/venv.stamp
	@echo "Installing what the portal needs into .venv."
	@$(INSTALL) requirements/run.txt
	@touch $@

# The tools' list holds all of the portal's, so that one installation serves both.
.venv/dev.stamp: requirements/dev.txt requirements/run.txt .venv/venv.stamp
	@echo "Installing the portal's needs and the developer's tools into .venv."
	@$(INSTALL) requirements/dev.txt
	@touch .venv/run.stamp $@
