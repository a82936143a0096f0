// The generator's loop: asks the pacer, runs the actions of the mix in turn, slips canaries in,
// and counts.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "worker/actions/mix.h"
#include "worker/load/canary_schedule.h"
#include "worker/load/monotonic.h"
#include "worker/load/pacer.h"
#include "worker/load/shared_stats.h"

namespace bench {

// The actions of a mix, made ready. They are cleaned up by the destructor at the latest.
class PreparedActions {
 public:
  static absl::StatusOr<PreparedActions> Prepare(const Mix& mix, const ActionContext& context);
  PreparedActions(PreparedActions&&) = default;
  PreparedActions& operator=(PreparedActions&&) = delete;
  ~PreparedActions() { CleanUp(); }
  void CleanUp();

  Action& operator[](int index) { return *actions_[index]; }

 private:
  PreparedActions() = default;
  std::vector<std::unique_ptr<Action>> actions_;
};

struct LoopOptions {
  int64_t duration_ns = 0;
  bool spin = false;      // wait in a busy loop
  int latency_every = 1;  // measure one step of so many, see SampleEvery
  int first_step = 0;     // where in the mix's cycle this process begins
};

// One step of how many to measure where looking at the clock twice at each would slow the load
// down: some sixty, and no divisor in common with the cycle's length, so that all of its steps are
// measured in turn.
int SampleEvery(int cycle_steps);

// Not thread-safe; nothing in Run allocates or locks. `mix`, `actions`, `pacer` and `stats` must
// outlive it.
class GeneratorLoop {
 public:
  GeneratorLoop(const Mix& mix, PreparedActions& actions, Action* canary, CanarySchedule schedule,
                Pacer& pacer, StatsBlock& stats, const LoopOptions& options);

  // From `start_ns` (of MonotonicNs) until the duration is over or *stop is true. A signal that
  // sets *stop ends a sleep early; one that comes just before the sleep is seen within 100 ms.
  void Run(int64_t start_ns, const std::atomic<bool>& stop);

 private:
  struct Step {
    Action* action;
    SharedHistogram* latency;
    int syscalls;
    bool counts;  // as an action: not filler
  };

  int64_t RunSteps(int64_t budget);  // returns the system calls issued
  void RunCanary(int64_t at_ns);
  void RunTimed(const Step& step);
  void Publish(int64_t elapsed_ns);
  void PublishCpu();
  void WaitUntil(int64_t wake_ns, const std::atomic<bool>& stop) const;
  int64_t ElapsedNs() const { return MonotonicNs() - start_ns_; }

  std::vector<Step> cycle_;
  Action* const canary_;
  CanarySchedule canary_schedule_;
  Pacer& pacer_;
  StatsBlock& stats_;
  const LoopOptions options_;

  int64_t start_ns_ = 0;
  int64_t cpu_at_start_ns_ = 0;
  int64_t cpu_due_ns_ = 0;
  size_t position_ = 0;
  int until_timed_ = 1;
  int64_t steps_ = 0;
  int64_t issued_syscalls_ = 0;
  int64_t issued_actions_ = 0;
  int64_t issued_canaries_ = 0;
  int64_t max_lateness_ns_ = 0;
};

}  // namespace bench
