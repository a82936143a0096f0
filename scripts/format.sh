#!/usr/bin/env bash
# Formats all C and C++ sources; with --check only says what is not formatted, and fails.
set -euo pipefail
cd "$(dirname "$0")/.."
mapfile -t files < <(git ls-files '*.h' '*.cc' '*.c')
if [ "${1:-}" = --check ]; then
  clang-format --dry-run --Werror "${files[@]}"
  echo "format: ${#files[@]} files are as clang-format would write them"
else
  clang-format -i "${files[@]}"
fi
