// The runs that have not ended: who waits, who runs where, whose lease is over.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "controller/scheduler/run_state.h"

namespace bench {

// An index over states; it decides nothing about a single run (run_state.h does). Lookups are
// logarithmic: a thousand nodes poll it. Not thread-safe.
class RunQueue {
 public:
  // Adds or replaces the run with this id. A run that has ended leaves the queue.
  void Put(RunState run);
  void Clear();

  const RunState* Find(absl::string_view id) const;  // null: not here; valid until the next Put
  // What `node` should run next: the foremost queued run that wants it, or any node. Null if there
  // is none, or if the node runs one already.
  const RunState* NextFor(absl::string_view node) const;
  const RunState* RunningOn(absl::string_view node) const;
  std::vector<RunState> ExpiredAt(absl::Duration now) const;
  std::vector<RunState> OfCampaign(absl::string_view campaign_id) const;
  size_t size() const { return runs_.size(); }

 private:
  // By position, then id: two campaigns may use the same positions.
  using Waiting = std::map<std::pair<int64_t, std::string>, const RunState*>;

  void Index(const RunState& run);
  void Unindex(const RunState& run);

  std::unordered_map<std::string, RunState> runs_;           // nodes of the map are stable
  std::map<std::string, Waiting, std::less<>> waiting_;      // by wanted node, "" = any
  std::map<std::string, std::string, std::less<>> running_;  // node -> run id
};

}  // namespace bench
