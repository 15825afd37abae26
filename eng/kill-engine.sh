#!/usr/bin/env bash
# Kills the MongoDB engine of the tests (SIGKILL: DocumentDB's PostgreSQL, by turns with the gateway) under eight writing
# clients of a portal, starts it again, and holds what is left against what the clients were promised. About five minutes.
# Prints progress and, last, the number of violations; exit code 1 if there are any.
#
#   eng/kill-engine.sh [--kills K] [--first-seed S]     default 20 kills, seed 1
#
# The engine is one of its own, with its own data and ports (27951 and 27952): nothing else notices. Needs what eng/documentdb.sh needs.
set -euo pipefail

usage() { sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }
kills=20 first=1
while [[ $# -gt 0 ]]; do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --kills | --first-seed) [[ $# -gt 1 ]] || { usage >&2; exit 2; } ;;&
    --kills) kills=$2 ;;
    --first-seed) first=$2 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift 2
done

cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet build tests/StrokeCare.Server.Tests/StrokeCare.Server.Tests.csproj -clp:ErrorsOnly -v quiet
dotnet build tests/MongoGateway/MongoGateway.csproj -clp:ErrorsOnly -v quiet

export DOCUMENTDB_ROOT=${DOCUMENTDB_ROOT:-/var/cache/strokecare/documentdb} DOCUMENTDB_DATA=pgdata-killed DOCUMENTDB_PORT=27951
export STROKECARE_GATEWAY_PORT=27952 STROKECARE_GATEWAY_RUN=${TMPDIR:-/tmp}/strokecare-gateway-27952
# PostgreSQL as a store of its own has no part in this.
export STROKECARE_TEST_POSTGRES_URL=postgresql://nobody@127.0.0.1:1/none
unset STROKECARE_TEST_MONGO_URI
engines=$(eng/engines.sh up)
stop() {
  kill "$(cat "$STROKECARE_GATEWAY_RUN/pid")" 2>/dev/null || true
  eng/documentdb.sh down >&2
}
trap stop EXIT
eval "$engines"

export STROKECARE_ENGINE_KILLS=$kills STROKECARE_CRASH_FIRST_SEED=$first STROKECARE_REQUIRE_ENGINES=1
artifacts/bin/StrokeCare.Server.Tests/debug/StrokeCare.Server.Tests -noColor -explicit only -class '*EngineKilledTests'
