#!/usr/bin/env bash
# Builds strokecare where the sources are newer than the program, then runs it: ./run.sh [verb] [options]
# Needs the .NET SDK and nothing else. The instance directory is instance/ beside this file.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
program=artifacts/bin/StrokeCare.Server/release/StrokeCare.Server
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

stale() {
  [[ ! -x $program ]] || [[ -n $(find src Directory.Build.props Directory.Packages.props global.json -newer "$program.dll" -type f -print -quit) ]]
}

if stale; then
  command -v dotnet > /dev/null || { echo 'The .NET 10 SDK is needed: https://dotnet.microsoft.com/download' >&2; exit 2; }
  echo 'Building …' >&2
  log=$(mktemp)
  if ! dotnet build src/StrokeCare.Server -c Release --nologo -v quiet -clp:ErrorsOnly > "$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    exit 1
  fi
  rm -f "$log"
  # A build that found nothing to do leaves the old time: say that this program is newer than the sources.
  touch "$program.dll"
fi

# An SDK that is only on the PATH is not where the program looks for its runtime.
if [[ -z ${DOTNET_ROOT:-} ]] && dotnet=$(command -v dotnet); then
  DOTNET_ROOT=$(dirname "$(readlink -f "$dotnet")")
  export DOTNET_ROOT
fi

# Profiling code to compile it again pays in a server that stays; a verb ends before, and is a fifth slower for it.
case ${1:-serve} in serve | -*) ;; *) export DOTNET_TieredPGO="${DOTNET_TieredPGO:-0}" ;; esac

exec "$program" "$@"
