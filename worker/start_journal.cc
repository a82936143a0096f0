#include "worker/start_journal.h"

#include <utility>

#include "common/os/files.h"
#include "spdlog/spdlog.h"
#include "worker/cleanup/state_dir.h"

namespace bench {

StartedJournal StartJournal(const std::string& state_dir, const std::string& guard_program) {
  ReplayReport report;
  absl::StatusOr<std::unique_ptr<Journal>> journal = Journal::Open(state_dir, &report);
  for (const std::string& line : report.undone) {
    spdlog::warn("a killed benchmark had left something: {}", line);
  }
  for (const std::string& line : report.problems) spdlog::error("{}", line);
  StartedJournal started = {.journal = std::move(journal)};
  if (!started.journal.ok()) return started;
  // If it can't be removed, the next run's own attempt to use it will tell.
  RemoveTree(ScratchPath(state_dir)).status().IgnoreError();
  absl::StatusOr<std::unique_ptr<Guard>> guard = Guard::Start(guard_program, state_dir);
  if (guard.ok()) {
    started.guard = *std::move(guard);
  } else {
    spdlog::warn("if this benchmark is killed, only the next one undoes what it leaves: {}",
                 guard.status().ToString());
  }
  return started;
}

}  // namespace bench
