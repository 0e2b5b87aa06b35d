#!/bin/sh
# Hands the database password over to libpq. It comes as a file (a secret), so that it stands in no image, no compose
# file and no list of processes.
set -eu
if [ -n "${DATABASE_PASSWORD_FILE:-}" ]; then
    PGPASSWORD=$(cat "$DATABASE_PASSWORD_FILE")
    export PGPASSWORD
fi
exec "$@"
