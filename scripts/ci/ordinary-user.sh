#!/usr/bin/env bash
# As root: the empty-clone promise for an ordinary user. A fresh clone in a folder of that user's, an empty state
# folder, `npm ci && npm start` ready within a minute, and the tests of the embedded Postgres and the process.
set -euo pipefail
work=${1:?a working folder}
[ "$(id -u)" = 0 ] || { echo 'not root: this run is an ordinary user already'; exit 0; }
account=nobody
home=$work/home
chmod 755 "$work"
git clone -q . "$home/tagway"
chown -R "$account" "$home"
# Not a function: a background job must be the command itself, so that it can be stopped by its number.
as_user=(setpriv --reuid="$account" --regid="$(id -g "$account")" --clear-groups env HOME="$home")
cd "$home/tagway"
begun=$SECONDS
"${as_user[@]}" npm ci --no-audit --no-fund >"$work/user-ci.log" 2>&1 || { tail -30 "$work/user-ci.log"; exit 1; }
"${as_user[@]}" TAGWAY_PORT=0 npm start >"$work/user-start.log" 2>&1 &
npm_pid=$!
trap 'kill -TERM $npm_pid 2>/dev/null' EXIT
until grep -q '^Tagway is ready' "$work/user-start.log"; do
  kill -0 $npm_pid 2>/dev/null || { cat "$work/user-start.log"; exit 1; }
  # A minute is promised with a warm npm cache; this account has none yet.
  [ $((SECONDS - begun)) -lt 240 ] || { echo 'not ready within 240 s'; cat "$work/user-start.log"; exit 1; }
  sleep 0.2
done
echo "ready $((SECONDS - begun)) s after npm ci began, as $account"
kill -TERM $npm_pid
wait $npm_pid
trap - EXIT
echo 'stopped with 0'
# In a folder of that user's; what is outside is root's.
status=0
"${as_user[@]}" node node_modules/.bin/jest test/postgres test/process/lifecycle --json --outputFile="$home/tests.json" 2>&1 || status=$?
cp "$home/tests.json" "$work/ordinary-user.json"
exit $status
