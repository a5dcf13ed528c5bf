# The two commands of the README: `make demo` and `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Two test processes on two cores: more threads in the linear algebra would only wait for one another.
export OPENBLAS_NUM_THREADS ?= 1
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	touch $(STAMP)

install: $(STAMP) ## make the environment and install the pinned dependencies

demo: $(STAMP) ## build the demo organisation and serve it on 127.0.0.1:8000
	$(BIN)/hoshin demo

serve: $(STAMP) ## serve your own organisation on 127.0.0.1:8000
	$(BIN)/hoshin serve

test: $(STAMP) ## run every check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/python -m pytest -q -n 2 --dist loadfile

torture: $(STAMP) ## kill the server at 500 random points; nothing acknowledged may be lost
	HOSHIN_TORTURE=500 $(BIN)/python -m pytest -q tests/durability

bench: $(STAMP) ## measure what the documentation promises
	$(BIN)/python -m benchmarks.all

clean: ## remove the environment and what was built (never var/)
	rm -rf $(VENV) build dist

.PHONY: help install demo serve test torture bench clean
