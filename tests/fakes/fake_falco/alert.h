#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "tests/fakes/fake_falco/capture.h"

namespace bench {

inline constexpr char kFakeHostname[] = "vm";

struct FakeAlert {
  absl::Time time;  // of the event
  std::string rule;
  int priority_number = 0;  // 0 = emergency, 7 = debug
  std::string priority;
  std::string source;
  std::string message;
  std::vector<std::string> tags;
  std::vector<std::pair<std::string, std::string>> fields;  // "evt.time" is a number as JSON
};

// The n-th alert of kFakeRule, for an event at `time`; every second one, from the first on, is
// about a file whose name is `marker`.
FakeAlert MakeFakeAlert(int64_t number, absl::Time time, const std::string& marker);
// What Falco says of its counters among the alerts (metrics.output_rule).
FakeAlert MakeSnapshotAlert(const FakeCounters& counters);

// "09:31:22.740957136: Warning …": the alert where json_output is off, and `output` where it is on.
std::string AlertText(const FakeAlert& alert);
std::string AlertJson(const FakeAlert& alert);

}  // namespace bench
