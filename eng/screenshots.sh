#!/usr/bin/env bash
# Takes the README's pictures from the demonstration and keeps them in docs/images. Needs a Chromium
# (/usr/bin/chromium, or STROKECARE_TEST_CHROMIUM).
set -euo pipefail
case ${1:-} in -h | --help) sed -n '2,3s/^# //p' "${BASH_SOURCE[0]}"; exit 0 ;; '') ;; *) echo "screenshots.sh takes no arguments: $1" >&2; exit 2 ;; esac
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet build tests/StrokeCare.Browser.Tests -clp:ErrorsOnly -v quiet
rm -rf artifacts/screenshots
artifacts/bin/StrokeCare.Browser.Tests/debug/StrokeCare.Browser.Tests -noColor -class '*.PictureTests'
mkdir -p docs/images
cp artifacts/screenshots/*.jpg docs/images/
ls -l docs/images
