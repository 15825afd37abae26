#!/usr/bin/env bash
# Compiles the test build of the server ahead of time (ReadyToRun), for tests that start it hundreds of times: starting it,
# and what it does in its first seconds, takes about half the processor time. The code is the same, failpoints and all.
#
#   export STROKECARE_TEST_SERVER=$(eng/precompile.sh)   its StrokeCare.Server.dll; without the variable tests start what was built
#
# Exit code 3: not for this machine (Linux on x64, and a compiler that the package source has).
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
programs=$(dirname "$here")/artifacts/bin/StrokeCare.Server
built=$programs/debug
compiled=$programs/precompiled

# What a server loads only to send mail, to write PDF or to talk to MongoDB in a compressed way is left as it is.
rarely='BouncyCastle.Cryptography|MailKit|MimeKit|PdfSharp.*|SharpCompress|Snappier|ZstdSharp|System.Security.Cryptography.Pkcs'

fail() { echo "precompile: $*" >&2; exit 3; }

[[ $(uname -sm) == 'Linux x86_64' ]] || fail 'only for Linux on x64'
project=$here/precompile/precompile.csproj
dotnet restore "$project" -clp:ErrorsOnly >&2 || fail 'the compiler is not to be had'
# Its paths are known once it is restored.
property() { dotnet msbuild "$project" "-getProperty:$1"; }
compiler=$(property Compiler)
frameworks=$(property Frameworks)
version=$(property BundledNETCoreAppPackageVersion)
[[ -x $compiler ]] || chmod +x "$compiler" || fail "there is no $compiler"

rm -rf "$compiled"
cp -r "$built" "$compiled"
compile() { # one assembly
  "$compiler" "$built/$1" -o "$compiled/$1" -O --targetos linux --targetarch x64 \
    -r "$frameworks/Microsoft.NETCore.App/$version/*.dll" -r "$frameworks/Microsoft.AspNetCore.App/$version/*.dll" -r "$built/*.dll" >/dev/null
}
export -f compile
export compiler built compiled frameworks version
(cd "$built" && ls ./*.dll) | sed 's|^\./||' | grep -vE "^($rarely)\.dll$" | xargs -P "$(nproc)" -I{} bash -c 'compile {}' || fail 'not all of it was compiled'
echo "$compiled/StrokeCare.Server.dll"
