// Whether this process may really use BPF here: it tries.
#pragma once

#include "absl/status/status.h"

namespace bench {

// What a sensor needs, each tried in turn; a step that was not reached carries the error of the one
// before it. Everything made is gone again on return.
struct BpfProbe {
  absl::Status map;         // any map: is bpf(2) allowed at all
  absl::Status ring;        // a ring buffer map: kernel 5.8
  absl::Status program;     // loading a tracing program
  absl::Status tracepoint;  // attaching it to the raw tracepoint of system calls
};

// Takes milliseconds. On kernels before 5.11 it may raise this process's RLIMIT_MEMLOCK.
BpfProbe ProbeBpf();

}  // namespace bench
