#!/bin/sh
# Renews the locks: exact versions with hashes, for every platform, without naming a package host.
set -eu

cd "$(dirname "$0")/.."
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
"${PYTHON:-python3}" -m venv "$tools"
"$tools/bin/pip" install --quiet uv

compile() {
    "$tools/bin/uv" pip compile --quiet --no-config --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate \
        --custom-compile-command "make lock" "$@"
}

compile packaging/build.in --output-file packaging/build.lock "$@"
compile pyproject.toml --extra gui --override packaging/overrides.txt \
    --constraint packaging/build.lock --output-file packaging/requirements.lock "$@"
compile pyproject.toml --extra gui --extra dev --override packaging/overrides.txt \
    --constraint packaging/build.lock --constraint packaging/requirements.lock \
    --output-file packaging/requirements-dev.lock "$@"
