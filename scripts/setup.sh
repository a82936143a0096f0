#!/usr/bin/env bash
# Installs what the project needs and this host lacks, from Debian's packages. Quick when nothing is
# missing. Usage: scripts/setup.sh [--dev]   (--dev: also what formats, checks and speeds up builds)
set -euo pipefail

packages=(
  # build
  g++ cmake ninja-build pkg-config git ca-certificates
  # libraries
  libgrpc++-dev libprotobuf-dev protobuf-compiler protobuf-compiler-grpc libabsl-dev
  libsqlite3-dev libcli11-dev libsimdjson-dev libyaml-cpp-dev libcpp-httplib-dev libspdlog-dev
  libssl-dev libgtest-dev libgmock-dev libbenchmark-dev
  # the reference sensor's eBPF program
  libbpf-dev clang llvm bpftool
)
dev_packages=(ccache clang-format clang-tidy python3 jq sqlite3)
if [ "${1:-}" = --dev ]; then packages+=("${dev_packages[@]}"); fi

missing=()
for package in "${packages[@]}"; do
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
    missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

echo "setup: installing ${#missing[@]} missing packages: ${missing[*]}"
if [ "$(id -u)" -ne 0 ]; then
  echo "setup: that needs root. Run: sudo apt-get install ${missing[*]}" >&2
  exit 1
fi
log=$(mktemp)
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get update && apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  echo "setup: apt-get failed; its whole output is in $log" >&2
  exit 1
fi
rm -f "$log"
