#!/usr/bin/env bash
# Every number in docs/benchmarks.md, in one run: our stores beside hand-written code on the same engines.
#
#   eng/bench.sh                                  measures and writes docs/benchmarks.md, about 20 minutes on an idle machine
#   eng/bench.sh --quick                          a smoke run, printed only
#   eng/bench.sh --engines sqlite --out x.md      any options of the benchmark: see eng/bench.sh --help
#
# STROKECARE_TEST_POSTGRES_URL and STROKECARE_TEST_MONGO_URI already set: those servers are measured.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(dirname "$here")

# The gateway that is measured through must be a Release build as well.
dotnet build "$repository/tests/MongoGateway/MongoGateway.csproj" -c Release "-clp:ErrorsOnly;NoSummary" -v quiet >&2
dotnet build "$repository/bench/StrokeCare.Bench/StrokeCare.Bench.csproj" -c Release "-clp:ErrorsOnly;NoSummary" -v quiet >&2
engines=$("$here/engines.sh" up)
eval "$engines"

[[ $# -gt 0 ]] || set -- --out "$repository/docs/benchmarks.md"
exec dotnet "$repository/artifacts/bin/StrokeCare.Bench/release/StrokeCare.Bench.dll" "$@"
