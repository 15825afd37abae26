#!/usr/bin/env bash
# A private PostgreSQL cluster for tests, apart from any the machine runs already.
#
#   eng/postgres.sh up       makes and starts it on 127.0.0.1:55432, prints its URL
#   eng/postgres.sh down     stops it
#   eng/postgres.sh status   says whether it answers; exit code 0 or 1
#
# STROKECARE_PG_DATA (default /var/cache/strokecare/postgres) and STROKECARE_PG_PORT (55432) move it.
# Exit code 3: no PostgreSQL here and no way to install one (not root, not Debian); the engine tests will be skipped.
set -euo pipefail

data=${STROKECARE_PG_DATA:-/var/cache/strokecare/postgres}
port=${STROKECARE_PG_PORT:-55432}
role=strokecare_test

log() { echo "postgres: $*" >&2; }

cannot() {
  log "$*: engine tests will be skipped"
  exit 3
}

# The newest installed version, or none.
find_bin() { bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1); }

require_postgres() {
  [[ $(id -u) == 0 ]] || cannot "needs root to run as user postgres"
  find_bin
  if [[ ! -x ${bin:-}/initdb ]]; then
    command -v apt-get >/dev/null && [[ -f /etc/debian_version ]] || cannot "needs Debian, or PostgreSQL under /usr/lib/postgresql"
    log "installing postgresql"
    apt-get update -q >&2
    # The package would start a cluster of its own on 5432, which nobody asked for.
    mkdir -p /etc/postgresql-common/createcluster.d
    echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.d/strokecare.conf
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q postgresql >&2
    find_bin
  fi
}

as_postgres() { (cd / && runuser -u postgres -- "$@"); }

answers() { "$bin/pg_isready" -q -h 127.0.0.1 -p "$port"; }

# By where the process stands: after a reboot or a kill, pg_ctl takes another program's number, or a dead process nobody waited for, for the server.
running() {
  local pid
  pid=$(head -n 1 "$data/postmaster.pid" 2>/dev/null) &&
    [[ $(readlink "/proc/$pid/cwd" 2>/dev/null) == "$(realpath "$data")" ]]
}

url() { echo "postgresql://$role@127.0.0.1:$port/postgres"; }

# The marker is written last, so a cluster that was cut short is thrown away and begun again.
build() {
  [[ ! -f $data/.ready ]] || return 0
  rm -rf "$data"
  install -d -m 700 -o postgres "$data"
  as_postgres "$bin/initdb" -D "$data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
  as_postgres touch "$data/.ready"
}

# In a file of its own. Succeeds when nothing changed, so that a cached cluster is restarted on a new setting only.
# fsync stays on: an answered write is on disk.
configure() {
  local file=$data/strokecare.conf wanted
  wanted="listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '/tmp'
max_connections = 300
shared_buffers = '256MB'"
  grep -q strokecare.conf "$data/postgresql.conf" || echo "include 'strokecare.conf'" >>"$data/postgresql.conf"
  [[ $(cat "$file" 2>/dev/null) != "$wanted" ]] || return 0
  echo "$wanted" >"$file"
  return 1
}

stop() { ! running || as_postgres "$bin/pg_ctl" -D "$data" -m fast -w stop >/dev/null; }

start_server() { as_postgres "$bin/pg_ctl" -D "$data" -l "$data/server.log" -w -t 60 start >/dev/null 2>&1; }

start() {
  # Once more after a pause: the last backends of a killed server take a moment to notice and let go of its memory.
  if ! running; then
    rm -f "$data/postmaster.pid"
    start_server || { sleep 3 && rm -f "$data/postmaster.pid" && start_server; } ||
      { tail -n 20 "$data/server.log" >&2; exit 1; }
  fi
  # Not a superuser: tests must see the refusals that a real deployment's role sees.
  as_postgres "$bin/psql" -q -X -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$port" -d postgres <<SQL
DO \$\$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '$role') THEN
    CREATE ROLE $role LOGIN CREATEDB CREATEROLE;
  END IF;
END \$\$;
SQL
}

up() {
  require_postgres
  mkdir -p "$(dirname "$data")"
  exec 9>"$data.lock"
  flock 9
  build
  configure || stop
  answers || start 9>&-
  url
}

down() {
  require_postgres
  [[ -d $data ]] || return 0
  exec 9>"$data.lock"
  flock 9
  stop
  echo "PostgreSQL is down"
}

status() {
  find_bin
  if [[ -x ${bin:-}/pg_isready ]] && answers; then
    echo "PostgreSQL is up at $(url)"
  else
    echo "PostgreSQL is down"
    return 1
  fi
}

case ${1:-} in
  up | down | status) "$1" ;;
  *)
    sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
