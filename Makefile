VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
INSTALLED := $(VENV)/.installed
SAMPLE := .archive/.ingested

.PHONY: help install run test lint eval bench screenshots clean

help: ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

$(INSTALLED): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

install: $(INSTALLED) ## the environment, in .venv

$(SAMPLE): | $(INSTALLED)
	$(BIN)/dateline --archive .archive ingest eval/data/articles
	touch $@

run: $(INSTALLED) $(SAMPLE) ## serve the sample archive at http://127.0.0.1:8000
	exec $(BIN)/dateline --archive .archive serve

lint: $(INSTALLED) ## ruff, mypy, import-linter
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint ## lint and every test; browser tests need a Chromium on PATH
	$(BIN)/pytest

eval: $(INSTALLED) ## score the gold set
	$(BIN)/python -m eval run

bench: $(INSTALLED) ## speed and size
	$(BIN)/python -m eval.bench

screenshots: $(INSTALLED) ## docs/images/page-*.png, with a real browser
	$(BIN)/python tests/browser/screenshots.py

clean: ## everything made, but not the sample archive
	rm -rf $(VENV) .runs .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
