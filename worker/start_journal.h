// Opens the journal as each start of a worker does.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "worker/cleanup/journal.h"

namespace bench {

// Undoes what a killed worker left (each undone thing is a line in the log) and empties the scratch
// directory. Not being able to keep a journal need not be an error for the caller: a simulated
// sensor needs none, and whoever asks for a real one is told then.
absl::StatusOr<std::unique_ptr<Journal>> StartJournal(const std::string& state_dir);

}  // namespace bench
