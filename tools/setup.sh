#!/bin/sh
# Make .venv with everything that requirements.txt names.
# Does nothing while requirements.txt, pyproject.toml and the Python in use are what they were the last time.
set -eu
cd "$(dirname "$0")/.."

suits='import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))'
python=
if [ -n "${PYTHON:-}" ]; then
    set -- "$PYTHON" # one path, spaces included
else
    set -- .venv/bin/python python3 python3.13 python3.12 python3.11
fi
for candidate in "$@"; do
    if "$candidate" -c "$suits" 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "No usable Python: the book needs 3.11, 3.12 or 3.13 with venv (Debian: apt-get install python3-venv)." >&2
    echo "Looked at: $*. Name another: make PYTHON=/path/to/python" >&2
    exit 1
fi

version=$("$python" -c 'import platform; print(platform.python_version())')
key="$version $(cat requirements.txt pyproject.toml | cksum)"
stamp=.venv/installed-for
if [ -e "$stamp" ] && [ "$(cat "$stamp")" = "$key" ]; then
    exit 0
fi

if [ "$(.venv/bin/python -c 'import platform; print(platform.python_version())' 2>/dev/null || true)" != "$version" ]; then
    echo "Making .venv with Python $version."
    "$python" -m venv --clear .venv
fi
echo "Installing what requirements.txt pins into .venv. The first time it takes some minutes."
.venv/bin/python -m pip install --disable-pip-version-check -r requirements.txt
echo "$key" >"$stamp"
