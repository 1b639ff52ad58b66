#!/usr/bin/env bash
# As root: the whole suite in a clone in a folder that only root may enter, as /root is on a fresh machine. The embedded
# Postgres, which runs under another account, must still start.
set -euo pipefail
work=${1:?a working folder}
home=$work/roots-home
mkdir -m 0700 "$home"
git clone -q . "$home/tagway"
cd "$home/tagway"
npm ci --no-audit --no-fund >"$work/root-ci.log" 2>&1 || { tail -30 "$work/root-ci.log"; exit 1; }
node node_modules/.bin/jest --json --outputFile="$work/roots-home.json" 2>&1
