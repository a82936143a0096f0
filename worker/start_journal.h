// Opens the journal as each start of a worker does.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "worker/cleanup/guard.h"
#include "worker/cleanup/journal.h"

namespace bench {

struct StartedJournal {
  absl::StatusOr<std::unique_ptr<Journal>> journal;
  std::unique_ptr<Guard> guard;  // none where there is no journal, or no such program
};

// Undoes what a killed worker left (each undone thing is a line in the log) and empties the scratch
// directory. Not being able to keep a journal need not be an error for the caller: a simulated
// sensor needs none, and whoever asks for a real one is told then. From then on a guard undoes what
// we leave if we are killed.
// `guard_program`: bench-guard's path.
StartedJournal StartJournal(const std::string& state_dir, const std::string& guard_program);

}  // namespace bench
