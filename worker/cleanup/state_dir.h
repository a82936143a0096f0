// The directory that holds the journal and the lock.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/os/files.h"

namespace bench {

std::string LockPath(const std::string& state_dir);
std::string JournalPath(const std::string& state_dir);
// The directory of files that matter only while a run lasts. Whoever holds the lock may remove it
// whole at its start.
std::string ScratchPath(const std::string& state_dir);

// `status` with the advice to free space or choose another directory.
absl::Status AdviseStateDir(const absl::Status& status, const std::string& state_dir);

// Makes the directory if needed and takes its lock, which holds until the descriptor is closed, at
// the latest by our death. ALREADY_EXISTS names the pid that has it.
absl::StatusOr<UniqueFd> LockStateDir(const std::string& state_dir);

// What stands in a state directory, without touching it: for the doctor.
struct StateDirContents {
  std::optional<pid_t> held_by;        // a benchmark that runs right now; 0 = its pid can't be read
  std::vector<std::string> leftovers;  // of a killed one, while none runs: "the file /bin/…"
};
StateDirContents InspectStateDir(const std::string& state_dir);

}  // namespace bench
