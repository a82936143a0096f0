#!/usr/bin/env bash
# clang-tidy over our sources as the release tree compiles them. Usage: scripts/tidy.sh [FILE…]
# A file whose text, headers and configuration have not changed since it was last clean on this host
# is passed over (stamps in ~/.cache/falco-bench/tidy).
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/build.sh release

if [ $# -gt 0 ]; then files=("$@"); else mapfile -t files < <(git ls-files '*.cc'); fi
stamps=${XDG_CACHE_HOME:-$HOME/.cache}/falco-bench/tidy
mkdir -p "$stamps"
# One key for all headers: they are few, and a stale stamp would be a lie.
headers=$({ git ls-files -z '*.h' '*.proto' '.clang-tidy' | xargs -0 cat; clang-tidy --version; } |
  sha256sum | cut -c1-16)
todo=()
for file in "${files[@]}"; do
  stamp=$stamps/$(echo "$headers" | cat - "$file" | sha256sum | cut -c1-32)
  [ -e "$stamp" ] || todo+=("$file|$stamp")
done
echo "tidy: ${#files[@]} files, ${#todo[@]} to check"
check_one() {
  local file=${1%%|*} stamp=${1##*|}
  if clang-tidy --quiet -p build "$file" 2>/dev/null; then touch "$stamp"; else
    echo "tidy: $file" >&2
    return 1
  fi
}
export -f check_one
if [ ${#todo[@]} -gt 0 ]; then
  printf '%s\0' "${todo[@]}" | xargs -0 -n1 -P"$(nproc)" bash -c 'check_one "$1"' _
fi
echo "tidy: clean"
