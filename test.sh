#!/usr/bin/env bash
# Builds and tests everything: the README's test command, and all that CI calls.
# Engines that are not given are started where that is possible (Debian, root); elsewhere their tests are a visible skip.
#   STROKECARE_TEST_POSTGRES_URL, STROKECARE_TEST_MONGO_URI   your own servers
#   STROKECARE_TEST_CHROMIUM                                    your own browser, where it is neither Debian's chromium-headless-shell nor chromium
#   STROKECARE_REQUIRE_ENGINES=1                               a skipped test is a failure (CI)
set -euo pipefail
cd "$(dirname "$0")"
case ${1:-} in -h | --help) sed -n '2,6p' "$0" | cut -c3-; exit 0 ;; '') ;; *) echo "test.sh takes no arguments: $1" >&2; exit 2 ;; esac
shell=/usr/lib/chromium/chromium-headless-shell
if [[ -z ${STROKECARE_TEST_CHROMIUM:-} && -x $shell ]]; then export STROKECARE_TEST_CHROMIUM=$shell; fi
step() { printf '\n== %s\n' "$1"; }

# An SDK that is only on the PATH is not where built programs look for their runtime.
if [[ -z ${DOTNET_ROOT:-} ]]; then
  DOTNET_ROOT=$(dirname "$(readlink -f "$(command -v dotnet)")")
  export DOTNET_ROOT
fi

# Hundreds of processes, most of which live for seconds: profiling them for a second compilation costs a tenth more than it saves.
export DOTNET_TieredPGO=0

results=artifacts/test-results
rm -rf "$results"
mkdir -p "$results"
# The databases are installed where they are missing while the product is built; what goes wrong is said below.
eng/engines.sh databases >"$results/engines.log" 2>&1 &
databases=$!

step 'Restore (locked)'
STROKECARE_LOCKED=1 dotnet restore StrokeCare.slnx -clp:ErrorsOnly

step 'Format'
dotnet format whitespace . --folder --exclude artifacts/ --verify-no-changes

step 'Build'
# One compiler for all projects, warm after the first; what the environment says of it is for others' machines.
build() { dotnet build "$@" --no-restore -clp:ErrorsOnly -p:UseSharedCompilation=true; }
build StrokeCare.slnx
# Tests start the server hundreds of times: beside the next build it is compiled ahead of time, where that can be.
unset STROKECARE_TEST_SERVER
eng/precompile.sh >"$results/server" 2>"$results/precompile.log" &
precompiling=$!
# What ./run.sh runs has no failpoints in it: other code is compiled.
build src/StrokeCare.Server -c Release
dotnet build-server shutdown --vbcscompiler >/dev/null
precompiled=0
wait "$precompiling" || precompiled=$?
case $precompiled in
  0) STROKECARE_TEST_SERVER=$(cat "$results/server") && export STROKECARE_TEST_SERVER ;;
  3) echo "The server is not compiled ahead of time ($(tail -n 1 "$results/precompile.log")): its tests take longer." ;;
  *) tail -n 20 "$results/precompile.log" >&2; exit 1 ;;
esac

step 'Engines'
started=0
wait "$databases" || true # asked again here, by what knows which of them are needed
engines=$(eng/engines.sh up) || started=$?
eval "$engines"
if [[ $started != 0 ]]; then
  # 3 says that this machine cannot run one; anything else is a fault that a skip would hide.
  if [[ $started != 3 || ${STROKECARE_REQUIRE_ENGINES:-} == 1 ]]; then
    echo 'The engines did not start.' >&2
    exit 1
  fi
  echo 'An engine cannot run here: its tests will be skipped.'
fi

