#!/usr/bin/env bash
# Configures (if needed) and builds a preset. Usage: scripts/build.sh [PRESET] [NINJA ARGUMENTS…]
# Says little when all goes well; a failure shows what the compiler said.
set -euo pipefail
cd "$(dirname "$0")/.."

preset=${1:-release}
shift || true
case $preset in
  release) tree=build ;;
  *) tree=build-$preset ;;
esac
export PATH=$PATH:/usr/sbin # bpftool stands there
# What another clone or tree of this host compiled serves here too.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
log=$(mktemp)
if [ ! -f "$tree/build.ninja" ]; then
  if ! cmake --preset "$preset" >"$log" 2>&1; then
    cat "$log" >&2
    exit 1
  fi
fi
rm -f "$log"
quiet=()
[ -t 1 ] || quiet=(--quiet)
exec env NINJA_STATUS="[%f/%t %es] " ninja -C "$tree" "${quiet[@]}" "$@"
