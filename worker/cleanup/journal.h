// What must be undone even if we are killed: written to disk before it is done, struck out after it
// is undone, replayed at the next start.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/os/files.h"
#include "worker/cleanup/journal_format.h"
#include "worker/limits/saved_knob.h"

namespace bench {

struct ReplayReport {
  // "removed the control group /sys/fs/cgroup/…", "put back cpu.max of /sys/fs/cgroup/…"
  std::vector<std::string> undone;
  std::vector<std::string> problems;  // what could not be undone, and why
};

// One file, STATE_DIR/journal (see journal_format.h); each append is fdatasync'ed, and the file is
// emptied whenever nothing is left to undo. STATE_DIR/lock is held (flock) while a journal is open,
// so that two benchmarks never run on one host at once. Thread-safe.
class Journal {
 public:
  // Takes the lock, undoes what an earlier process left, and starts a journal that holds only what
  // could not be undone, for the next start to try again. ALREADY_EXISTS names the pid that holds
  // the lock. A damaged or partial line is skipped and reported.
  static absl::StatusOr<std::unique_ptr<Journal>> Open(const std::string& state_dir,
                                                       ReplayReport* report);
  ~Journal();

  using Entry = int64_t;
  // INVALID_ARGUMENT for a name that the replay would refuse: it must begin with "falco-bench-".
  absl::StatusOr<Entry> WillCreateCgroup(const std::string& directory);
  absl::StatusOr<Entry> WillCreateFile(const std::string& path);
  // Right after the start: killed at replay only if pid and start time still match.
  absl::StatusOr<Entry> DidStartProcess(pid_t pid, uint64_t start_ticks);
  // A limit of a group that is not ours, with what it holds before it is changed.
  absl::StatusOr<Entry> WillChangeKnob(const SavedKnob& knob);
  // Idempotent.
  absl::Status Done(Entry entry);

  const std::string& state_dir() const { return state_dir_; }

 private:
  Journal(std::string state_dir, UniqueFd lock);

  // (Re)writes the file so that it holds `carried` only, and opens it for appending.
  absl::Status StartWith(std::vector<JournalEntry> carried) ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<Entry> Add(JournalEntry entry) ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status AppendLine(const std::string& line) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status TruncateTo(int64_t size_bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string state_dir_;
  const std::string boot_id_;
  UniqueFd lock_;
  absl::Mutex mutex_;
  UniqueFd file_ ABSL_GUARDED_BY(mutex_);
  int64_t size_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  // Length of what earlier processes left and could not be undone, at the beginning of the file.
  int64_t carried_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  Entry next_ ABSL_GUARDED_BY(mutex_) = 1;
  std::set<Entry> outstanding_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace bench
