// One generator process as the engine sees it: started, told when to begin, watched, ended.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/os/process.h"
#include "worker/load/generator_options.h"
#include "worker/load/shared_stats.h"

namespace bench {

// Not thread-safe; the process dies with the thread that started it. The destructor kills what
// still runs.
class GeneratorProcess {
 public:
  // `options.stats_fd` is set here.
  static absl::StatusOr<GeneratorProcess> Spawn(const std::string& program,
                                                GeneratorOptions options,
                                                const std::vector<int>& cpus);

  // Waits for its "ready"; its error otherwise, or DEADLINE_EXCEEDED.
  absl::Status AwaitReady(absl::Time deadline);
  absl::Status Start(int64_t start_ns);

  const StatsBlock& stats() const { return *stats_; }
  pid_t pid() const { return child_.pid(); }
  bool ended_load() const { return stats_->ended.load(std::memory_order_acquire); }
  // Ended as a process before its load had: killed, crashed.
  bool Died() { return !ended_load() && child_.Poll().has_value(); }

  void RequestLoadEnd();  // the process waits then; returns at once
  void RequestStop();     // of the process; returns at once
  // Waits for its clean-up and its exit, kills it at the deadline. An error says how it ended, if
  // not well.
  absl::Status Reap(absl::Time deadline);

 private:
  GeneratorProcess(ChildProcess child, SharedStats stats, int index);
  // The next line of its output without the newline; at the end of the output: its exit state.
  absl::StatusOr<std::string> ReadLine(absl::Time deadline);
  absl::Status DiedStatus(const ExitState& state) const;

  ChildProcess child_;
  SharedStats stats_;
  int index_;
  std::string unread_;
};

}  // namespace bench
