#include "controller/scheduler/run_queue.h"

#include <algorithm>
#include <utility>

namespace bench {

void RunQueue::Put(RunState run) {
  auto found = runs_.find(run.id);
  if (found != runs_.end()) Unindex(found->second);
  if (HasEnded(run)) {
    if (found != runs_.end()) runs_.erase(found);
    return;
  }
  if (found == runs_.end()) found = runs_.emplace(run.id, RunState()).first;
  found->second = std::move(run);
  Index(found->second);
}

void RunQueue::Clear() {
  waiting_.clear();
  running_.clear();
  runs_.clear();
}

const RunState* RunQueue::Find(absl::string_view id) const {
  auto found = runs_.find(std::string(id));
  return found == runs_.end() ? nullptr : &found->second;
}

const RunState* RunQueue::NextFor(absl::string_view node) const {
  if (RunningOn(node) != nullptr) return nullptr;
  const std::pair<const std::pair<int64_t, std::string>, const RunState*>* first = nullptr;
  for (const std::string& wanted : {std::string(node), std::string()}) {
    auto waiting = waiting_.find(wanted);
    if (waiting == waiting_.end()) continue;
    const auto& front = *waiting->second.begin();
    if (first == nullptr || front.first < first->first) first = &front;
  }
  return first == nullptr ? nullptr : first->second;
}

const RunState* RunQueue::RunningOn(absl::string_view node) const {
  auto found = running_.find(std::string(node));
  return found == running_.end() ? nullptr : Find(found->second);
}

std::vector<RunState> RunQueue::ExpiredAt(absl::Duration now) const {
  std::vector<RunState> expired;
  for (const auto& [node, id] : running_) {
    const RunState* run = Find(id);
    if (now >= run->lease_until) expired.push_back(*run);
  }
  return expired;
}

std::vector<RunState> RunQueue::OfCampaign(absl::string_view campaign_id) const {
  std::vector<RunState> found;
  for (const auto& [id, run] : runs_) {
    if (run.campaign_id == campaign_id) found.push_back(run);
  }
  std::sort(found.begin(), found.end(),
            [](const RunState& a, const RunState& b) { return a.position < b.position; });
  return found;
}

void RunQueue::Index(const RunState& run) {
  if (run.phase == RunPhase::kQueued) {
    waiting_[run.wanted_node].emplace(std::make_pair(run.position, run.id), &run);
  } else {
    running_[run.node] = run.id;
  }
}

void RunQueue::Unindex(const RunState& run) {
  if (run.phase == RunPhase::kQueued) {
    auto waiting = waiting_.find(run.wanted_node);
    waiting->second.erase({run.position, run.id});
    if (waiting->second.empty()) waiting_.erase(waiting);
  } else {
    running_.erase(run.node);
  }
}

}  // namespace bench
