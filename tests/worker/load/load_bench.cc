// What the generator reaches on this host, beside a bare loop of the same system calls in the same
// run. Start it without a sensor and without other load. Needs root.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/os/process.h"
#include "worker/actions/raw_syscalls.h"
#include "worker/load/load_engine.h"
#include "worker/load/monotonic.h"
#include "worker/load/stall_probe.h"

namespace bench {
namespace {

constexpr absl::Duration kRound = absl::Seconds(1);
constexpr int kRounds = 9;
const char kGenerator[] = BENCH_BIN_DIR "/bench-generator";

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

struct Speed {
  double per_sec = 0;
  double per_cpu_sec = 0;  // says what the loop costs even where others take CPU from it
};

int64_t CpuNs() {
  timespec used = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return used.tv_sec * int64_t{1'000'000'000} + used.tv_nsec;
}

// Opens and closes until the round is over.
Speed BareLoop(const char* path) {
  const int64_t cpu_start = CpuNs();
  const int64_t start = MonotonicNs();
  const int64_t end = start + absl::ToInt64Nanoseconds(kRound);
  double syscalls = 0;
  int64_t now = start;
  for (; now < end; now = MonotonicNs()) {
    for (int i = 0; i < 128; ++i) RawClose(RawOpen(path, O_RDONLY));
    syscalls += 256;
  }
  return {.per_sec = syscalls * 1e9 / static_cast<double>(now - start),
          .per_cpu_sec = syscalls * 1e9 / static_cast<double>(CpuNs() - cpu_start)};
}

LoadRequest BaseRequest() {
  static int loads = 0;
  LoadRequest request;
  request.marker = absl::StrCat("bench-", getpid(), "-", ++loads);
  request.duration = kRound;
  return request;
}

absl::StatusOr<LoadResult> Run(const LoadRequest& request) {
  LoadEngine engine(kGenerator, "/tmp", nullptr);
  if (const absl::Status status = engine.Start(request); !status.ok()) return status;
  while (!engine.Finished()) absl::SleepFor(absl::Milliseconds(20));
  return engine.Stop();
}

Speed FlatOut(const std::string& action, int processes) {
  LoadRequest request = BaseRequest();
  request.only_action = action;
  request.flat_out = true;
  request.processes = processes;
  const auto result = Run(request);
  if (!result.ok()) {
    std::printf("%s\n", result.status().ToString().c_str());
    return {};
  }
  const auto syscalls = static_cast<double>(result->stats.issued_syscalls);
  return {.per_sec = syscalls / absl::ToDoubleSeconds(result->duration),
          .per_cpu_sec = syscalls / absl::ToDoubleSeconds(result->stats.cpu)};
}

class Speeds {
 public:
  void Add(const Speed& speed) {
    per_sec_.push_back(speed.per_sec);
    per_cpu_sec_.push_back(speed.per_cpu_sec);
  }
  double per_sec() const { return Median(per_sec_); }
  double per_cpu_sec() const { return Median(per_cpu_sec_); }

 private:
  std::vector<double> per_sec_;
  std::vector<double> per_cpu_sec_;
};

// Alternates, so that a drift of the host falls on all alike.
void Ceiling() {
  Speeds bare;
  Speeds one;
  Speeds two;
  for (int i = 0; i < kRounds; ++i) {
    bare.Add(BareLoop("/etc/shadow"));
    one.Add(FlatOut("ReadSensitiveFileUntrusted", 1));
    two.Add(FlatOut("ReadSensitiveFileUntrusted", 2));
  }
  std::printf("open+close of /etc/shadow, medians of %d rounds, syscalls/s (per CPU second):\n",
              kRounds);
  std::printf("  bare loop     %8.0f (%8.0f)\n", bare.per_sec(), bare.per_cpu_sec());
  std::printf("  one process   %8.0f (%8.0f): %.3f (%.3f) of it\n", one.per_sec(),
              one.per_cpu_sec(), one.per_sec() / bare.per_sec(),
              one.per_cpu_sec() / bare.per_cpu_sec());
  std::printf("  two processes %8.0f (%8.0f): %.2fx one\n", two.per_sec(), two.per_cpu_sec(),
              two.per_sec() / one.per_sec());
}

void Pacing(double rate, bool spin, int processes) {
  StallProbe host;
  LoadRequest request = BaseRequest();
  request.profile = "recipe";
  request.syscalls_per_sec = rate;
  request.duration = absl::Seconds(5);
  request.spin = spin;
  request.processes = processes;
  const auto result = Run(request);
  if (!result.ok()) {
    std::printf("%s\n", result.status().ToString().c_str());
    return;
  }
  const double offered = rate * 5;
  std::printf("  %8.0f/s %dp %-5s error %+.3f%%  p99 lateness %s, max %s, cpu %.3f, stall %s\n",
              rate, processes, spin ? "spin" : "sleep",
              100 * (static_cast<double>(result->stats.issued_syscalls) / offered - 1),
              absl::FormatDuration(result->p99_lateness).c_str(),
              absl::FormatDuration(result->stats.max_lateness).c_str(),
              absl::ToDoubleSeconds(result->stats.cpu) / 5,
              absl::FormatDuration(host.Read().max_stall).c_str());
}

void StallProbeCost() {
  timespec before = {};
  timespec after = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
  StallProbe probe;
  absl::SleepFor(absl::Seconds(5));
  const StallReading reading = probe.Read();
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
  const double cpu = static_cast<double>(after.tv_sec - before.tv_sec) +
                     1e-9 * static_cast<double>(after.tv_nsec - before.tv_nsec);
  const auto cpus = static_cast<double>(sysconf(_SC_NPROCESSORS_ONLN));
  std::printf("stall probe: %.2f%% of a core per CPU; longest stall %s, period %s, real time: %s\n",
              100 * cpu / 5 / cpus, absl::FormatDuration(reading.max_stall).c_str(),
              absl::FormatDuration(reading.period).c_str(), reading.real_time ? "yes" : "no");
}

}  // namespace
}  // namespace bench

int main() {
  bench::StallProbeCost();
  bench::Ceiling();
  std::printf("pacing of the recipe profile over 5 s:\n");
  for (double rate : {1e3, 1e4, 1e5, 4e5, 1e6}) {
    bench::Pacing(rate, false, 1);
    if (rate <= 1e5) bench::Pacing(rate, true, 1);
  }
  bench::Pacing(4e5, false, 2);
  return 0;
}
