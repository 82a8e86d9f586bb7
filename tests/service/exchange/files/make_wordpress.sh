#!/bin/sh
# How `wordpress.xml` was made: by WordPress 6.1's own `export_wp`, with texts of ours.
# Debian: apt install wordpress wordpress-l10n php8.2-cli php8.2-mysql php8.2-xml php8.2-mbstring mariadb-server
# Then: ./make_wordpress.sh FOLDER > wordpress.xml
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
folder=$1
mkdir -p "$folder"
cp -rL /usr/share/wordpress "$folder/wordpress"
mariadb-install-db --no-defaults --user=nobody --datadir="$folder/db" --auth-root-authentication-method=normal >/dev/null
chown -R nobody "$folder/db"
mariadbd --no-defaults --user=nobody --skip-networking --datadir="$folder/db" --socket="$folder/db/socket" \
    --pid-file="$folder/db/pid" 2>"$folder/db.log" &
database=$!
trap 'kill $database; wait $database || true' EXIT
until mariadb --no-defaults --user=root --socket="$folder/db/socket" -e 'CREATE DATABASE wordpress' 2>/dev/null; do
    kill -0 $database
done
SOCKET="$folder/db/socket" WORDPRESS="$folder/wordpress" php8.2 -d display_errors=stderr "$here/make_wordpress.php"
