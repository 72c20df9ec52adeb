#!/bin/sh
# Write requirements.txt from pyproject.toml: exact pins for every extra, on Python 3.11 to 3.13 and every system.
# Pins that still fit are kept; `tools/lock.sh --upgrade` takes the newest, `--upgrade-package NAME` only that one.
# CUDA's libraries are left out: pip fetches them where PyTorch's GPU build asks for them, and nobody else has a use.
set -eu
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check uv
grep -v '^#\|^-e' requirements.txt >"$folder/pins" || true
"$folder/venv/bin/uv" pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
    --no-header --no-annotate --quiet "$@" --output-file "$folder/pins" >/dev/null
{
    cat <<'HEAD'
# What the book is built and tested with, exactly: written by tools/lock.sh from pyproject.toml, not by hand.
# pyproject.toml has the ranges that dlpath itself works with. These pins install on Python 3.11, 3.12 and 3.13.
# On Linux, PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu gets the CPU build of torch; without it pip also
# fetches CUDA's libraries.
HEAD
    grep -v '^nvidia-\|^cuda-\|^triton==' "$folder/pins"
    echo "-e ."
} >"$folder/requirements"
cat "$folder/requirements" >requirements.txt