step 'Test'
failed=0
# Whoever ends this script, its tests end too: each shell of it passes that on to what it started.
stop() { kill $(jobs -p) 2>/dev/null || true; }
trap stop EXIT
# What holds a page to its promise of a second is run when nothing else is.
alone='Runs=alone'
# One line when it ends; what failed with what it said, and the counts that the suites themselves make, below it.
run() { # project, name of the result, arguments
  local log=$results/$2.log xml=$results/$2.xml code=0
  trap 'stop; exit 143' TERM
  # The databases, which all suites share, come first: one that waits for a processor is to its clients one that does not answer.
  nice -n 5 "artifacts/bin/$1/debug/$1" -noColor -result-xml "$xml" "${@:3}" >"$log" 2>&1 &
  wait $! || code=$?
  echo "$2: exit code $code$(grep -o 'Total: .*' "$log" | tail -n 1 | sed 's/^/, /')"
  grep -hE '^(CRUD cases|crash: .*violations): ' "$log" || true
  [[ $code != 0 ]] || return 0
  # A failed test is told twice: here, and again where a long log ends.
  grep -h -A 15 ' \[FAIL\]$' "$log" | tee -a "$results/failures" || tail -n 60 "$log" | tee -a "$results/failures"
  return 1
}

# The browser tests need a Chromium; CI installs one.
browser() { # as for run, from the result on
  if [[ -x ${STROKECARE_TEST_CHROMIUM:-/usr/bin/chromium} ]]; then
    run StrokeCare.Browser.Tests "$@"
  elif [[ ${STROKECARE_REQUIRE_ENGINES:-} == 1 ]]; then
    echo 'There is no Chromium: the browser tests cannot run.' | tee -a "$results/failures" >&2
    return 1
  else
    echo 'No Chromium at /usr/bin/chromium or in STROKECARE_TEST_CHROMIUM: the browser tests are skipped.'
  fi
}
# What waits for others most of the time, servers it starts or a browser: it runs beside the rest, each on stores of its own.
waiting() {
  local code=0
  run StrokeCare.Server.Tests crash -namespace StrokeCare.Server.Tests.Crash -parallelMode collections -maxThreads 3 || code=1
  browser browser -trait- "$alone" || code=1
  return $code
}
waiting &
beside=$!
run StrokeCare.Tests tests || failed=1
# Each asks one thing after the other: who may what, what verbs do, and the rest of the server.
server() { # name of the result, -namespace or -namespace-, its last words
  local result=$1 which=$2 filters=()
  for one in "${@:3}"; do filters+=("$which" "StrokeCare.Server.Tests.$one"); done
  run StrokeCare.Server.Tests "$result" "${filters[@]}" -trait- "$alone"
}
verbs=(Commands Adoption Consistency)
server access -namespace Access &
access=$!
server verbs -namespace "${verbs[@]}" &
verbs_run=$!
server server -namespace- Crash Access "${verbs[@]}" || failed=1
wait "$access" || failed=1
wait "$verbs_run" || failed=1
wait "$beside" || failed=1
run StrokeCare.Server.Tests server-alone -trait "$alone" || failed=1
browser browser-alone -trait "$alone" || failed=1
for few in "$results"/*-alone.log; do
  # A trait that nothing bears any more would pass unseen.
  ! grep -q 'Total: 0' "$few" || { echo "$few: nothing was run alone." | tee -a "$results/failures"; failed=1; }
done

[[ ! -s $results/failures ]] || { step 'What failed'; cat "$results/failures"; }
total() { cat "$results"/*.xml | grep -o '<assembly [^>]*' | grep -o " $1=\"[0-9]*\"" | awk -F'"' '{ sum += $2 } END { print sum + 0 }'; }
passed=$(total passed) wrong=$(($(total failed) + $(total errors))) skipped=$(total skipped)
printf '\n%s passed, %s failed, %s skipped\n' "$passed" "$wrong" "$skipped"
[[ $failed == 0 && $wrong == 0 && $passed -gt 0 ]] || exit 1
if [[ $skipped -gt 0 && ${STROKECARE_REQUIRE_ENGINES:-} == 1 ]]; then
  echo 'A test was skipped where none may be.' >&2
  exit 1
fi
