#include "tests/fakes/fake_falco/capture.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "common/os/clock.h"
#include "common/os/files.h"

namespace bench {
namespace {

constexpr double kBytesPerMb = 1 << 20;

double ResidentMb() {
  const std::string statm = ReadFile("/proc/self/statm").value_or("");
  long size = 0;
  long resident = 0;
  if (std::sscanf(statm.c_str(), "%ld %ld", &size, &resident) != 2) return 0;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / kBytesPerMb;
}

}  // namespace

FakeCapture::FakeCapture(const FakeFalcoScript& script, absl::Time start)
    : script_(script), start_(start), reload_(RealClock().Now()), begin_(RealClock().Monotonic()) {}

FakeCounters FakeCapture::Take() const {
  FakeCounters counters;
  counters.at = RealClock().Now();
  counters.age = RealClock().Monotonic() - begin_;
  const double seconds = absl::ToDoubleSeconds(counters.age);
  // A match is of an event that was processed: no snapshot tells more of the one than of the other.
  counters.matches = matches_;
  counters.drops = static_cast<int64_t>(script_.drops_per_sec * seconds);
  counters.events = std::max(static_cast<int64_t>(script_.events_per_sec * seconds),
                             counters.drops + counters.matches);
  counters.start_ns = absl::ToUnixNanos(start_);
  counters.reload_ns = absl::ToUnixNanos(reload_);
  counters.memory_rss_mb = ResidentMb();
  return counters;
}

int64_t FakeCapture::AlertsDue() const {
  return static_cast<int64_t>(script_.alerts_per_sec *
                              absl::ToDoubleSeconds(RealClock().Monotonic() - begin_));
}

}  // namespace bench
