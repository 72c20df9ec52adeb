# make book       the HTML, in _build/html (any warning fails); only what changed, or with WHOLE=1 all of it
# make test       unit tests, strict nbval on every notebook, and the built book in a browser where there is one
# make check C=activations    the tests of one concept, and the notebook of that name where there is one
# make notebooks  run every notebook again and store it, normalized and sealed
# make lint       ruff
# make serve      the built book on http://localhost:8000
# make practice   the readers' edition of the notebooks, to work in: practice/, which no test reads
# make seeds      run the notebooks with three other seeds, and list what fails (C=linear: that one; SHIFTS=4,5,6)
# make bands      run them with N=20 seeds, and print mean and range of every measured number (C=linear: that one)
# make mutants    change the package's formulas a little: do the tests of the equations notice? (C=linear: that concept)
# make colab      rebuild Colab's environment, some gigabytes: every notebook runs there, and dlpath changes nothing else
# make times      record how long each notebook takes, in benchmarks/results/notebooks.json
# make clean      remove what make made, .venv included
#
# Each sets itself up in .venv first. PYTHON=python3.12 names the Python to use; THREADS=2 allows more threads.

THREADS ?= 1
WORKERS ?= 2
PORT ?= 8000
SHIFTS ?= 1,2,3
N ?= 20
CHOSEN = $(if $(C),$(wildcard notebooks/*/$(C).ipynb),notebooks)
PY := .venv/bin/python
SOURCES := $(shell find book notebooks src tools _config.yml _toc.yml -type f -not -path '*/__pycache__/*' \
	-not -path '*.egg-info/*' -not -path '*/.ipynb_checkpoints/*' 2>/dev/null)

# Two processes of two threads each on two cores take nine times as long as of one each. TensorFlow has its own names.
export OMP_NUM_THREADS = $(THREADS)
export TF_NUM_INTRAOP_THREADS = $(THREADS)
export TF_NUM_INTEROP_THREADS = $(THREADS)

.PHONY: book test check notebooks practice seeds bands mutants colab lint serve times clean setup
.DEFAULT_GOAL := book

setup:
	@PYTHON="$(PYTHON)" tools/setup.sh

book: _build/book.stamp
	@echo "The book is in _build/html: open _build/html/index.html"

# Sphinx does not repeat its warnings about pages that it does not read again. So a build that fails leaves nothing to
# build upon, and the next one reads everything; what a change breaks on a page that it does not touch, WHOLE=1 finds.
_build/book.stamp: $(SOURCES) requirements.txt pyproject.toml $(if $(WHOLE),whole) | setup
	.venv/bin/jupyter-book build $(if $(WHOLE),--all) --warningiserror --nitpick --keep-going . \
		|| { rm -rf _build/.doctrees _build/book.stamp; exit 1; }
	@touch $@

.PHONY: whole
whole:

test: setup _build/book.stamp
	$(PY) -m pytest -n $(WORKERS) --dist loadgroup tests
	$(PY) -m pytest -n $(WORKERS) --dist loadfile --nbval notebooks

# The tests of one name, wherever they are: its file, its exercises, its places in the book, its notebook.
CHECKED = $(wildcard tests/test_$(C).py notebooks/*/$(C).ipynb) \
	$(if $(wildcard src/dlpath/exercises/$(C).py),$(wildcard tests/test_exercises*.py)) tests/test_book_concepts.py

check: setup
	$(if $(wildcard tests/test_$(C).py notebooks/*/$(C).ipynb),,$(error make check C=linear: no concept or notebook is called "$(C)"))
	$(PY) -m pytest -q --nbval $(CHECKED) -k "$(C)"

notebooks: setup
	$(PY) tools/notebooks.py notebooks

practice: setup
	$(PY) tools/practice.py

seeds: setup
	WORKERS=$(WORKERS) $(PY) tools/seeds.py --shifts $(SHIFTS) $(CHOSEN)

bands: setup
	WORKERS=$(WORKERS) $(PY) tools/seeds.py --bands $(N) $(CHOSEN)

mutants: setup
	$(PY) tools/mutants.py $(C)

colab: setup
	$(PY) tools/colab.py $(if $(C),$(CHOSEN))

lint: setup
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

serve: book
	$(PY) -m http.server --directory _build/html $(PORT)

times: setup
	$(PY) tools/notebooks.py --times benchmarks/results/notebooks.json notebooks

clean:
	rm -rf _build .venv .pytest_cache .ruff_cache .hypothesis src/*.egg-info
