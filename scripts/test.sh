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
mkdir -p "$tree/Testing"
closing=$tree/Testing/closing.txt
: >"$closing"
status=0
# ctest's closing lines are held back, so that they are the last ones: the skipped tests are said
# aloud before them, with their reasons.
ctest --test-dir "$tree" --output-on-failure -j2 "$@" |
  awk -v closing="$closing" '/% tests passed, /{held=1} held{print >closing; next} {print; fflush()}' ||
  status=$?
log=$tree/Testing/Temporary/LastTest.log
if grep -qE '^\[  SKIPPED \] [A-Za-z]' "$log" 2>/dev/null; then
  echo "test: some tests were skipped; the reasons:"
  grep -hE -B1 '^\[  SKIPPED \] [A-Za-z]' "$log" | grep -vE '^(--|\[==)' | sort -u | head -40
fi
cat "$closing"
exit $status
