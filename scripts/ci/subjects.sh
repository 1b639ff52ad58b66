#!/usr/bin/env bash
# New commits have subjects that a terminal and a list of changes show whole: at most 72 characters, a capital letter, no
# full stop, and a verb that says what the commit does ("Add", not "Added" or "Adds").
set -euo pipefail
# The last commit from before this rule.
since=${1:-cfbb679}
git rev-parse --quiet --verify "$since^{commit}" >/dev/null || { echo "skipped: $since is not in this clone"; exit 0; }
status=0
while IFS= read -r line; do
  subject=${line#* }
  fault=
  [ ${#subject} -le 72 ] || fault="has ${#subject} characters"
  [[ $subject =~ ^[A-Z] ]] || fault='does not begin with a capital letter'
  [[ $subject != *. ]] || fault='ends with a full stop'
  [[ ! $subject =~ ^[A-Za-z]+(ed|ing)\  ]] || [[ $subject =~ ^(Need|Embed|Feed|Seed|Speed|Shed|Bring|Ring|String|Exceed|Proceed)\  ]] || fault='does not begin with an imperative'
  [ -z "$fault" ] || { echo "${line%% *} $fault: $subject"; status=1; }
done < <(git log --no-merges --format='%h %s' "$since..HEAD")
exit $status
