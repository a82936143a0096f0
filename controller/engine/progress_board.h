#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "bench/v1/model.pb.h"

namespace bench {

// Where each running run stands, for the live view. Never stored. Thread-safe.
class ProgressBoard {
 public:
  // A progress without a note keeps the note before.
  void Set(v1::Progress progress) ABSL_LOCKS_EXCLUDED(mutex_);
  void Erase(const std::string& run_id) ABSL_LOCKS_EXCLUDED(mutex_);
  // Of those runs that have one.
  std::vector<v1::Progress> Of(const std::vector<std::string>& run_ids) const
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable absl::Mutex mutex_;
  std::map<std::string, v1::Progress> by_run_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace bench
