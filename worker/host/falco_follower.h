// Finds the Falco that a measurement attaches to, and finds it again after whoever watches over it
// has started it anew: systemd, a container runtime, the kubelet.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/os/clock.h"
#include "common/settings/sensor_name.h"
#include "worker/host/falco_finder.h"
#include "worker/host/running_falco.h"

namespace bench {

// systemd's RestartSec and the kubelet's first back-off are 10 s and less; one that starts with
// little CPU takes as long again.
inline constexpr absl::Duration kFalcoRestartTimeout = absl::Seconds(60);

// How whoever waits for a Falco is told so, and gives up.
struct FalcoWait {
  const std::atomic<bool>* cancelled = nullptr;  // outlives the wait; then CANCELLED at once
  std::function<void(const std::string& stage)> say = [](const std::string& /*stage*/) {};
};

// Remembers what it found for each wish, for the next run with the same: a pid means that process
// and what comes in its place. Not thread-safe.
class FalcoFollower {
 public:
  using Look = std::function<std::vector<RunningFalco>()>;
  using Inspect = std::function<absl::StatusOr<RunningFalcoFacts>(const RunningFalco&)>;
  // `clock` must outlive it.
  explicit FalcoFollower(
      Clock& clock, Look look = [] { return FindRunningFalco(); },
      Inspect inspect = InspectRunningFalco);

  // For a run that begins. One that was never there is not waited for: NOT_FOUND at once. One that
  // was found for this wish before is, or that ends just now, for up to kFalcoRestartTimeout.
  // FAILED_PRECONDITION: two of them run, or it doesn't tell what it is.
  absl::StatusOr<RunningFalcoFacts> Find(const AttachWish& wish, const FalcoWait& wait);
  // For a run that goes on: that one, or what came in its place, waited for likewise.
  absl::StatusOr<RunningFalcoFacts> FindAgain(const RunningFalco& before,
                                              const FalcoWait& wait) const;

 private:
  using Choose =
      absl::FunctionRef<absl::StatusOr<RunningFalco>(const std::vector<RunningFalco>& running)>;
  // `before`: whom to wait for; null = nobody.
  absl::StatusOr<RunningFalcoFacts> Await(Choose choose, const RunningFalco* before,
                                          const FalcoWait& wait) const;
  bool Runs(pid_t pid) const;

  Clock& clock_;
  const Look look_;
  const Inspect inspect_;
  std::map<std::pair<pid_t, std::string>, RunningFalco> found_;  // by the wish
};

}  // namespace bench
