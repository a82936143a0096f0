#include "worker/sensor/app/metrics_file.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "common/version/version.h"
#include "worker/sensor/app/event_clock.h"

namespace bench::sensor {
namespace {

double ResidentMb(int statm_fd) {
  char text[128];
  const ssize_t n = pread(statm_fd, text, sizeof text - 1, 0);
  if (n <= 0) return 0;
  text[n] = '\0';
  long total = 0;
  long resident = 0;
  if (sscanf(text, "%ld %ld", &total, &resident) != 2) return 0;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

double CpuSeconds() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

MetricsIdentity IdentifySelf(int64_t start_wall_ns, int64_t boot_wall_ns) {
  MetricsIdentity identity;
  utsname host = {};
  uname(&host);
  identity.hostname = host.nodename;
  identity.kernel_release = host.release;
  identity.version = Version();
  identity.host_cpus = static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
  identity.host_boot_ns = boot_wall_ns;
  identity.start_ns = start_wall_ns;
  identity.reload_ns = start_wall_ns;
  return identity;
}

absl::StatusOr<MetricsFile> MetricsFile::Open(const std::string& path, MetricsIdentity identity) {
  MetricsFile metrics;
  metrics.path_ = path;
  metrics.identity_ = std::move(identity);
  metrics.start_monotonic_ns_ = MonotonicNs();
  metrics.statm_ = UniqueFd(open("/proc/self/statm", O_RDONLY | O_CLOEXEC));
  if (path.empty()) return metrics;
  metrics.file_ = UniqueFd(open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (!metrics.file_.valid()) return ErrnoStatus(absl::StrCat("open --metrics-file ", path), errno);
  return metrics;
}

absl::Status MetricsFile::Write(const Probe& probe, const RuleEngine& engine,
                                const ThreadTable& threads, int64_t processed_events,
                                int64_t now_monotonic_ns) {
  BENCH_ASSIGN_OR_RETURN(KernelCounters counters, probe.ReadCounters());
  MetricsSnapshot now;
  now.sample = last_.sample + 1;
  now.time_ns = WallNs();
  now.since_start_ns = now_monotonic_ns - start_monotonic_ns_;
  now.kernel_events = counters.events;
  now.buffer_drops_total = counters.buffer_drops_total;
  now.buffer_drops = counters.buffer_drops;
  now.processed_events = processed_events;
  now.memory_rss_mb = ResidentMb(statm_.get());
  if (now.since_start_ns > 0) {
    now.cpu_usage_percent = 100 * CpuSeconds() * 1e9 / static_cast<double>(now.since_start_ns);
  }
  now.threads = static_cast<int64_t>(threads.thread_count());
  now.fds = threads.fd_totals().open;
  now.fds_added = threads.fd_totals().added;
  now.fds_removed = threads.fd_totals().removed;

  absl::Status written;
  if (file_.valid()) {
    std::string line;
    AppendMetrics(identity_, last_, now, engine.rules(), engine.match_counts(),
                  engine.matches_total(), line);
    const ssize_t n = write(file_.get(), line.data(), line.size());
    if (n < 0) written = ErrnoStatus(absl::StrCat("write to ", path_), errno);
    if (n >= 0 && static_cast<size_t>(n) < line.size()) {
      written =
          absl::ResourceExhaustedError(absl::StrCat("write to ", path_, ": only part of a line"));
    }
  }
  last_ = now;
  return written;
}

}  // namespace bench::sensor
