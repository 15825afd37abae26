#!/usr/bin/env bash
# Lighthouse on the sign-in page, every page for anyone and every page for patients, in a demonstration of its own: a table
# of performance and accessibility, and a failure where a page has less than 95 or 100.
#
#   eng/lighthouse.sh               all of them, about a quarter of a minute each
#   eng/lighthouse.sh /my /my/risk  only these routes
#
# Needs Node, npm and a Chromium (/usr/bin/chromium, or STROKECARE_TEST_CHROMIUM). The demonstration, the browser's profile
# and its cookies go away with the run.
set -euo pipefail
case ${1:-} in -h | --help) sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;; esac
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. eng/node-tools.sh
exec node eng/lighthouse.mjs "$tools" "$program" "$@"
