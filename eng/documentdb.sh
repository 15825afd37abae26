#!/usr/bin/env bash
# A real MongoDB-compatible engine for tests: DocumentDB 1.0, an extension of PostgreSQL 18.
# Debian has it as a package only from forky on, whose libc is newer than bookworm's: hence a chroot, built once and cached.
#
#   eng/documentdb.sh up       builds the chroot if needed (about 90 s, 700 MB), starts the engine on 127.0.0.1:27900
#   eng/documentdb.sh down     stops it
#   eng/documentdb.sh status   says whether it answers; exit code 0 or 1
#
# DOCUMENTDB_ROOT (default /var/cache/strokecare/documentdb) and DOCUMENTDB_PORT (27900) move it.
# Exit code 3: this machine cannot run it (not root, not Debian); the engine tests will be skipped.
set -euo pipefail

root=${DOCUMENTDB_ROOT:-/var/cache/strokecare/documentdb}
port=${DOCUMENTDB_PORT:-27900}
bin=/usr/lib/postgresql/18/bin

log() { echo "documentdb: $*" >&2; }

cannot() {
  log "$*: engine tests will be skipped"
  exit 3
}

require_debian_root() {
  [[ $(id -u) == 0 ]] || cannot "needs root for its chroot"
  command -v apt-get >/dev/null && [[ -f /etc/debian_version ]] || cannot "needs Debian"
}

as_postgres() { chroot "$root" su postgres -c "$*"; }

answers() { [[ -x $root$bin/pg_isready ]] && chroot "$root" "$bin/pg_isready" -q -h 127.0.0.1 -p "$port"; }

running() { as_postgres "$bin/pg_ctl -D /pgdata status" >/dev/null 2>&1; }

install_mmdebstrap() {
  command -v mmdebstrap >/dev/null && return
  log "installing mmdebstrap"
  apt-get update -q >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q mmdebstrap >&2
}

unmount() {
  local mounted
  for mounted in dev/shm proc; do
    ! mountpoint -q "$root/$mounted" || umount "$root/$mounted"
  done
}

# The marker is written last, so a build that was cut short is thrown away and begun again.
build() {
  [[ ! -f $root/.ready ]] || return 0
  install_mmdebstrap
  log "building $root, about 90 seconds"
  unmount
  rm -rf "$root"
  mkdir -p "$(dirname "$root")"
  # The mirror's Release file of forky can be past its date, which apt refuses unless told otherwise.
  mmdebstrap --quiet --mode=root --variant=apt --aptopt='Acquire::Check-Valid-Until "false"' \
    --include=postgresql-18-documentdb forky "$root" >&2
  chroot "$root" install -d -m 700 -o postgres /pgdata
  as_postgres "$bin/initdb -D /pgdata -A trust -U postgres" >/dev/null
  touch "$root/.ready"
}

# Ours alone, in a file of its own: a cached cluster picks up a change on its next start. fsync stays on: an answered write is on disk.
configure() {
  cat >"$root/pgdata/strokecare.conf" <<CONF
shared_preload_libraries = 'pg_cron,pg_documentdb_core,pg_documentdb'
cron.database_name = 'postgres'
listen_addresses = '127.0.0.1'
unix_socket_directories = '/tmp'
max_connections = 250
shared_buffers = '256MB'
documentdb.defaultCursorExpiryTimeLimitSeconds = 600
CONF
  grep -q strokecare.conf "$root/pgdata/postgresql.conf" ||
    echo "include 'strokecare.conf'" >>"$root/pgdata/postgresql.conf"
}

mount_needed() {
  mountpoint -q "$root/proc" || mount --bind /proc "$root/proc"
  mkdir -p "$root/dev/shm"
  mountpoint -q "$root/dev/shm" || mount -t tmpfs -o size=1g tmpfs "$root/dev/shm"
}

start() {
  configure
  # After a reboot the pid file names a process that is not ours; PostgreSQL sees that by itself unless the number is taken.
  if [[ -f $root/pgdata/postmaster.pid ]] && ! running; then
    rm -f "$root/pgdata/postmaster.pid"
  fi
  running || as_postgres "$bin/pg_ctl -D /pgdata -o '-p $port' -l /tmp/pg.log -w -t 60 start" >/dev/null ||
    { tail -n 20 "$root/tmp/pg.log" >&2; exit 1; }
  as_postgres "PGOPTIONS='-c client_min_messages=error' psql -q -X -v ON_ERROR_STOP=1 -h 127.0.0.1 -p $port \
    -c 'CREATE EXTENSION IF NOT EXISTS documentdb CASCADE'"
}

up() {
  require_debian_root
  mkdir -p "$(dirname "$root")"
  exec 9>"$root.lock"
  flock 9
  if ! answers; then
    build
    mount_needed
    start 9>&-
  fi
  echo "DocumentDB is up on 127.0.0.1:$port"
}

down() {
  require_debian_root
  [[ -d $root ]] || return 0
  exec 9>"$root.lock"
  flock 9
  ! running || as_postgres "$bin/pg_ctl -D /pgdata -m fast -w stop" >/dev/null
  unmount
  echo "DocumentDB is down"
}

status() {
  if answers; then
    echo "DocumentDB is up on 127.0.0.1:$port"
  else
    echo "DocumentDB is down"
    return 1
  fi
}

case ${1:-} in
  up | down | status) "$1" ;;
  *)
    sed -n '2,11s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
