#!/bin/sh
# Installs axe-core, which the accessibility tests run, into node_modules/ (not kept in git).
set -eu
cd "$(dirname "$0")/../.."
version=4.14.1
if grep -qs "\"version\": \"$version\"" node_modules/axe-core/package.json; then
  exit 0
fi
npm install --no-save --no-package-lock --no-audit --no-fund --loglevel=error --prefix . "axe-core@$version"
