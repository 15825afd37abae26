#!/usr/bin/env bash
# Takes each check of access out of a copy of the source, one at a time, and sees whether the tests of access notice.
# Prints killed or SURVIVED for each and, last, `mutations: N, killed: N, survived: N`; exit code 1 if one survived.
#
#   eng/mutate-access.sh [--only TEXT] [--from N] [--list]
#
#   --only TEXT      only mutations whose name or file contains TEXT
#   --from N         go on with the Nth of them, where a run was broken off
#   --list           their names, and nothing else
#
# The mutations are in tests/StrokeCare.Server.Tests/Access/mutations.txt. One that no longer applies or does not compile
# ends the run: exit code 2. Only SQLite is used; the working tree is not touched. A full run took two hours on two busy cores.
set -euo pipefail

usage() { sed -n '2,13s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }
only='' from=1 list=0
while [[ $# -gt 0 ]]; do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --list) list=1; shift ;;
    --only) [[ $# -gt 1 ]] || { usage >&2; exit 2; }; only=$2; shift 2 ;;
    --from) [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || { usage >&2; exit 2; }; from=$2; shift 2 ;;
    *) usage >&2; exit 2 ;;
  esac
done

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
patches=$root/tests/StrokeCare.Server.Tests/Access/mutations.txt
work=$(mktemp -d)
finished=0
# A run that breaks off must not look like one that has little to say.
trap 'code=$?; rm -rf "$work"; [[ $finished == 1 ]] || echo "mutate-access: broke off, exit code $code" >&2' EXIT
copy=$work/copy
stop() { finished=1; echo "mutate-access: $*" >&2; exit 2; }

# Warnings are not the point of a mutant, and analyzers take longer than the compiler.
build() { dotnet build "$@" -c Debug -p:UseSharedCompilation=true -clp:ErrorsOnly -v quiet -nologo -p:RunAnalyzers=false -p:TreatWarningsAsErrors=false -p:GenerateDocumentationFile=false >"$work/build" 2>&1; }

# Exit code 0 when all passed, 1 when a test noticed; anything else has shown nothing.
run_some() { # filters
  local code=0
  STROKECARE_PAIRS=sqlite timeout 600 "$copy/artifacts/bin/StrokeCare.Server.Tests/debug/StrokeCare.Server.Tests" "$@" -stopOnFail -noColor >"$work/tests" 2>&1 || code=$?
  grep -q 'Total: [1-9]' "$work/tests" || { cat "$work/tests" >&2; stop 'no test ran'; }
  if [[ $code != 0 ]] && ! grep -q ' \[FAIL\]$' "$work/tests"; then
    cat "$work/tests" >&2
    stop 'the tests broke without one that failed'
  fi
  [[ $code == 0 ]]
}

# What a list leaves out is seen by the tests of its routes, which are asked where those of access saw nothing. Of a copy
# without docstrings the OpenAPI document differs in any case.
run_tests() {
  run_some -namespace StrokeCare.Server.Tests.Access -class- StrokeCare.Server.Tests.Access.AsvsTests && run_some -namespace StrokeCare.Server.Tests.Api -class- StrokeCare.Server.Tests.Api.EndpointPolicyTests
}

names=() files=() olds=() news=()
read_patches() {
  local line last=-1
  while IFS= read -r line; do
    case $line in
      '#'* | '') ;;
      '= '*) names+=("${line:2}") files+=('') olds+=('') news+=(''); last=$((${#names[@]} - 1)) ;;
      '@ '*) files[last]=${line:2} ;;
      '- '*) olds[last]+=${olds[last]:+$'\n'}${line:2} ;;
      '+ '*) news[last]+=${news[last]:+$'\n'}${line:2} ;;
      *) stop "cannot read in mutations.txt: $line" ;;
    esac
  done <"$patches"
}

# The patched text into $mutant; the place must be there once.
apply() {
  local original=$1 old=$2 new=$3 rest
  rest=${original//"$old"/}
  [[ $(((${#original} - ${#rest}) / ${#old})) == 1 ]] || return 1
  mutant=${original/"$old"/"$new"}
}

read_patches
chosen=()
for i in "${!names[@]}"; do
  [[ "${names[i]} ${files[i]}" != *"$only"* ]] || chosen+=("$i")
done
[[ ${#chosen[@]} -gt 0 ]] || stop "there is no mutation with $only in its name"
[[ ${#chosen[@]} -ge $from ]] || stop "there are ${#chosen[@]} of them: there is none to go on with from $from"
chosen=("${chosen[@]:from - 1}")
if [[ $list == 1 ]]; then
  for i in "${chosen[@]}"; do echo "${names[i]}"; done
  finished=1
  exit 0
fi

# All are held against the source before the first is run.
for i in "${chosen[@]}"; do
  [[ -f $root/${files[i]} && -n ${olds[i]} ]] || stop "${names[i]}: no file ${files[i]}, or nothing to take out"
  apply "$(cat "$root/${files[i]}")" "${olds[i]}" "${news[i]}" || stop "${names[i]}: the text to take out does not stand exactly once in ${files[i]}"
done

mkdir "$copy"
(cd "$root" && git ls-files -z --cached --others --exclude-standard | xargs -0 tar -c --ignore-failed-read 2>/dev/null) | tar -x -C "$copy"
build "$copy/tests/StrokeCare.Server.Tests/StrokeCare.Server.Tests.csproj" || { cat "$work/build" >&2; stop 'the source as it is does not build'; }
run_tests || { cat "$work/tests" >&2; stop 'the tests fail without any mutation'; }

killed=0 survived=0
output=$copy/artifacts/bin/StrokeCare.Server.Tests/debug
for i in "${chosen[@]}"; do
  project=$(cut -d/ -f2 <<<"${files[i]}")
  file=$copy/${files[i]}
  cp "$file" "$work/original"
  cp "$output/$project.dll" "$work/original.dll"
  apply "$(cat "$file")" "${olds[i]}" "${news[i]}" || stop "${names[i]}: ${files[i]} is not as it was"
  printf '%s\n' "$mutant" >"$file"
  # Only the assembly that changed is built, and put in the place of the one the tests load.
  build "$copy/src/$project/$project.csproj" --no-restore -p:BuildProjectReferences=false || { cat "$work/build" >&2; stop "${names[i]}: does not compile"; }
  cp "$copy/artifacts/bin/$project/debug/$project.dll" "$output/$project.dll"
  ! cmp -s "$output/$project.dll" "$work/original.dll" || stop "${names[i]}: the build did not change"
  if run_tests; then
    survived=$((survived + 1))
    echo "SURVIVED  ${names[i]} (${files[i]})"
  else
    killed=$((killed + 1))
    echo "killed    ${names[i]}: $(sed -n 's/^ *StrokeCare\.Server\.Tests\.\(.*\) \[FAIL\]$/\1/p' "$work/tests" | head -1)"
  fi
  cp "$work/original" "$file"
  cp "$work/original.dll" "$output/$project.dll"
done

finished=1
echo "mutations: ${#chosen[@]}, killed: $killed, survived: $survived"
[[ $survived == 0 ]]
