#!/usr/bin/env bash
# Lighthouse on the sign-in page, every page for anyone and every page for patients, in a demonstration of its own: a table
# of performance and accessibility, and a failure where a page has less than 95 or 100.
#
#   eng/lighthouse.sh               all of them, about a quarter of a minute each
#   eng/lighthouse.sh /my /my/risk  only these routes
#
# Needs Node, npm and a Chromium (/usr/bin/chromium, or STROKECARE_TEST_CHROMIUM). Lighthouse is installed in
# artifacts/lighthouse, once; it is no part of the build. The demonstration, the browser's profile and its cookies go away
# with the run.
set -euo pipefail
case ${1:-} in -h | --help) sed -n '2,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;; esac
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The last that runs on Node 20, which Debian has.
version=12.8.2
tools=$PWD/artifacts/lighthouse
if [[ $(node -p "require('$tools/node_modules/lighthouse/package.json').version" 2>/dev/null) != "$version" ]]; then
  mkdir -p "$tools"
  npm install --prefix "$tools" --no-audit --no-fund --no-package-lock --loglevel error "lighthouse@$version" >&2
fi
dotnet build src/StrokeCare.Server -c Release "-clp:ErrorsOnly;NoSummary" -v quiet >&2
exec node eng/lighthouse.mjs "$tools" "$PWD/artifacts/bin/StrokeCare.Server/release/StrokeCare.Server.dll" "$@"
