#include "tests/fakes/fake_falco/counter_file.h"

#include <string>

#include "common/os/clock.h"
#include "common/status/status_macros.h"
#include "tests/fakes/fake_falco/counter_text.h"

namespace bench {
namespace {

constexpr absl::Duration kBetweenHalves = absl::Milliseconds(60);

}  // namespace

absl::StatusOr<CounterFile> CounterFile::Open(const std::string& path, bool by_stats,
                                              absl::Duration interval) {
  CounterFile made;
  made.by_stats_ = by_stats;
  made.interval_ = interval;
  if (!path.empty()) {
    BENCH_ASSIGN_OR_RETURN(made.file_, AppendedFile::Open(path));
  }
  return made;
}

std::optional<FakeCounters> CounterFile::Poll(const FakeFalcoScript& script,
                                              const FakeRelease& release,
                                              const FakeConfig::Metrics& wanted,
                                              const FakeCapture& capture) {
  FakeCounters counters = capture.Take();
  if (counters.age - last_tick_ < interval_) return std::nullopt;
  if (script.event_every > absl::ZeroDuration()) {
    if (counters.age - last_event_ < script.event_every) return std::nullopt;
    last_event_ = counters.age;
  }
  last_tick_ = counters.age;
  ++sample_;
  if (file_) {
    const std::string line = by_stats_ ? StatsLine(release, counters, before_, sample_)
                                       : MetricsLine(release, wanted, counters, sample_);
    if (script.partial_lines) {
      file_->Append(line.substr(0, line.size() / 2));
      RealClock().Sleep(kBetweenHalves);
      file_->Append(line.substr(line.size() / 2));
    } else {
      file_->Append(line);
    }
  }
  before_ = counters;
  return counters;
}

}  // namespace bench
