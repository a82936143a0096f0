#include "worker/host/bpf_probe.h"

#include <bpf/bpf.h>
#include <linux/bpf.h>

#include <array>
#include <cerrno>

#include "common/os/files.h"

namespace bench {
namespace {

// `result` is a descriptor or a negative errno.
absl::Status ToStatus(const char* what, int result) {
  return result >= 0 ? absl::OkStatus() : ErrnoStatus(what, -result);
}

int LoadEmptyProgram() {
  // r0 = 0; exit
  std::array<bpf_insn, 2> code = {};
  code[0].code = BPF_ALU64 | BPF_MOV | BPF_K;
  code[1].code = BPF_JMP | BPF_EXIT;
  return bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "bench_doctor", "GPL", code.data(),
                       code.size(), nullptr);
}

}  // namespace

BpfProbe ProbeBpf() {
  constexpr int kRingBytes = 64 * 1024;  // a multiple of any page size
  BpfProbe probe;

  int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "bench_doctor", sizeof(int), sizeof(int), 1, nullptr);
  UniqueFd map(fd);
  probe.map = ToStatus("making a BPF map", fd);
  if (!probe.map.ok()) {
    probe.ring = probe.program = probe.tracepoint = probe.map;
    return probe;
  }
  fd = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "bench_doctor", 0, 0, kRingBytes, nullptr);
  UniqueFd ring(fd);
  probe.ring = ToStatus("making a BPF ring buffer", fd);

  fd = LoadEmptyProgram();
  UniqueFd program(fd);
  probe.program = ToStatus("loading a BPF program", fd);
  if (!probe.program.ok()) {
    probe.tracepoint = probe.program;
    return probe;
  }
  fd = bpf_raw_tracepoint_open("sys_exit", program.get());
  UniqueFd attached(fd);
  probe.tracepoint = ToStatus("attaching to the raw tracepoint sys_exit", fd);
  return probe;
}

}  // namespace bench
