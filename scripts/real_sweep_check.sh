#!/usr/bin/env bash
# A short sweep with the reference sensor on this host, and a check of the JSON it prints.
# Skipped, with the reason, only where doctor says that the kernel can't.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
build/bin/benchctl doctor -o json >"$work/doctor.json" || true
for check in privileges bpf btf cgroups; do
  finding=$(jq -r --arg id "$check" \
    '.checks[] | select(.id == $id and .status == "FAIL") | .finding' "$work/doctor.json")
  if [ -n "$finding" ]; then
    echo "real sweep: SKIPPED: $check: $finding"
    exit 0
  fi
done

build/bin/benchctl sweep --sensor reference --cpu 100m,400m --memory 512Mi --precision 20% \
  --round-duration 5s --run-timeout 4m --db "$work/bench.db" -o json >"$work/sweep.json"

check() {
  if ! jq -e "$2" "$work/sweep.json" >/dev/null; then
    echo "real sweep: $1 does not hold:" >&2
    jq '.runs[] | {cell, sensor, result, usage, trials}' "$work/sweep.json" >&2
    exit 1
  fi
  echo "real sweep: $1"
}
check "the campaign is done, with both cells" '.campaign.state == "DONE" and (.runs | length) == 2'
check "every run has a verdict" \
  'all(.runs[]; .result.verdict | . == "SUSTAINABLE" or . == "GENERATOR_BOUND" or . == "TIMED_OUT")'
check "every answer is a number, below its upper end" \
  'all(.runs[]; .result.sustainable.syscalls_per_sec > 0 and
     (.result.upper.syscalls_per_sec == 0 or
      .result.upper.syscalls_per_sec > .result.sustainable.syscalls_per_sec))'
check "more CPU sustains more" \
  '[.runs | sort_by(.cell.cpu_millis)[] | .result.sustainable.syscalls_per_sec] | .[1] > .[0]'
check "the sensor stayed within its CPU limit" \
  'all(.runs[]; .usage.cpu_cores <= .cell.cpu_millis / 1000 * 1.1)'
jq -r '.runs[] | "real sweep: cpu=\(.cell.cpu_millis)m: \(.result.verdict) \(.result.sustainable.syscalls_per_sec | round) to \(.result.upper.syscalls_per_sec | round) syscalls/s, \(.trials) trials, \(.duration_sec | round) s"' "$work/sweep.json"
