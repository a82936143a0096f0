#include "worker/sensor/capture/probe.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/os/files.h"
#include "common/status/status_macros.h"
#include "worker/sensor/bpf/probe.skel.h"
#include "worker/sensor/capture/load_errors.h"
#include "worker/sensor/events/event_type.h"

namespace bench::sensor {

struct Probe::Handles {
  ~Handles() { probe__destroy(skeleton); }
  probe* skeleton = nullptr;
  std::vector<UniqueFd> ring_fds;
  int possible_cpus = 0;
};

namespace {

absl::StatusOr<UniqueFd> MakeRing(int64_t ring_bytes) {
  int fd = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "bench_ring", 0, 0,
                          static_cast<uint32_t>(ring_bytes), nullptr);
  if (fd < 0) {
    return ExplainLoadError(absl::StrCat("make a ring buffer of ", ring_bytes >> 20, " MiB"), errno,
                            "");
  }
  return UniqueFd(fd);
}

absl::Status FillSyscallTable(bpf_map* map) {
  for (const EventTypeInfo& info : AllEventTypes()) {
    if (info.syscall < 0) continue;
    const auto number = static_cast<uint32_t>(info.syscall);
    if (bpf_map__update_elem(map, &number, sizeof number, &info.capture, sizeof info.capture,
                             BPF_ANY) != 0) {
      return ErrnoStatus(absl::StrCat("choose system call ", info.name), errno);
    }
  }
  return absl::OkStatus();
}

}  // namespace

Probe::Probe(std::unique_ptr<Handles> handles) : handles_(std::move(handles)) {}
Probe::~Probe() = default;

absl::StatusOr<std::unique_ptr<Probe>> Probe::Load(const ProbeOptions& options) {
  BENCH_RETURN_IF_ERROR(CheckHost());
  LibbpfLog log;
  auto handles = std::make_unique<Handles>();
  handles->possible_cpus = libbpf_num_possible_cpus();
  if (handles->possible_cpus <= 0 || handles->possible_cpus > BENCH_MAX_CPUS) {
    return absl::FailedPreconditionError(absl::StrCat("this host has ", handles->possible_cpus,
                                                      " possible CPUs; the probe serves 1 to ",
                                                      BENCH_MAX_CPUS));
  }
  // Rings for the CPUs that are online; one that comes later shares a ring.
  const int online =
      std::clamp(static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN)), 1, handles->possible_cpus);
  const int ring_count = (online + options.cpus_per_ring - 1) / options.cpus_per_ring;
  const absl::StatusOr<std::string> self_cgroup = ReadFile("/proc/self/cgroup");
  BENCH_RETURN_IF_ERROR(CheckMemoryLimit(ring_count * options.ring_bytes,
                                         self_cgroup.ok() ? *self_cgroup : "", "/sys/fs/cgroup"));

  handles->skeleton = probe__open();
  if (handles->skeleton == nullptr) return ExplainLoadError("open the probe", errno, log.Tail());
  handles->skeleton->rodata->own_pid = static_cast<uint32_t>(getpid());

  // The first ring is also the pattern that the kernel checks the others against.
  BENCH_ASSIGN_OR_RETURN(UniqueFd first, MakeRing(options.ring_bytes));
  handles->ring_fds.push_back(std::move(first));
  bpf_map* rings = handles->skeleton->maps.rings;
  if (bpf_map__set_inner_map_fd(rings, handles->ring_fds[0].get()) != 0) {
    return ExplainLoadError("describe the ring buffers", errno, log.Tail());
  }
  if (int error = probe__load(handles->skeleton); error != 0) {
    return ExplainLoadError("load the probe into the kernel", -error, log.Tail());
  }
  BENCH_RETURN_IF_ERROR(FillSyscallTable(handles->skeleton->maps.syscalls));

  while (static_cast<int>(handles->ring_fds.size()) < ring_count) {
    BENCH_ASSIGN_OR_RETURN(UniqueFd ring, MakeRing(options.ring_bytes));
    handles->ring_fds.push_back(std::move(ring));
  }
  std::vector<Ring> mapped;
  for (const UniqueFd& fd : handles->ring_fds) {
    BENCH_ASSIGN_OR_RETURN(Ring ring, Ring::Map(fd.get(), options.ring_bytes));
    mapped.push_back(std::move(ring));
  }
  for (int cpu = 0; cpu < handles->possible_cpus; ++cpu) {
    const auto key = static_cast<uint32_t>(cpu);
    const int fd = handles->ring_fds[(cpu / options.cpus_per_ring) % ring_count].get();
    if (bpf_map__update_elem(rings, &key, sizeof key, &fd, sizeof fd, BPF_ANY) != 0) {
      return ExplainLoadError(absl::StrCat("give CPU ", cpu, " its ring buffer"), errno,
                              log.Tail());
    }
  }
  std::unique_ptr<Probe> loaded(new Probe(std::move(handles)));
  loaded->rings_ = std::make_unique<RingSet>(std::move(mapped));
  return loaded;
}

absl::Status Probe::Attach() {
  LibbpfLog log;
  if (int error = probe__attach(handles_->skeleton); error != 0) {
    return ExplainLoadError("attach the probe to the kernel's tracepoints", -error, log.Tail());
  }
  return absl::OkStatus();
}

absl::StatusOr<KernelCounters> Probe::ReadCounters() const {
  std::vector<bench_counters> by_cpu(handles_->possible_cpus);
  const uint32_t zero = 0;
  if (bpf_map__lookup_elem(handles_->skeleton->maps.counters, &zero, sizeof zero, by_cpu.data(),
                           by_cpu.size() * sizeof(bench_counters), 0) != 0) {
    return ErrnoStatus("read the kernel's counters", errno);
  }
  KernelCounters sum;
  for (const bench_counters& cpu : by_cpu) {
    sum.events += cpu.events;
    for (int c = 0; c < BENCH_CLASSES; ++c) {
      sum.buffer_drops[c] += cpu.buffer_drops[c];
      sum.buffer_drops_total += cpu.buffer_drops[c];
    }
  }
  return sum;
}

}  // namespace bench::sensor
