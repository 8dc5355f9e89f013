#!/bin/sh
# Brings the packages of the independent peer, once; without them its tests are skipped.
cd "$(dirname "$0")" || exit 0
missing() { echo "interop: $1; the independent peer is left out" >&2; exit 0; }

cmp -s package-lock.json node_modules/.brought && exit 0
rm -rf node_modules
command -v npm >/dev/null || missing "there is no npm"
npm ci --silent --fetch-retries=1 --fetch-timeout=20000 >/dev/null 2>&1 ||
    missing "npm could not bring its packages"
cp package-lock.json node_modules/.brought
