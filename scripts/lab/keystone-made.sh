# For keystone.sh and newest.sh, which set folder, password and url.

make_key_folders() {
  mkdir -p "$folder/fernet" "$folder/credential"
  # The Postgres of a root's lab runs as another user, below this folder.
  chmod 711 "$folder"
  chmod 700 "$folder/fernet" "$folder/credential"
}

# All but the cache. Arguments: the database's URL, the seconds for which tokens are valid.
keystone_settings() {
  cat <<CONF
[DEFAULT]
log_file = $folder/keystone.log
[database]
connection = $1
[token]
provider = fernet
expiration = $2
[fernet_tokens]
key_repository = $folder/fernet
[credential]
key_repository = $folder/credential
[catalog]
caching = false
CONF
}

# Arguments: keystone-manage with its settings. Writes a log; shows its end if a command fails.
make_keystone() {
  local owner=(--keystone-user "$(id -un)" --keystone-group "$(id -gn)")
  logged "$@" db_sync
  logged "$@" fernet_setup "${owner[@]}"
  logged "$@" credential_setup "${owner[@]}"
  logged "$@" bootstrap --bootstrap-username admin --bootstrap-password "$password" --bootstrap-project-name admin \
    --bootstrap-region-id RegionOne --bootstrap-public-url "$url"
}

logged() {
  "$@" >>"$folder/manage.log" 2>&1 || { tail -n 5 "$folder/manage.log" >&2; exit 1; }
}
