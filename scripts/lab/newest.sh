#!/usr/bin/env bash
# The newest Keystone and Glance of PyPI on loopback, in a virtual environment and on a Postgres in a folder of their
# own, beside whatever Debian has. Stays in the foreground; Ctrl-C stops it. Again with the same folder it goes on
# where it was. The first time takes about two minutes, most of them pip's.
#   LAB_FOLDER       where it lives (default: a new temporary folder)
#   LAB_PORT         of Keystone, 5001
#   LAB_GLANCE_PORT  29393
#   LAB_PASSWORD     of every user it makes (default: labpass)
#   LAB_PYTHON       3.11 or newer (default: python3.11)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=${LAB_FOLDER:-$(mktemp -d "${TMPDIR:-/tmp}/newest-lab.XXXXXX")}
port=${LAB_PORT:-5001}
glance_port=${LAB_GLANCE_PORT:-29393}
password=${LAB_PASSWORD:-labpass}
url=http://127.0.0.1:$port/v3
venv=$folder/venv

. "$here/keystone-made.sh"
mkdir -p "$folder"/{images,staging,work,lock,glance}
make_key_folders
# newest.txt names every version: what libraries say (WebOb, jsonschema) is part of the answers.
if ! cmp -s "$here/newest.txt" "$venv/installed.txt"; then
  "${LAB_PYTHON:-python3.11}" -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --prefer-binary -r "$here/newest.txt" >&2
  cp "$here/newest.txt" "$venv/installed.txt"
fi

# Its old version does not know today's dnspython.
export EVENTLET_NO_GREENDNS=yes
umask 077
# The databases live for as long as this script holds their standard input.
coproc DATABASE { cd "$here/../.." && exec node --import tsx scripts/lab/keystone-database.ts "$folder/database" keystone glance; }
read -r keystone_database <&"${DATABASE[0]}"
read -r glance_database <&"${DATABASE[0]}"
echo "${glance_database/+psycopg2/}" >"$folder/glance-database"
{
  keystone_settings "$keystone_database" "${LAB_TOKEN_SECONDS:-86400}"
  cat <<CONF
[cache]
enabled = true
# Pickled: Keystone changes what it was given by its cache.
backend = dogpile.cache.memory_pickle
[identity]
password_hash_rounds = 4
CONF
} >"$folder/keystone.conf"
# Defaults but for addresses: secure RBAC is one of them.
cat >"$folder/glance/glance-api.conf" <<CONF
[DEFAULT]
log_file = $folder/glance.log
node_staging_uri = file://$folder/staging/
worker_self_reference_url = http://127.0.0.1:$glance_port
[database]
connection = $glance_database
[glance_store]
filesystem_store_datadir = $folder/images
[task]
work_dir = $folder/work
[keystone_authtoken]
www_authenticate_uri = http://127.0.0.1:$port
auth_url = http://127.0.0.1:$port
auth_type = password
interface = public
project_domain_name = Default
user_domain_name = Default
project_name = service
username = tagway
password = $password
[paste_deploy]
flavor = keystone
config_file = $venv/etc/glance/glance-api-paste.ini
[oslo_concurrency]
lock_path = $folder/lock
CONF

if [ ! -e "$folder/made" ]; then
  make_keystone "$venv/bin/keystone-manage" --config-file "$folder/keystone.conf"
  glance_manage=("$venv/bin/glance-manage" --config-file "$folder/glance/glance-api.conf")
  logged "${glance_manage[@]}" db_sync
  logged "${glance_manage[@]}" db_load_metadefs "$venv/etc/glance/metadefs"
  touch "$folder/made"
fi

# One process: its cache is its memory.
OS_KEYSTONE_CONFIG_DIR=$folder "$venv/bin/python" "$here/serve-keystone.py" "$port" >"$folder/serve-keystone.log" 2>&1 &
keystone=$!
OS_GLANCE_CONFIG_DIR=$folder/glance "$venv/bin/python" "$here/serve-glance.py" "$glance_port" >"$folder/serve-glance.log" 2>&1 &
glance=$!
trap 'kill -TERM $keystone $glance 2>/dev/null; wait $keystone $glance 2>/dev/null; exit 0' INT TERM
node "$here/keystone-people.mjs" "$url" "$password" "$keystone" ||
  { tail -n 20 "$folder/serve-keystone.log" >&2; kill $keystone $glance; exit 1; }
until curl -s -o "$folder/versions" "http://127.0.0.1:$glance_port/"; do
  kill -0 $glance 2>/dev/null || { tail -n 20 "$folder/serve-glance.log" >&2; kill $keystone; exit 1; }
  sleep 0.3
done
cat <<READY
Keystone is ready at $url and Glance at http://127.0.0.1:$glance_port, processes $keystone and $glance, in $folder
  users as those of keystone.sh; every password is "$password". To play all recorded cases:
  LAB_FOLDER=$folder LAB_PORT=$port LAB_GLANCE_PORT=$glance_port LAB_PASSWORD=$password npm run lab:record
READY
wait $keystone $glance
