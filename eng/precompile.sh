#!/usr/bin/env bash
# Compiles the test build of the server ahead of time (ReadyToRun), for tests that start it hundreds of times: starting it,
# and what it does in its first seconds, takes about half the processor time. The code is the same, failpoints and all.
#
#   export STROKECARE_TEST_SERVER=$(eng/precompile.sh)   its StrokeCare.Server.dll; without the variable tests start what was built.
#                                                        They refuse one that was made of an older build.
#
# Exit code 3: not on this machine (Linux on x64, and a package source that has the compiler).
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
programs=$(dirname "$here")/artifacts/bin/StrokeCare.Server
built=$programs/debug
compiled=$programs/precompiled

# What a server loads only to send mail, to write PDF or to talk to MongoDB in a compressed way is left as it is.
rarely='BouncyCastle.Cryptography|MailKit|MimeKit|PdfSharp.*|SharpCompress|Snappier|ZstdSharp|System.Security.Cryptography.Pkcs'

cannot() { echo "precompile: $*" >&2; exit 3; }

[[ $(uname -sm) == 'Linux x86_64' ]] || cannot 'only for Linux on x64'
project=$here/precompile/precompile.csproj
dotnet restore "$project" -clp:ErrorsOnly >&2 || cannot 'the compiler is not to be had'
# Its paths are known once it is restored.
property() { dotnet msbuild "$project" "-getProperty:$1"; }
compiler=$(property Compiler)
frameworks=$(property Frameworks)
version=$(property BundledNETCoreAppPackageVersion)
[[ -x $compiler ]] || chmod +x "$compiler"

mkdir -p "$programs"
exec 8>"$programs/precompiling"
flock 8
making=$(mktemp -d "$programs/precompiling.XXXXXX")
trap 'rm -rf "$making"' EXIT
cp -r "$built/." "$making"
compile() { # one assembly
  "$compiler" "$built/$1" -o "$making/$1" -O --targetos linux --targetarch x64 \
    -r "$frameworks/Microsoft.NETCore.App/$version/*.dll" -r "$frameworks/Microsoft.AspNetCore.App/$version/*.dll" -r "$built/*.dll" >&2
}
export -f compile
export compiler built making frameworks version
(cd "$built" && printf '%s\n' *.dll) | grep -vE "^($rarely)\.dll$" | xargs -P "$(nproc)" -I{} bash -c 'compile {}'
rm -rf "$compiled"
mv "$making" "$compiled"
chmod 755 "$compiled"
echo "$compiled/StrokeCare.Server.dll"
