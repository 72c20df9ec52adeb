# make book       the HTML, in _build/html (any warning fails)
# make test       unit tests, strict nbval on every notebook, and the built book in a browser where there is one
# make notebooks  run every notebook again and store it, normalized and sealed
# make lint       ruff
# make serve      the built book on http://localhost:8000
# make practice   the readers' edition of the notebooks, to work in: practice/, which no test reads
# make seeds      run the notebooks with three other seeds, and list what fails (C=linear: that one; SHIFTS=4,5,6)
# make bands      run them with N=20 seeds, and print mean and range of every measured number (C=linear: that one)
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
BROWSER := $(or $(DLPATH_CHROMIUM),$(shell command -v chromium || command -v chromium-browser || command -v google-chrome))
SOURCES := $(shell find book notebooks src tools _config.yml _toc.yml -type f -not -path '*/__pycache__/*' \
	-not -path '*.egg-info/*' -not -path '*/.ipynb_checkpoints/*' 2>/dev/null)

# Two processes of two threads each on two cores take nine times as long as of one each. TensorFlow has its own names.
export OMP_NUM_THREADS = $(THREADS)
export TF_NUM_INTRAOP_THREADS = $(THREADS)
export TF_NUM_INTEROP_THREADS = $(THREADS)

.PHONY: book test notebooks practice seeds bands lint serve times clean setup
.DEFAULT_GOAL := book

setup:
	@PYTHON="$(PYTHON)" tools/setup.sh

book: _build/book.stamp
	@echo "The book is in _build/html: open _build/html/index.html"

# Everything is built anew, because Sphinx does not repeat its warnings about pages that it does not read again.
_build/book.stamp: $(SOURCES) requirements.txt pyproject.toml | setup
	.venv/bin/jupyter-book build --all --warningiserror --nitpick --keep-going .
	@touch $@

test: setup $(if $(BROWSER),_build/book.stamp)
	$(PY) -m pytest -n $(WORKERS) --dist loadfile --nbval tests notebooks

notebooks: setup
	$(PY) tools/notebooks.py notebooks

practice: setup
	$(PY) tools/practice.py

seeds: setup
	WORKERS=$(WORKERS) $(PY) tools/seeds.py --shifts $(SHIFTS) $(CHOSEN)

bands: setup
	WORKERS=$(WORKERS) $(PY) tools/seeds.py --bands $(N) $(CHOSEN)

lint: setup
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

serve: book
	$(PY) -m http.server --directory _build/html $(PORT)

times: setup
	$(PY) tools/notebooks.py --times benchmarks/results/notebooks.json notebooks

clean:
	rm -rf _build .venv .pytest_cache .ruff_cache .hypothesis src/*.egg-info
