# Two commands on a fresh machine: `make run` and `make test`. No root is needed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.undertone
MODELS := .venv-models
UV := uv==0.13.8
MODEL_PACKAGES := --extra demucs --extra separator --group models
HAS_OWN_TORCH := 'from importlib.metadata import distribution as d; exit(d("torch").read_text("INSTALLER").strip() == "uv")'

.DEFAULT_GOAL := help
.PHONY: help setup run test test-models models check format demo bench pages clean

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 22

setup: $(STAMP) ## make .venv with everything that running and testing need

run: $(STAMP) ## start the bot; without any setting: the web chat at http://127.0.0.1:8080/
	@exec $(BIN)/undertone run

test: $(STAMP) ## run the whole test suite, on all cores
	@$(BIN)/python -m tests.compiling
	$(BIN)/python -m pytest -n $$(($$(nproc) + 1)) --dist loadfile $(ARGS)

test-models: models ## run the model back-ends on small random models; downloads gigabytes
	$(MODELS)/bin/python -m pytest tests/models $(ARGS)

# The torch of the lock brings gigabytes for graphics cards. One that pip put there stays, with its torchvision.
models: $(STAMP) ## put what the model back-ends need beside .venv; downloads gigabytes
	@if $(MODELS)/bin/python -c $(HAS_OWN_TORCH) 2>/dev/null; then set -e; \
	  $(BIN)/uv export --quiet --locked $(MODEL_PACKAGES) --prune torch --prune torchvision \
	    --output-file $(MODELS)/besides-torch.txt; \
	  $(BIN)/uv pip install --quiet --no-deps --compile-bytecode --python $(MODELS)/bin/python \
	    --requirements $(MODELS)/besides-torch.txt; \
	else \
	  UV_PROJECT_ENVIRONMENT=$(CURDIR)/$(MODELS) UV_PYTHON_DOWNLOADS=never \
	    $(BIN)/uv sync --quiet --locked $(MODEL_PACKAGES) --compile-bytecode --python $(BIN)/python; \
	fi

check: $(STAMP) ## format, lint, types, imports, catalogues, the providers' contract
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.house.contract
	$(BIN)/python -m pytest -q tests/house tests/services/test_texts.py

format: $(STAMP) ## put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

demo: $(STAMP) ## clean a short noisy recording into ./demo-out
	$(BIN)/undertone process tests/data/demo.flac --keep both --picture --out demo-out
	@ls -l demo-out

bench: $(STAMP) ## measure the engine's sound and speed
	$(BIN)/uv sync --quiet --locked --inexact --extra scale --group bench
	$(BIN)/python -m tests.bench

pages: $(STAMP) ## write the pages that are made from code
	$(BIN)/python -m bot.setting_pages
	$(BIN)/python -m bot.api_pages

clean: ## remove what setup and tests made; data and settings stay
	rm -rf $(VENV) $(MODELS) demo-out test-output .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# Compiled ahead, so that every start is as quick as the second. Done again only when the lock or the project file changed.
$(STAMP): uv.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Undertone needs Python 3.11 or newer as '$(PYTHON)' (or: make PYTHON=python3.12)." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Python's venv is missing. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip --upgrade
	$(BIN)/python -m pip install --quiet --disable-pip-version-check '$(UV)'
	VIRTUAL_ENV=$(CURDIR)/$(VENV) UV_PROJECT_ENVIRONMENT=$(CURDIR)/$(VENV) UV_PYTHON_DOWNLOADS=never \
	  $(BIN)/uv sync --quiet --locked --inexact --extra scale --compile-bytecode --python $(BIN)/python
	@touch $@
