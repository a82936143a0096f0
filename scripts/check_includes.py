#!/usr/bin/env python3
"""Checks who includes whom. The rules are the tables below; docs/map.md says why.

Prints each breach as FILE:LINE and exits 1 if there is one.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PARTS = ("common", "controller", "worker", "benchctl")

# Which of our parts a part may include besides itself.
MAY_INCLUDE = {
    "common": set(),
    "controller": {"common"},
    "worker": {"common"},
    "benchctl": {"common", "controller", "worker"},
}

# Folders of the worker, lowest first: each may include itself and those named.
FOLDERS = {
    "worker/search": set(),
    "worker/actions": set(),
    "worker/limits": set(),
    "worker/host": {"worker/limits", "worker/cleanup", "worker/load", "worker/falco"},
    "worker/falco": set(),
    "worker/sensor": set(),
    "worker/feeds": {"worker/falco"},
    "worker/cleanup": {"worker/limits", "worker/actions"},
    "worker/load": {"worker/actions", "worker/cleanup"},
    "worker/rig": {"worker/search", "worker/actions", "worker/limits", "worker/falco",
                   "worker/cleanup", "worker/load"},
    "worker/rounds": {"worker/search", "worker/rig"},
    "worker/agent": {"worker/search", "worker/rig", "worker/host"},
    "controller/storage": set(),
    "controller/scheduler": set(),
    "controller/analysis": set(),
    "controller/engine": {"controller/storage", "controller/scheduler", "controller/analysis"},
    "controller/rpc": {"controller/engine", "controller/storage", "controller/scheduler"},
}

# What only these folders may touch.
ONLY = [
    (re.compile(r"^sqlite3\.h$"), ("controller/storage",)),
    (re.compile(r"^grpc(pp|\+\+)?/|\.grpc\.pb\.h$"),
     ("common/rpc", "controller/rpc", "controller/app", "worker/agent", "worker/app", "worker/feeds",
      "benchctl/client", "tests/")),
    (re.compile(r"^bpf/|\.skel\.h$"), ("worker/sensor", "worker/host")),
]

# Everything that decides: no clock, no I/O, no proto, no threads.
PURE = ("common/stats/", "common/units/", "common/settings/sensor_settings", "worker/search/",
        "controller/scheduler/", "controller/analysis/", "worker/load/pacer",
        "worker/rig/lag_tracker", "worker/load/placement",
        "worker/rig/calibration", "worker/rig/drain", "worker/rig/early_stop",
        "worker/rig/idle_memory", "worker/rig/own_matches",
        "worker/rig/load_figures", "worker/rig/ring_fill", "worker/rig/sim_model",
        "worker/rounds/round_plan", "worker/limits/mountinfo", "worker/limits/process_cgroup")
IMPURE = re.compile(
    r"^(thread|mutex|condition_variable|chrono|ctime|fstream|iostream|filesystem|unistd\.h|fcntl\.h|"
    r"sys/.*|linux/.*|absl/synchronization/.*|absl/time/clock\.h|bench/v1/.*|google/protobuf/.*|"
    r"common/os/.*|common/rpc/.*|spdlog/.*|grpc.*|sqlite3\.h)$")

INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]')


def folder_of(path):
    return "/".join(path.split("/")[:2])


def breaches_of(path, target):
    part = path.split("/")[0]
    target_part = target.split("/")[0]
    if part in PARTS and target_part in PARTS and target_part != part:
        if target_part not in MAY_INCLUDE[part]:
            yield f"{part} may not include {target_part}"
    here, there = folder_of(path), folder_of(target)
    if here in FOLDERS and there in FOLDERS and here != there and there not in FOLDERS[here]:
        yield f"{here} may not include {there}"
    if part in PARTS:
        for pattern, folders in ONLY:
            if pattern.search(target) and not path.startswith(folders):
                yield f"only {', '.join(folders)} may include {target}"
    if path.startswith(PURE) and IMPURE.match(target):
        yield "a pure file: no clock, no I/O, no proto, no threads"


def main():
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "*.h", "*.cc", "*.c"],
                            cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    count = 0
    for path in listed:
        file = ROOT / path
        if not file.exists():
            continue
        for number, line in enumerate(file.read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            for breach in breaches_of(path, match.group(1)):
                print(f"{path}:{number}: {breach} ({match.group(1)})")
                count += 1
    print(f"includes: {len(listed)} files, {count} breaches")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
