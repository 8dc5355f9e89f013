#!/bin/sh
# Proves that the last commit installs in a bare tree: empty home, no compiler, wheels and pure sources only.
set -eu

cd "$(dirname "$0")/.."
bare=$(mktemp -d)
trap 'rm -rf "$bare"' EXIT
git clone --quiet . "$bare/tree"
mkdir "$bare/home"
cd "$bare/tree"

# CC=false: whatever would be compiled fails here as it does on a machine without gcc.
in_bare_tree() { env -i PATH=/usr/bin:/bin HOME="$bare/home" CC=false CXX=false "$@"; }

in_bare_tree make --no-print-directory setup
in_bare_tree .venv/bin/bazaar --version
in_bare_tree .venv/bin/pytest -q tests/test_packaging.py tests/net -k "packaging or c14"
