#!/usr/bin/env bash
# Both engines of the tests, and the gateway that lets MongoDB's driver talk to the second one.
#
#   eval "$(eng/engines.sh up)"   starts what is missing and prints the two variables the tests read, as export lines
#   eng/engines.sh databases      starts what of this needs no build: all but the gateway
#   eng/engines.sh down           stops what `up` started
#   eng/engines.sh status
#
# STROKECARE_TEST_POSTGRES_URL or STROKECARE_TEST_MONGO_URI already set: that server of yours is used and nothing is started for it.
# STROKECARE_GATEWAY_PORT (default 27018) moves the gateway; STROKECARE_GATEWAY_RUN its pid, log and code;
# STROKECARE_GATEWAY_AS (standalone, replicaset or sharded, the default) is what it calls itself.
# Exit code 3: this machine cannot run an engine (the tests that need it are skipped); what could start is printed all the same.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(dirname "$here")
port=${STROKECARE_GATEWAY_PORT:-27018}
engine_port=${DOCUMENTDB_PORT:-27900}
topology=${STROKECARE_GATEWAY_AS:-sharded}
run=${STROKECARE_GATEWAY_RUN:-${TMPDIR:-/tmp}/strokecare-gateway-$port}

log() { echo "engines: $*" >&2; }

listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

gateway_pid() {
  local pid
  pid=$(cat "$run/pid" 2>/dev/null) || return 1
  # After a reboot the number may be another program's.
  [[ $(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null) == *MongoGateway* ]] && echo "$pid"
}

# The build that is newest: an old Release must not be measured or tested in the place of what the code is now.
gateway_dll() {
  local built=$repository/artifacts/bin/MongoGateway dll
  dll=$(ls -t "$built"/{release,debug}/MongoGateway.dll 2>/dev/null | head -n 1) || true
  if [[ -z $dll ]]; then
    log "building the gateway"
    dotnet build "$repository/tests/MongoGateway/MongoGateway.csproj" -c Release -clp:ErrorsOnly -v quiet >&2
    dll=$built/release/MongoGateway.dll
  fi
  echo "$dll"
}

# What a running gateway was started from: it is kept only while the code is still that.
code_of() { (cd "$1" && sha256sum -- *.dll | sha256sum | cut -d' ' -f1); }

gateway_up() {
  mkdir -p "$run"
  exec 8>"$run/lock"
  flock 8
  local dll code pid
  dll=$(gateway_dll)
  code="$(code_of "$(dirname "$dll")") $topology"
  if gateway_pid >/dev/null && listening "$port"; then
    [[ $code != "$(cat "$run/code" 2>/dev/null)" ]] || return 0
    log "the gateway is another one than is wanted: restarting it"
    gateway_down
  fi
  ! listening "$port" || { log "port $port is taken by another program; set STROKECARE_GATEWAY_PORT"; exit 1; }
  # Run from a copy: a rebuild must not pull the files from under a running gateway.
  rm -rf "$run/bin"
  cp -r "$(dirname "$dll")" "$run/bin"
  DOTNET_gcServer=0 nohup dotnet "$run/bin/MongoGateway.dll" --as "$topology" "$port" \
    "Host=127.0.0.1;Port=$engine_port;Username=postgres;Database=postgres" >"$run/log" 2>&1 </dev/null 8>&- &
  pid=$!
  echo "$pid" >"$run/pid"
  echo "$code" >"$run/code"
  for _ in $(seq 150); do
    ! grep -qx ready "$run/log" || return 0
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  log "the gateway did not start:"
  cat "$run/log" >&2
  exit 1
}

gateway_down() {
  local pid
  if pid=$(gateway_pid); then
    kill "$pid"
    for _ in $(seq 100); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
  fi
  rm -f "$run/pid"
}

# Beside a build, so that `up` has less to wait for.
databases() {
  [[ -n ${STROKECARE_TEST_POSTGRES_URL:-} ]] || "$here/postgres.sh" up
  [[ -n ${STROKECARE_TEST_MONGO_URI:-} ]] || "$here/documentdb.sh" up
}

up() {
  local code=0
  if [[ -z ${STROKECARE_TEST_POSTGRES_URL:-} ]]; then
    STROKECARE_TEST_POSTGRES_URL=$("$here/postgres.sh" up) || code=$?
  fi
  if [[ -z ${STROKECARE_TEST_MONGO_URI:-} ]]; then
    if "$here/documentdb.sh" up >&2; then
      gateway_up
      STROKECARE_TEST_MONGO_URI=mongodb://127.0.0.1:$port/
    else
      code=$?
    fi
  fi
  [[ -z ${STROKECARE_TEST_POSTGRES_URL:-} ]] || echo "export STROKECARE_TEST_POSTGRES_URL=$STROKECARE_TEST_POSTGRES_URL"
  [[ -z ${STROKECARE_TEST_MONGO_URI:-} ]] || echo "export STROKECARE_TEST_MONGO_URI=$STROKECARE_TEST_MONGO_URI"
  return "$code"
}

down() {
  gateway_down
  "$here/documentdb.sh" down >&2
  "$here/postgres.sh" down >&2
}

status() {
  local code=0
  "$here/postgres.sh" status || code=1
  "$here/documentdb.sh" status || code=1
  if gateway_pid >/dev/null && listening "$port"; then
    echo "The gateway is up on 127.0.0.1:$port"
  else
    echo "The gateway is down"
    code=1
  fi
  return "$code"
}

case ${1:-} in
  up | databases | down | status) "$1" ;;
  *)
    sed -n '2,12s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
