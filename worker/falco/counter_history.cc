#include "worker/falco/counter_history.h"

#include <cstddef>
#include <utility>

#include "common/os/clock.h"
#include "worker/falco/counter_line.h"

namespace bench {
namespace {

constexpr size_t kMaxReadings = 64;

bool StartedOver(const CounterReading& before, const CounterReading& after) {
  return after.sample < before.sample || after.kernel_events < before.kernel_events;
}

}  // namespace

absl::StatusOr<std::optional<CounterReading>> ParseSnapshotLine(absl::string_view line,
                                                                absl::Time /*received_at*/) {
  return ParseCounterLine(line);
}

void CounterHistory::Add(CounterReading reading) {
  absl::MutexLock lock(&mutex_);
  // Releases before 0.41 don't tell when they were reloaded, and keep their start's time.
  if (reading.reload_ts == 0) {
    if (!readings_.empty() && StartedOver(readings_.back(), reading)) ++captures_;
    reading.reload_ts = captures_;
  }
  readings_.push_back(std::move(reading));
  if (readings_.size() > kMaxReadings) readings_.pop_front();
  changed_.SignalAll();
}

void CounterHistory::AddUnreadable() {
  absl::MutexLock lock(&mutex_);
  ++unreadable_;
}

void CounterHistory::AddLine(CounterLineParser parse, absl::string_view line,
                             absl::Time received_at) {
  absl::StatusOr<std::optional<CounterReading>> reading = parse(line, received_at);
  if (!reading.ok()) {
    AddUnreadable();
  } else if (*reading) {
    (*reading)->received_at = received_at;
    Add(**std::move(reading));
  }
}

std::optional<CounterReading> CounterHistory::Latest() const {
  absl::MutexLock lock(&mutex_);
  if (readings_.empty()) return std::nullopt;
  return readings_.back();
}

std::optional<CounterReading> CounterHistory::FirstAfter(absl::Time after,
                                                         absl::Duration timeout) const {
  const absl::Duration deadline = RealClock().Monotonic() + timeout;
  absl::MutexLock lock(&mutex_);
  for (;;) {
    for (const CounterReading& reading : readings_) {
      if (reading.at > after) return reading;
    }
    const absl::Duration left = deadline - RealClock().Monotonic();
    if (left <= absl::ZeroDuration()) return std::nullopt;
    changed_.WaitWithTimeout(&mutex_, left);
  }
}

int64_t CounterHistory::unreadable() const {
  absl::MutexLock lock(&mutex_);
  return unreadable_;
}

}  // namespace bench
