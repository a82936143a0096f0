// The figures of one generator process, in memory it shares with the engine: written without a
// lock or a system call, read at any time.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "absl/status/statusor.h"
#include "common/os/files.h"
#include "worker/load/log_histogram.h"

namespace bench {

// More actions than a mix can hold.
inline constexpr int kMaxMixActions = 80;

// One writer (the generator), any number of readers. A cache line of its own, so that a reader
// disturbs the writer as little as can be.
class alignas(64) SharedCounter {
 public:
  int64_t Get() const { return value_.load(std::memory_order_relaxed); }
  void Set(int64_t value) { value_.store(value, std::memory_order_relaxed); }
  void Add(int64_t amount) { Set(Get() + amount); }  // cheaper than an atomic add: one writer

 private:
  std::atomic<int64_t> value_{0};
};

// As SharedCounter. Buckets as in log_histogram.h.
class alignas(64) SharedHistogram {
 public:
  void Count(int64_t ns, int64_t times) {
    std::atomic<int64_t>& count = counts_[HistogramBucket(ns)];
    count.store(count.load(std::memory_order_relaxed) + times, std::memory_order_relaxed);
  }
  void AddTo(std::array<int64_t, kHistogramBuckets>& sum) const {
    for (int i = 0; i < kHistogramBuckets; ++i) {
      sum[i] += counts_[i].load(std::memory_order_relaxed);
    }
  }

 private:
  std::array<std::atomic<int64_t>, kHistogramBuckets> counts_{};
};

struct StatsBlock {
  SharedCounter issued_syscalls;
  SharedCounter issued_actions;
  SharedCounter issued_canaries;
  SharedCounter cpu_ns;  // since the start of the load; renewed ten times a second
  SharedCounter max_lateness_ns;
  SharedCounter elapsed_ns;                             // since the start of the load
  alignas(64) std::atomic<bool> ended{false};           // the load proper has; the clean-up follows
  SharedHistogram lateness;                             // each batch's, weighted with its steps
  std::array<SharedHistogram, kMaxMixActions> latency;  // by the action's index in the mix; sampled
};
static_assert(std::atomic<int64_t>::is_always_lock_free);

// Anonymous memory: nothing to remove, whoever dies. Owns the mapping and the descriptor.
class SharedStats {
 public:
  static absl::StatusOr<SharedStats> Create();
  // Takes over a descriptor that Create made in another process of the same build.
  static absl::StatusOr<SharedStats> Attach(UniqueFd fd);

  SharedStats(SharedStats&& other) noexcept;
  SharedStats& operator=(SharedStats&&) = delete;
  ~SharedStats();

  int fd() const { return fd_.get(); }
  StatsBlock& operator*() const { return *block_; }
  StatsBlock* operator->() const { return block_; }

 private:
  SharedStats(UniqueFd fd, StatsBlock* block);
  static absl::StatusOr<void*> Map(int fd);

  UniqueFd fd_;
  StatsBlock* block_;
};

}  // namespace bench
