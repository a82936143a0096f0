// What one thread of the stall probe notes, and how often it wakes. Pure but for the atomics: time
// comes in as nanoseconds.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace bench {

// A wake-up takes from a few microseconds of CPU on bare metal to tens on a virtual machine whose
// timers are expensive: the period that keeps the probe at half a percent of its CPU, from 1 ms to
// 10 ms.
inline int64_t StallProbePeriodNs(int64_t cpu_ns_per_wake) {
  return std::clamp<int64_t>(cpu_ns_per_wake * 200, 1'000'000, 10'000'000);
}

// One writer (Woke), any number of others.
class StallRecorder {
 public:
  // The thread is about to sleep until `wake_ns`.
  void WillSleepUntil(int64_t wake_ns) { wake_ns_.store(wake_ns, std::memory_order_relaxed); }

  // It runs again, at `now_ns`.
  void Woke(int64_t now_ns) {
    const int64_t late = LateSinceReset(now_ns);
    wake_ns_.store(kAwake, std::memory_order_relaxed);
    int64_t max = max_ns_.load(std::memory_order_relaxed);
    while (late > max && !max_ns_.compare_exchange_weak(max, late, std::memory_order_relaxed)) {
    }
  }

  // For the readers' information.
  void SetPeriod(int64_t period_ns) { period_ns_.store(period_ns, std::memory_order_relaxed); }
  int64_t period_ns() const { return period_ns_.load(std::memory_order_relaxed); }

  void Reset(int64_t now_ns) {
    reset_ns_.store(now_ns, std::memory_order_relaxed);
    max_ns_.store(0, std::memory_order_relaxed);
  }

  int64_t MaxNs(int64_t now_ns) const {
    return std::max(max_ns_.load(std::memory_order_relaxed), LateSinceReset(now_ns));
  }

 private:
  static constexpr int64_t kAwake = INT64_MAX;

  // How long it should have been awake, as far as that lies after the last Reset.
  int64_t LateSinceReset(int64_t now_ns) const {
    const int64_t wake_ns = wake_ns_.load(std::memory_order_relaxed);
    if (wake_ns == kAwake) return 0;
    return std::max<int64_t>(0,
                             now_ns - std::max(wake_ns, reset_ns_.load(std::memory_order_relaxed)));
  }

  std::atomic<int64_t> wake_ns_{kAwake};
  std::atomic<int64_t> period_ns_{0};
  std::atomic<int64_t> reset_ns_{0};
  std::atomic<int64_t> max_ns_{0};
};

}  // namespace bench
