#include "worker/start_journal.h"

#include "common/os/files.h"
#include "spdlog/spdlog.h"
#include "worker/cleanup/state_dir.h"

namespace bench {

absl::StatusOr<std::unique_ptr<Journal>> StartJournal(const std::string& state_dir) {
  ReplayReport report;
  absl::StatusOr<std::unique_ptr<Journal>> journal = Journal::Open(state_dir, &report);
  for (const std::string& line : report.undone) {
    spdlog::warn("a killed benchmark had left something: {}", line);
  }
  for (const std::string& line : report.problems) spdlog::error("{}", line);
  // If it can't be removed, the next run's own attempt to use it will tell.
  if (journal.ok()) RemoveTree(ScratchPath(state_dir)).status().IgnoreError();
  return journal;
}

}  // namespace bench
