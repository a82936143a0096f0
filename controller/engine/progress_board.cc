#include "controller/engine/progress_board.h"

#include <utility>

namespace bench {

void ProgressBoard::Set(v1::Progress progress) {
  absl::MutexLock lock(&mutex_);
  v1::Progress& entry = by_run_[progress.run_id()];
  if (progress.note().empty()) progress.set_note(entry.note());
  entry = std::move(progress);
}

void ProgressBoard::Erase(const std::string& run_id) {
  absl::MutexLock lock(&mutex_);
  by_run_.erase(run_id);
}

std::vector<v1::Progress> ProgressBoard::Of(const std::vector<std::string>& run_ids) const {
  absl::MutexLock lock(&mutex_);
  std::vector<v1::Progress> found;
  for (const std::string& run_id : run_ids) {
    auto entry = by_run_.find(run_id);
    if (entry != by_run_.end()) found.push_back(entry->second);
  }
  return found;
}

}  // namespace bench
