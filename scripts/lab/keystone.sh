#!/usr/bin/env bash
# A real Keystone on loopback for trying Tagway with it: Debian's own, on a Postgres in a folder of its own. Stays
# in the foreground; Ctrl-C stops it. Again with the same folder it goes on where it was.
#   LAB_FOLDER    where it lives (default: a new temporary folder)
#   LAB_PORT      5000
#   LAB_PASSWORD  of every user it makes (default: labpass)
# Needs Debian's packages named below; as root it installs them.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=${LAB_FOLDER:-$(mktemp -d "${TMPDIR:-/tmp}/keystone-lab.XXXXXX")}
port=${LAB_PORT:-5000}
password=${LAB_PASSWORD:-labpass}
url=http://127.0.0.1:$port/v3
packages=(python3-keystone python3-psycopg2 python3-memcache memcached uwsgi-core uwsgi-plugin-python3)

if ! dpkg -s "${packages[@]}" >/dev/null 2>&1; then
  [ "$(id -u)" = 0 ] || { echo "needs: apt-get install ${packages[*]}" >&2; exit 1; }
  export DEBIAN_FRONTEND=noninteractive
  apt-get -o DPkg::Lock::Timeout=600 update -qq
  apt-get -o DPkg::Lock::Timeout=600 install -y -qq --no-install-recommends "${packages[@]}" >&2
fi

. "$here/keystone-made.sh"
make_key_folders
umask 077
# The database lives for as long as this script holds its standard input.
coproc DATABASE { cd "$here/../.." && exec node --import tsx scripts/lab/keystone-database.ts "$folder/database"; }
read -r database <&"${DATABASE[0]}"
{
  keystone_settings "$database" "${LAB_TOKEN_SECONDS:-3600}"
  cat <<CONF
[cache]
enabled = true
backend = dogpile.cache.memcached
memcache_servers = unix:$folder/memcached.sock
CONF
} >"$folder/keystone.conf"
if [ ! -e "$folder/made" ]; then
  make_keystone keystone-manage --config-file "$folder/keystone.conf"
  touch "$folder/made"
fi

# Without its cache Keystone takes a second for a token.
rm -f "$folder/memcached.sock"
memcached -u "$(id -un)" -s "$folder/memcached.sock" -m 32 &
cache=$!
uwsgi=$(command -v uwsgi-core || command -v uwsgi)
export OS_KEYSTONE_CONFIG_DIR=$folder
# uWSGI closes each connection without a word, which clients that keep connections take for a fault: it must say so.
# No threads: Keystone's middleware keeps the token of a request in itself, and would decide by that of another.
"$uwsgi" --plugins python3 --master --die-on-term --lazy-apps --need-app --http-socket "127.0.0.1:$port" \
  --add-header "Connection: close" --buffer-size 65535 --processes 4 --disable-logging \
  --wsgi-file "$(command -v keystone-wsgi-public)" >"$folder/uwsgi.log" 2>&1 &
server=$!
trap 'kill -TERM $server $cache 2>/dev/null; wait $server 2>/dev/null; exit 0' INT TERM
node "$here/keystone-people.mjs" "$url" "$password" "$server" || { tail -n 20 "$folder/uwsgi.log" >&2; kill $server; exit 1; }
cat <<READY
Keystone is ready at $url, process $server, in $folder
  users admin (project admin), alice and carol (member of alpha), reader-user (reader of alpha), bob (member of beta),
  tagway (service user of project service); every password is "$password". Then, for example:
  TAGWAY_IDENTITY=keystone TAGWAY_KEYSTONE_URL=$url TAGWAY_KEYSTONE_USER=tagway TAGWAY_KEYSTONE_PASSWORD=$password npm start
READY
wait $server
kill $cache
