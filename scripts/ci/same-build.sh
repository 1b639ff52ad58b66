#!/usr/bin/env bash
# Builds this commit twice, in two folders of different names, and compares every file: an image of the same commit and base
# then has the same bytes. $1: a folder for both.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
for name in first another-one; do
  mkdir -p "$1/$name"
  git -C "$root" archive HEAD | tar -x -C "$1/$name"
  ln -s "$root/node_modules" "$1/$name/node_modules"
  (cd "$1/$name" && node scripts/build/main.mjs)
done
# What tsc notes for its next run is left out of the image.
diff -r --exclude=.tsbuildinfo "$1/first/dist" "$1/another-one/dist"
echo "$(find "$1/first/dist" -type f | wc -l) files are the same"
