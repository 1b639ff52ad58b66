#!/usr/bin/env bash
# As root: a clone in a folder that only root may enter, as /root is on a fresh machine. The embedded Postgres, which
# runs under another account, must still start, and the tests that depend on it must pass.
set -euo pipefail
work=${1:?a working folder}
[ "$(id -u)" = 0 ] || { echo 'not root: no folder is closed to all other accounts'; exit 0; }
home=$work/roots-home
mkdir -m 0700 "$home"
git clone -q . "$home/tagway"
cd "$home/tagway"
npm ci --no-audit --no-fund >"$work/root-ci.log" 2>&1 || { tail -30 "$work/root-ci.log"; exit 1; }
node node_modules/.bin/jest test/postgres test/process test/commands test/storage/backup \
  --json --outputFile="$work/roots-home.json" 2>&1
