#!/usr/bin/env bash
# A picture of every page as everyone who may open it, on desktop and phone, light and dark: artifacts/look/<clinic>, and
# sheets of six pictures each to look them through.
#
#   eng/look.sh demo             the demonstration as it is
#   eng/look.sh empty            an instance with an admin, a doctor and a patient without anything
#   eng/look.sh much [patients]  a demonstration of 100,000 patients or so many, with the longest names and texts there can be
#   eng/look.sh much <folder>    the same in the demonstration in <folder>/instance, which is filled further
#
# Needs Node, npm and a Chromium (/usr/bin/chromium, or STROKECARE_TEST_CHROMIUM).
set -euo pipefail
case ${1:-} in demo | empty | much) ;; -h | --help) sed -n '2,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;; *) echo "look.sh demo|empty|much" >&2; exit 2 ;; esac
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. eng/node-tools.sh
exec node eng/look.mjs "$tools" "$program" "$@"
