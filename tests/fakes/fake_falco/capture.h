#pragma once

#include <atomic>
#include <cstdint>

#include "absl/time/time.h"
#include "tests/fakes/fake_falco/script.h"

namespace bench {

// The rule whose alerts the fake sends.
inline constexpr char kFakeRule[] = "Read sensitive file untrusted";

// All taken at one moment.
struct FakeCounters {
  absl::Time at;
  absl::Duration age;   // of the capture
  int64_t events = 0;   // seen by the kernel, the dropped ones included
  int64_t drops = 0;    // for a full ring
  int64_t matches = 0;  // of kFakeRule
  int64_t start_ns = 0;
  int64_t reload_ns = 0;
  double memory_rss_mb = 0;  // what this process really holds

  int64_t processed() const { return events - drops; }
};

// What would be captured from its making on, counted by the script's rates. Thread-safe.
class FakeCapture {
 public:
  // `start` is of the process.
  FakeCapture(const FakeFalcoScript& script, absl::Time start);

  FakeCounters Take() const;
  // How many alerts there should have been by now.
  int64_t AlertsDue() const;
  // Of the alert that is made next, begun with 0.
  int64_t matches() const { return matches_; }
  void AddMatch() { ++matches_; }

 private:
  const FakeFalcoScript& script_;
  const absl::Time start_;
  const absl::Time reload_;
  const absl::Duration begin_;
  std::atomic<int64_t> matches_ = 0;
};

}  // namespace bench
