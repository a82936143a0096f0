#!/usr/bin/env bash
# Installs what is missing, builds everything and runs all tests.
# Usage: scripts/test.sh [PRESET] [CTEST ARGUMENTS…]     presets: release (default), debug,
# asan-ubsan, tsan. As root all tests run; without, the privileged ones say why they are skipped.
set -euo pipefail
cd "$(dirname "$0")/.."

preset=${1:-release}
shift || true
case $preset in
  release) tree=build ;;
  *) tree=build-$preset ;;
esac
scripts/setup.sh
echo "test: building ($preset)"
scripts/build.sh "$preset"
echo "test: running"
results=$tree/Testing/skipped.txt
mkdir -p "$tree/Testing"
status=0
ctest --test-dir "$tree" --output-on-failure -j2 "$@" || status=$?
# Skipped tests are said aloud, with their reasons.
grep -hE -A2 '^\[  SKIPPED \]|Skipped$' "$tree"/Testing/Temporary/LastTest.log 2>/dev/null |
  grep -vE '^--$' | sort -u >"$results" || true
if [ -s "$results" ]; then
  echo "test: some tests were skipped; the reasons:"
  grep -hE -B1 '^\[  SKIPPED \] [A-Za-z]' "$tree"/Testing/Temporary/LastTest.log |
    grep -vE '^(--|\[==)' | sort -u | head -40
fi
exit $status
