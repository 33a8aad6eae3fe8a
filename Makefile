# make setup   installs everything into .venv
# make run     loads the example district, builds the index and starts the site
# make test    runs the tests
# make check   lint, types, contracts, translations, docs
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DISTRICT ?= innovation-district-copenhagen
PORT ?= 8000
VENDOR := src/vidensbro/hub/ui/static/vendor
export VIDENSBRO_DATA ?= $(CURDIR)/var

.PHONY: setup run test check assets lock messages format clean

setup: $(VENV)/.installed $(VENDOR)/.copied $(VENV)/.compiled

$(VENV)/.python:
	@echo "Making a virtual environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Vidensbro needs Python 3.11 or newer; this is " + sys.version.split()[0])'
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: requirements/dev.lock pyproject.toml $(VENV)/.python
	@echo "Installing the locked dependencies (about a minute the first time)"
	@$(BIN)/python -m pip install --disable-pip-version-check --progress-bar off --no-deps --require-hashes \
	  -r requirements/dev.lock | sed -n 's/^Collecting \([^ ]*\).*/  \1/p;s/^Installing collected.*/Installing/p'
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e .
	@$(BIN)/python -c 'import django, numpy, onnxruntime, vidensbro'
	@touch $@

# The front-end files come from npm; where there is no npm, one is taken from the wheel of Node.
$(VENDOR)/.copied: package-lock.json scripts/copy_assets.py $(VENV)/.installed
	@echo "Fetching the design system and htmx"
	@$(BIN)/python scripts/copy_assets.py $(VENDOR)
	@touch $@

$(VENV)/.compiled: $(wildcard src/vidensbro/hub/locale/*/LC_MESSAGES/*.po) $(VENV)/.installed
	@$(BIN)/python scripts/messages.py compile
	@touch $@

run: setup
	@$(BIN)/vidensbro run --district $(DISTRICT) --port $(PORT)

test: setup
	@$(BIN)/python scripts/find_browser.py
	@$(BIN)/python -m pytest -n auto --dist loadgroup

check: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/mypy
	@$(BIN)/python scripts/messages.py check
	@$(BIN)/python -m pytest -q tests/contract

lock:
	@for set in base cluster dev; do uv pip compile requirements/$$set.in --override requirements/overrides.txt \
	  --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-annotate --no-header -q -o requirements/$$set.lock; done

messages: setup
	@$(BIN)/python scripts/messages.py update

format: setup
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

clean:
	rm -rf $(VENV) node_modules $(VENDOR) var
