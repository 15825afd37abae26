#!/usr/bin/env bash
# Every number in docs/benchmarks.md, in one run: our stores beside hand-written code on the same engines.
#
#   eng/bench.sh                                  measures and writes docs/benchmarks.md: stores and portal in about 21 minutes on an idle
#                                                 machine, then a clinic's day on each engine and the pages, minutes more for each
#   eng/bench.sh --quick                          a smoke run, printed only
#   eng/bench.sh --only-pages                     the pages only, in a Chromium (/usr/bin/chromium, or STROKECARE_TEST_CHROMIUM)
#   eng/bench.sh --engines sqlite --out x.md      any options of the benchmark: see eng/bench.sh --help
#
# STROKECARE_TEST_POSTGRES_URL and STROKECARE_TEST_MONGO_URI already set: those servers are measured.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(dirname "$here")

# The gateway that is measured through must be a Release build as well.
dotnet build "$repository/tests/MongoGateway/MongoGateway.csproj" -c Release "-clp:ErrorsOnly;NoSummary" -v quiet >&2
dotnet build "$repository/bench/StrokeCare.Bench/StrokeCare.Bench.csproj" -c Release "-clp:ErrorsOnly;NoSummary" -v quiet >&2
dotnet build "$repository/src/StrokeCare.Server/StrokeCare.Server.csproj" -c Release "-clp:ErrorsOnly;NoSummary" -v quiet >&2
# What cannot be started here is missed by the benchmark itself, if it is asked for.
engines=$("$here/engines.sh" up) || [[ $? == 3 ]]
eval "$engines"

[[ $# -gt 0 ]] || set -- --out "$repository/docs/benchmarks.md"
built=$repository/artifacts/bin
exec dotnet "$built/StrokeCare.Bench/release/StrokeCare.Bench.dll" --server "$built/StrokeCare.Server/release/StrokeCare.Server.dll" "$@"
