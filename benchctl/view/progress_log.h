// A campaign as a stream of lines: one for each stage, trial and ended run.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "bench/v1/admin.pb.h"

namespace bench {

// Remembers what it has said already. No I/O; not thread-safe.
class ProgressLog {
 public:
  enum class Detail {
    kResults,  // notes and ended runs: what stays above a live view
    kTrials,   // stages and trials besides
    kReasons,  // and why each trial was judged as it was
  };
  explicit ProgressLog(Detail detail) : detail_(detail) {}

  // What is new since the last call, oldest first.
  std::vector<std::string> Update(const v1::GetProgressResponse& progress);

 private:
  struct RunSeen {
    std::string stage;
    int attempt = 0;
    bool ended = false;
  };
  void AddStage(const v1::GetProgressResponse& progress, const v1::Progress& now,
                std::vector<std::string>* lines);
  void AddTrials(const v1::GetProgressResponse& progress, std::vector<std::string>* lines);
  void AddEnded(const v1::GetProgressResponse& progress, std::vector<std::string>* lines);

  const Detail detail_;
  std::set<std::string> notes_;
  absl::flat_hash_map<std::string, RunSeen> runs_;
};

// "[2/3 cpu=1 memory=512Mi]": which of the runs it is, with the node and the repeat if they differ.
std::string RunLabel(const v1::GetProgressResponse& progress, const v1::Run& run);
// The run with that id; nullptr if there is none.
const v1::Run* FindRun(const v1::GetProgressResponse& progress, const std::string& run_id);

}  // namespace bench
