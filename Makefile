# `make book` builds the book; `make test` proves all of it. Both set up .venv by themselves.

PYTHON ?= python3
BIN := .venv/bin
SITE := _build/html

.PHONY: help book serve lab test notebooks lint format bench lock clean
.DEFAULT_GOAL := help

help: ## this list
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 18

book: .venv/ready ## build the book and say where it is
	@# From scratch each time, which takes seconds: an update would miss changes in styles and scripts,
	@# and pass over the warnings of pages that an earlier build has read.
	@rm -rf _build
	@$(BIN)/jupyter-book build --quiet --warningiserror --keep-going . > /dev/null || { rm -rf _build; exit 1; }
	@echo "The book is ready: file://$(CURDIR)/$(SITE)/index.html"

serve: book ## build the book and serve it on this machine
	@echo "Read it at http://127.0.0.1:8000 (stop with Ctrl-C)"
	@$(BIN)/python -m http.server 8000 --bind 127.0.0.1 --directory $(SITE)

lab: .venv/ready ## open the chapters in JupyterLab
	@# In an environment of its own on top of .venv, where the widgets' browser side lies.
	@JUPYTER_PATH="$(CURDIR)/.venv/share/jupyter" \
	  $(BIN)/uv run --quiet --no-project --python $(BIN)/python --with jupyterlab jupyter lab book

test: lint book ## lint, unit tests, every notebook, the built book in a real browser
	@$(BIN)/python tests/chromium.py
	@$(BIN)/pytest

notebooks: .venv/ready ## run every chapter again, in place
	@printf '%s\n' book/*.ipynb | xargs -P 2 -n 1 $(BIN)/jupyter nbconvert --log-level=ERROR --config book/_tools/nbconvert_config.py
	@$(BIN)/python book/_tools/cover.py

lint: .venv/ready ## check format and style, notebooks included
	@$(BIN)/ruff format --check . && $(BIN)/ruff check .

format: .venv/ready ## put format and style right
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

bench: .venv/ready ## measure speed, as ratios
	@$(BIN)/python tests/bench.py

lock: .venv/ready ## pin the newest releases that pyproject.toml allows in requirements.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --upgrade --no-annotate \
	  --custom-compile-command "make lock" --group book --group chapters --group test pyproject.toml -o requirements.txt

clean: ## remove everything that was built or installed
	rm -rf _build .venv

.venv/ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and "The book needs Python 3.11 or later, but %s is %d.%d; name another one: make PYTHON=python3.12 ..." % (sys.executable, *v[:2]))'
	@echo "Setting up .venv, once; this takes a minute or so."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements.txt -e .
	@touch $@
