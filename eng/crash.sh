#!/usr/bin/env bash
# Kills the portal at every failpoint and at random moments, on every pair of stores, and holds what is left against
# what its clients were promised. Prints progress, counts per pair and, last, `violations: N`; exit code 1 if N > 0.
#
#   eng/crash.sh [--seeds K] [--kills K] [--pairs a,b] [--first-seed S] [--only TEXT] [--slice]
#
#   --seeds K        seeds for each failpoint, pair and effect (kill, throw); default 5
#   --kills K        random kills, spread over the pairs; default 100
#   --pairs a,b      of sqlite, postgres, sqlite+mongo, postgres+mongo and, for accounts, sqlite+mongo+users; default all
#   --first-seed S   the first seed; default 1. A violation prints its pair, seed and failpoint: to bring it back,
#                    eng/crash.sh --pairs PAIR --seeds 1 --first-seed SEED --only FAILPOINT
#   --only TEXT      only failpoints whose name contains TEXT, and nothing else
#                    (accounts are registered, reassigned and signed in to at failpoints of their own, such as
#                    self_register, new_account, reassign, sql.session; they count as rounds of accounts)
#   --slice          what every test run does: 1 seed, 8 kills, throws at every second point; of accounts one kill or
#                    throw at each point, most of them on sqlite
#
# Needs PostgreSQL and the MongoDB engine (started if this machine can), strace, and a Debug build (made if missing).
set -euo pipefail

usage() { sed -n '2,20s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }
seeds=5 kills=100 pairs='' first=1 only='' full=1
while [[ $# -gt 0 ]]; do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --slice) seeds=1 kills=8 full=0; shift; continue ;;
    --seeds | --kills | --pairs | --first-seed | --only) [[ $# -gt 1 ]] || { usage >&2; exit 2; } ;;&
    --seeds) seeds=$2 ;;
    --kills) kills=$2 ;;
    --pairs) pairs=$2 ;;
    --first-seed) first=$2 ;;
    --only) only=$2 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift 2
done

for pair in ${pairs//,/ }; do
  case $pair in
    sqlite | postgres | sqlite+mongo | postgres+mongo | sqlite+mongo+users) ;;
    *) echo "There is no pair $pair: sqlite, postgres, sqlite+mongo, postgres+mongo, sqlite+mongo+users." >&2; exit 2 ;;
  esac
done

cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet build tests/StrokeCare.Server.Tests/StrokeCare.Server.Tests.csproj -clp:ErrorsOnly -v quiet
engines=$(eng/engines.sh up)
eval "$engines"
# Each round starts it: where it cannot be compiled ahead of time, rounds only take longer.
STROKECARE_TEST_SERVER=$(eng/precompile.sh) || [[ $? == 3 ]]
export STROKECARE_TEST_SERVER

work=$(mktemp -d)
trap 'kill "${follower:-}" 2>/dev/null || true; rm -rf "$work"' EXIT
report=$work/report
: >"$report"
export STROKECARE_CRASH_SEEDS=$seeds STROKECARE_CRASH_KILLS=$kills STROKECARE_CRASH_PAIRS=$pairs STROKECARE_CRASH_FIRST_SEED=$first \
  STROKECARE_CRASH_ONLY=$only STROKECARE_CRASH_FULL=$full STROKECARE_CRASH_REPORT=$report STROKECARE_REQUIRE_ENGINES=1
tests=(-namespace StrokeCare.Server.Tests.Crash)
[[ -z $only ]] || tests=(-method '*at_any_failpoint*')

tail -n +1 -f "$report" &
follower=$!
code=0
artifacts/bin/StrokeCare.Server.Tests/debug/StrokeCare.Server.Tests "${tests[@]}" >"$work/log" 2>&1 || code=$?
sleep 0.5
kill "$follower" && wait "$follower" 2>/dev/null || true

echo
grep '^crash: .*violations: ' "$report" || true
violations=$(sed -n 's/^crash: .*violations: //p' "$report" | awk '{ sum += $1 } END { print sum + 0 }')
ran=$(sed -n 's/^crash: [^:]*: \([0-9]*\) .*violations: .*/\1/p' "$report" | awk '{ sum += $1 } END { print sum + 0 }')
if [[ $ran == 0 ]]; then
  echo 'Nothing ran: that is no zero.' >&2
  violations=1
fi
if [[ $code != 0 ]]; then
  cat "$work/log" >&2
  # A harness that broke has shown nothing: that is no zero.
  [[ $violations -gt 0 ]] || violations=1
fi
echo "violations: $violations"
[[ $violations == 0 ]]
