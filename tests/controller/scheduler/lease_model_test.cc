// Random sequences of everything that can happen to runs, with invariants after each step.
#include <map>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "controller/scheduler/run_queue.h"
#include "controller/scheduler/run_state.h"

namespace bench {
namespace {

constexpr absl::Duration kTtl = absl::Seconds(10);
constexpr int kRuns = 12;
const std::vector<std::string>& Nodes() {
  static const auto& nodes = *new std::vector<std::string>{"n1", "n2", "n3"};
  return nodes;
}

// A worker that may be slow, stale, stopped or gone.
struct Holder {
  std::string run;
  int64_t epoch = 0;
};

class Model {
 public:
  explicit Model(uint32_t seed) : random_(seed) {
    for (int i = 0; i < kRuns; ++i) {
      RunState run;
      run.id = "r" + std::to_string(i);
      run.campaign_id = "c";
      run.position = i;
      run.wanted_node = Pick(4) == 0 ? Nodes()[Pick(3)] : "";
      run.max_attempts = 1 + static_cast<int>(Pick(3));
      Save(run);
    }
  }

  void Step() {
    switch (Pick(12)) {
      case 0:
      case 1:
      case 2:
        return Acquire(Nodes()[Pick(3)]);
      case 3:
      case 4:
      case 5:
        return Report();
      case 6:
        return Finish();
      case 7:
        now_ += absl::Seconds(static_cast<int>(Pick(8)));
        return;
      case 8:
      case 9:
        return Tick();
      case 10:
        if (Pick(10) == 0)
          Save(CancelRequested(all_["r" + std::to_string(Pick(kRuns))], "cancelled"));
        return;
      default:
        if (Pick(10) == 0) Restart();
    }
  }

  void Settle() {
    for (int i = 0; i < 100 && queue_.size() > 0; ++i) {
      for (const std::string& node : Nodes()) Acquire(node);
      now_ += kTtl;
      Tick();
    }
  }

  size_t unfinished() const { return queue_.size(); }
  int granted() const { return granted_; }
  int refused() const { return refused_; }

 private:
  uint32_t Pick(uint32_t count) { return random_() % count; }

  void Acquire(const std::string& node) {
    const RunState* next = queue_.NextFor(node);
    if (next == nullptr) return;
    ASSERT_EQ(queue_.RunningOn(node), nullptr);
    ASSERT_TRUE(next->wanted_node.empty() || next->wanted_node == node);
    RunState run = Granted(*next, node, now_, kTtl);
    ++granted_;
    holders_.push_back({run.id, run.epoch});
    Save(run);
  }

  void Report() {
    if (holders_.empty()) return;
    const Holder& holder = holders_[Pick(static_cast<uint32_t>(holders_.size()))];
    RunState before = all_[holder.run];
    auto after = Renewed(before, holder.epoch, now_, kTtl);
    bool holds = before.phase == RunPhase::kRunning && before.epoch == holder.epoch;
    ASSERT_EQ(after.ok(), holds);
    if (holds) {
      Save(*after);
    } else {
      ++refused_;
    }
  }

  void Finish() {
    if (holders_.empty()) return;
    const Holder& holder = holders_[Pick(static_cast<uint32_t>(holders_.size()))];
    auto ending = static_cast<Ending>(Pick(4));
    auto once = Finished(all_[holder.run], holder.epoch, ending, "why");
    if (!once.ok()) return;
    auto twice = Finished(*once, holder.epoch, ending, "why");
    ASSERT_TRUE(twice.ok());
    ASSERT_EQ(twice->phase, once->phase);
    Save(*once);
  }

  void Tick() {
    for (RunState& run : queue_.ExpiredAt(now_)) Save(Expired(run, now_));
    for (const auto& [id, run] : all_) {
      ASSERT_TRUE(run.phase != RunPhase::kRunning || run.lease_until > now_) << id;
    }
  }

  void Restart() {
    queue_.Clear();
    for (auto& [id, run] : all_) {
      run = Restored(run, now_, kTtl);
      queue_.Put(run);
    }
  }

  void Save(const RunState& run) {
    auto before = all_.find(run.id);
    if (before != all_.end()) {
      ASSERT_GE(run.epoch, before->second.epoch) << run.id;
      ASSERT_GE(run.attempt, before->second.attempt) << run.id;
      if (HasEnded(before->second)) {
        ASSERT_EQ(run.phase, before->second.phase) << run.id;
        ASSERT_EQ(run.reason, before->second.reason) << run.id;
      }
    }
    ASSERT_LE(run.attempt, run.max_attempts);
    ASSERT_TRUE(run.phase != RunPhase::kFailed || !run.reason.empty());
    all_[run.id] = run;
    queue_.Put(run);
    std::map<std::string, int> running;
    for (const auto& [id, each] : all_) {
      int here = each.phase == RunPhase::kRunning ? ++running[each.node] : 0;
      ASSERT_LE(here, 1) << each.node;
      ASSERT_EQ(queue_.Find(id) != nullptr, !HasEnded(each)) << id;
    }
  }

  std::mt19937 random_;
  absl::Duration now_ = absl::Hours(1);
  RunQueue queue_;
  std::map<std::string, RunState> all_;
  std::vector<Holder> holders_;
  int granted_ = 0;
  int refused_ = 0;
};

TEST(LeaseModel, KeepsItsInvariantsAndEndsEveryRun) {
  int granted = 0;
  int refused = 0;
  for (uint32_t seed = 1; seed <= 300; ++seed) {
    Model model(seed);
    for (int step = 0; step < 400; ++step) {
      model.Step();
      if (HasFatalFailure()) FAIL() << "seed " << seed << ", step " << step;
    }
    model.Settle();
    EXPECT_EQ(model.unfinished(), 0u) << "seed " << seed;
    granted += model.granted();
    refused += model.refused();
  }
  // The sequences did reach what they are meant to test.
  EXPECT_GT(granted, 300 * kRuns);
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace bench
