#!/usr/bin/env bash
# From a fresh clone to the first table: installs what is missing, builds, and sweeps this host.
# Usage: scripts/quickstart.sh [SWEEP FLAGS]     (default: --cpu 500m,1,2 --memory 512Mi)
set -euo pipefail
cd "$(dirname "$0")/.."

[ $# -gt 0 ] || set -- --cpu 500m,1,2 --memory 512Mi
scripts/setup.sh
if [ ! -x build/bin/benchctl ]; then
  echo "quickstart: building (a few minutes, once)" >&2
fi
scripts/build.sh release benchctl bench-controller bench-worker bench-sensor bench-generator bench-guard >&2
echo "quickstart: build/bin/benchctl sweep $*" >&2
exec build/bin/benchctl sweep "$@"
