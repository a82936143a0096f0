#include "tests/bench/generator_speed.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/os/files.h"
#include "common/stats/quantile.h"
#include "common/status/status_macros.h"
#include "worker/actions/raw_syscalls.h"
#include "worker/load/load_engine.h"
#include "worker/load/monotonic.h"
#include "worker/load/stall_probe.h"

namespace bench {
namespace {

constexpr absl::Duration kRound = absl::Seconds(1);
constexpr absl::Duration kPacingRound = absl::Seconds(5);
// A decay may set in within the first minute: the yardstick is what it begins with.
constexpr absl::Duration kDecayWindow = absl::Seconds(10);

std::string GeneratorPath() {
  absl::StatusOr<std::string> here = ExecutableDirectory();
  return here.ok() ? *here + "/bench-generator" : "bench-generator";
}

int64_t CpuNs() {
  timespec used = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return used.tv_sec * int64_t{1'000'000'000} + used.tv_nsec;
}

// `turn` makes `syscalls` calls.
template <typename Turn>
Speed BareLoop(int syscalls, Turn turn) {
  const int64_t cpu_start = CpuNs();
  const int64_t start = MonotonicNs();
  const int64_t end = start + absl::ToInt64Nanoseconds(kRound);
  double made = 0;
  int64_t now = start;
  for (; now < end; now = MonotonicNs()) {
    for (int i = 0; i < 64; ++i) turn();
    made += 64 * syscalls;
  }
  return {.syscalls_per_sec = made * 1e9 / static_cast<double>(now - start),
          .syscalls_per_cpu_sec = made * 1e9 / static_cast<double>(CpuNs() - cpu_start)};
}

LoadRequest BaseRequest() {
  static int loads = 0;
  LoadRequest request;
  request.marker = absl::StrCat("bench-", getpid(), "-", ++loads);
  request.duration = kRound;
  return request;
}

absl::StatusOr<LoadResult> Run(const LoadRequest& request) {
  LoadEngine engine(GeneratorPath(), "/tmp", nullptr);
  BENCH_RETURN_IF_ERROR(engine.Start(request));
  while (!engine.Finished()) absl::SleepFor(absl::Milliseconds(20));
  return engine.Stop();
}

absl::StatusOr<Speed> FlatOut(LoadRequest request, int processes) {
  request.flat_out = true;
  request.processes = processes;
  BENCH_ASSIGN_OR_RETURN(LoadResult result, Run(request));
  const auto syscalls = static_cast<double>(result.stats.issued_syscalls);
  return Speed{.syscalls_per_sec = syscalls / absl::ToDoubleSeconds(result.duration),
               .syscalls_per_cpu_sec = syscalls / absl::ToDoubleSeconds(result.stats.cpu)};
}

// By the speed on the clock.
Speed Median(std::vector<Speed> speeds) {
  auto middle = speeds.begin() + static_cast<std::ptrdiff_t>(speeds.size() / 2);
  std::nth_element(speeds.begin(), middle, speeds.end(), [](const Speed& a, const Speed& b) {
    return a.syscalls_per_sec < b.syscalls_per_sec;
  });
  return *middle;
}

// Syscalls/s of two at once, the second in a process of its own.
absl::StatusOr<double> TwoBareLoops(const std::function<Speed()>& bare) {
  void* shared =
      mmap(nullptr, sizeof(double), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return ErrnoStatus("mmap", errno);
  auto* of_child = static_cast<double*>(shared);
  const pid_t child = fork();
  if (child < 0) return ErrnoStatus("fork", errno);
  if (child == 0) {
    *of_child = bare().syscalls_per_sec;
    _exit(0);
  }
  const double own = bare().syscalls_per_sec;
  waitpid(child, nullptr, 0);
  const double both = own + *of_child;
  munmap(shared, sizeof(double));
  return both;
}

absl::StatusOr<SpeedBesideBare> Measure(int rounds, const std::function<Speed()>& bare,
                                        const std::function<LoadRequest()>& load) {
  std::vector<Speed> bares;
  std::vector<Speed> ones;
  std::vector<Speed> twos;
  std::vector<double> ratios;
  std::vector<double> bare_ratios;
  for (int i = 0; i < rounds; ++i) {
    bares.push_back(bare());
    BENCH_ASSIGN_OR_RETURN(const double bare_two, TwoBareLoops(bare));
    BENCH_ASSIGN_OR_RETURN(Speed one, FlatOut(load(), 1));
    BENCH_ASSIGN_OR_RETURN(Speed two, FlatOut(load(), 2));
    bare_ratios.push_back(bare_two / bares.back().syscalls_per_sec);
    ratios.push_back(two.syscalls_per_sec / one.syscalls_per_sec);
    ones.push_back(one);
    twos.push_back(two);
  }
  return SpeedBesideBare{.bare = Median(bares),
                         .one_process = Median(ones),
                         .two_processes = Median(twos),
                         .two_to_one = bench::Median(ratios),
                         .bare_two_to_one = bench::Median(bare_ratios)};
}

absl::Status CoverBinWithTmpfs() {
  if (unshare(CLONE_NEWNS) != 0 ||
      mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      mount("tmpfs", "/bin", "tmpfs", 0, nullptr) != 0) {
    return ErrnoStatus("a tmpfs over /bin in a mount namespace of our own", errno);
  }
  return absl::OkStatus();
}

const char* FileSystemOf(const char* path) {
  struct statfs info = {};
  if (statfs(path, &info) != 0) return "unknown";
  switch (info.f_type) {
    case EXT4_SUPER_MAGIC:
      return "ext4";
    case OVERLAYFS_SUPER_MAGIC:
      return "overlay";
    case TMPFS_MAGIC:
      return "tmpfs";
    case XFS_SUPER_MAGIC:
      return "xfs";
    case BTRFS_SUPER_MAGIC:
      return "btrfs";
    default:
      return "other";
  }
}

}  // namespace

absl::StatusOr<SpeedBesideBare> MeasureOpenClose(int rounds) {
  return Measure(
      rounds, [] { return BareLoop(2, [] { RawClose(RawOpen("/etc/shadow", O_RDONLY)); }); },
      [] {
        LoadRequest request = BaseRequest();
        request.only_action = "ReadSensitiveFileUntrusted";
        return request;
      });
}

absl::StatusOr<SpeedBesideBare> MeasureRecipe(int rounds) {
  BENCH_RETURN_IF_ERROR(CoverBinWithTmpfs());
  const std::string file = absl::StrCat("/bin/falco-bench-bare-", getpid());
  return Measure(
      rounds,
      [&file] {
        return BareLoop(5, [&file] {
          syscall(SYS_setns, 0, 0);
          RawClose(RawOpen("/etc/shadow", O_RDONLY));
          RawClose(RawOpen(file.c_str(), O_WRONLY | O_CREAT, 0600));
        });
      },
      [] {
        LoadRequest request = BaseRequest();
        request.mix.profile = "alerts";
        return request;
      });
}

absl::StatusOr<Decay> MeasureDecay(absl::Duration duration) {
  Decay decay;
  std::snprintf(decay.file_system, sizeof decay.file_system, "%s", FileSystemOf("/bin"));
  LoadRequest request = BaseRequest();
  request.only_action = "WriteBelowBinaryDir";
  request.flat_out = true;
  request.duration = duration;
  LoadEngine engine(GeneratorPath(), "/tmp", nullptr);
  BENCH_RETURN_IF_ERROR(engine.Start(request));
  decay.window = std::min(kDecayWindow, duration / 2);
  LoadStats first;
  LoadStats before_last;
  LoadStats now;
  while (!engine.Finished()) {
    absl::SleepFor(absl::Milliseconds(50));
    now = engine.Poll();
    if (now.elapsed <= decay.window) first = now;
    if (now.elapsed <= duration - decay.window) before_last = now;
  }
  BENCH_ASSIGN_OR_RETURN(LoadResult result, engine.Stop());
  auto per_sec = [](const LoadStats& from, const LoadStats& to) {
    return static_cast<double>(to.issued_actions - from.issued_actions) /
           absl::ToDoubleSeconds(to.elapsed - from.elapsed);
  };
  decay.first_per_sec = per_sec({}, first);
  decay.last_per_sec = per_sec(before_last, result.stats);
  return decay;
}

absl::StatusOr<Pacing> MeasurePacing(double syscalls_per_sec, bool spin) {
  StallProbe host;
  LoadRequest request = BaseRequest();
  request.mix.profile = "recipe";
  request.syscalls_per_sec = syscalls_per_sec;
  request.duration = kPacingRound;
  request.spin = spin;
  BENCH_ASSIGN_OR_RETURN(LoadResult result, Run(request));
  const double seconds = absl::ToDoubleSeconds(kPacingRound);
  return Pacing{
      .offered_per_sec = syscalls_per_sec,
      .error = static_cast<double>(result.stats.issued_syscalls) / (syscalls_per_sec * seconds) - 1,
      .p99_lateness = result.p99_lateness,
      .cpu_cores = absl::ToDoubleSeconds(result.stats.cpu) / seconds,
      .host_stall = host.Read().max_stall};
}

}  // namespace bench
