#!/usr/bin/env bash
# A real MongoDB-compatible engine for tests: DocumentDB 1.0, an extension of PostgreSQL 18.
# Debian has it as a package only from forky on, whose libc is newer than bookworm's: hence a chroot, built once and cached.
#
#   eng/documentdb.sh up       builds the chroot if needed (about 90 s, 700 MB), starts the engine on 127.0.0.1:27900
#   eng/documentdb.sh down     stops it
#   eng/documentdb.sh status   says whether it answers; exit code 0 or 1
#
# DOCUMENTDB_ROOT (default /var/cache/strokecare/documentdb) and DOCUMENTDB_PORT (27900) move it; DOCUMENTDB_DATA (pgdata)
# names its data inside: with a name and a port of its own a second engine runs beside the first.
# Exit code 3: this machine cannot run it (not root, not Debian); the engine tests will be skipped.
set -euo pipefail

root=${DOCUMENTDB_ROOT:-/var/cache/strokecare/documentdb}
port=${DOCUMENTDB_PORT:-27900}
data=${DOCUMENTDB_DATA:-pgdata}
bin=/usr/lib/postgresql/18/bin
server_log=/tmp/pg${data#pgdata}.log

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

# By where the process stands: after a reboot or a kill, pg_ctl takes another program's number, or a dead process nobody waited for, for the server.
running() {
  local pid
  pid=$(head -n 1 "$root/$data/postmaster.pid" 2>/dev/null) &&
    [[ $(readlink "/proc/$pid/cwd" 2>/dev/null) == "$(realpath "$root")/$data" ]]
}

# Whether any engine stands in the chroot: another one needs what is mounted there.
occupied() {
  local place
  for place in /proc/[0-9]*/cwd; do
    [[ $(readlink "$place" 2>/dev/null) != "$(realpath "$root")"/* ]] || return 0
  done
  return 1
}

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
  initialise pgdata
  touch "$root/.ready"
}

initialise() {
  chroot "$root" install -d -m 700 -o postgres "/$1"
  as_postgres "$bin/initdb -D /$1 -A trust -U postgres" >/dev/null
}

# Likewise, where a second engine is asked for.
initialise_second() {
  [[ $data != pgdata && ! -f $root/.ready-$data ]] || return 0
  rm -rf "${root:?}/$data"
  initialise "$data"
  touch "$root/.ready-$data"
}

# Ours alone, in a file of its own. Succeeds when nothing changed, so that a cached cluster is restarted on a new setting only.
# - fsync stays on: an answered write is on disk.
# - extended_rum is the index method that can read in order; without it every sorted page reads and sorts all matches.
# - Statistics follow a bulk load within a second or two, and pages in memory cost little: plans are then what MongoDB would choose.
configure() {
  local file=$root/$data/strokecare.conf wanted
  wanted="shared_preload_libraries = 'pg_cron,pg_documentdb_core,pg_documentdb_extended_rum,pg_documentdb'
documentdb.alternate_index_handler_name = 'extended_rum'
documentdb.defaultCursorExpiryTimeLimitSeconds = 600
cron.database_name = 'postgres'
listen_addresses = '127.0.0.1'
unix_socket_directories = '/tmp'
max_connections = 300
shared_buffers = '256MB'
random_page_cost = 1
autovacuum_naptime = '1s'"
  grep -q strokecare.conf "$root/$data/postgresql.conf" ||
    echo "include 'strokecare.conf'" >>"$root/$data/postgresql.conf"
  [[ $(cat "$file" 2>/dev/null) != "$wanted" ]] || return 0
  echo "$wanted" >"$file"
  return 1
}

mount_needed() {
  mountpoint -q "$root/proc" || mount --bind /proc "$root/proc"
  mkdir -p "$root/dev/shm"
  mountpoint -q "$root/dev/shm" || mount -t tmpfs -o size=1g tmpfs "$root/dev/shm"
}

stop() { ! running || as_postgres "$bin/pg_ctl -D /$data -m fast -w stop" >/dev/null; }

start_server() { as_postgres "$bin/pg_ctl -D /$data -o '-p $port' -l $server_log -w -t 60 start" >/dev/null 2>&1; }

start() {
  # Once more after a pause: the last backends of a killed server take a moment to notice and let go of its memory.
  if ! running; then
    rm -f "$root/$data/postmaster.pid"
    start_server || { sleep 3 && rm -f "$root/$data/postmaster.pid" && start_server; } ||
      { tail -n 20 "$root$server_log" >&2; exit 1; }
  fi
  as_postgres "PGOPTIONS='-c client_min_messages=error' psql -q -X -v ON_ERROR_STOP=1 -h 127.0.0.1 -p $port \
    -c 'CREATE EXTENSION IF NOT EXISTS documentdb CASCADE' -c 'CREATE EXTENSION IF NOT EXISTS documentdb_extended_rum CASCADE'"
}

up() {
  require_debian_root
  mkdir -p "$(dirname "$root")"
  exec 9>"$root.lock"
  flock 9
  build
  mount_needed
  initialise_second
  configure || stop
  answers || start 9>&-
  echo "DocumentDB is up on 127.0.0.1:$port"
}

down() {
  require_debian_root
  [[ -d $root ]] || return 0
  exec 9>"$root.lock"
  flock 9
  stop
  occupied || unmount
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
    sed -n '2,12s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
