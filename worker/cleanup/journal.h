// What must be undone even if we are killed: written to disk before it is done, struck out after it
// is undone, replayed at the next start.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/os/files.h"

namespace bench {

struct ReplayReport {
  std::vector<std::string> undone;    // "removed the cgroup /sys/fs/cgroup/…"
  std::vector<std::string> problems;  // what could not be undone, and why
};

// One file, STATE_DIR/journal, of lines "cgroup PATH" | "process PID START_TICKS" | "file PATH" |
// "done N"; each append is fdatasync'ed. STATE_DIR/lock is held (flock) while a journal is open, so
// that two benchmarks never run on one host at once. Thread-safe.
class Journal {
 public:
  // Takes the lock, undoes what an earlier process left, and starts an empty journal. ALREADY_EXISTS
  // names the pid that holds the lock. A damaged or partial line is skipped and reported.
  static absl::StatusOr<std::unique_ptr<Journal>> Open(const std::string& state_dir,
                                                       ReplayReport* report);
  ~Journal();

  using Entry = int64_t;
  absl::StatusOr<Entry> WillCreateCgroup(const std::string& directory);
  absl::StatusOr<Entry> WillCreateFile(const std::string& path);
  // Right after the start: killed at replay only if pid and start time still match.
  absl::StatusOr<Entry> DidStartProcess(pid_t pid, uint64_t start_ticks);
  absl::Status Done(Entry entry);

  const std::string& state_dir() const { return state_dir_; }

 private:
  Journal(std::string state_dir, UniqueFd lock, UniqueFd file);
  absl::StatusOr<Entry> Append(const std::string& line) ABSL_LOCKS_EXCLUDED(mutex_);

  const std::string state_dir_;
  UniqueFd lock_;
  absl::Mutex mutex_;
  UniqueFd file_ ABSL_GUARDED_BY(mutex_);
  Entry next_ ABSL_GUARDED_BY(mutex_) = 1;
};

}  // namespace bench
