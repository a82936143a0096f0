// One thing the load does, named as event-generator names it. An action's hot path makes system
// calls directly, allocates nothing and takes no lock.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bench {

// Part of every file name that an action creates: what the journal and a search of the disk find.
inline constexpr absl::string_view kMarkerPrefix = "falco-bench-";

struct ActionContext {
  std::string marker;       // kMarkerPrefix + run + generator: part of every file name it creates
  std::string scratch_dir;  // for ordinary files of the filler
};

class Action {
 public:
  virtual ~Action() = default;
  // Files that Prepare will create, to be journaled before.
  virtual std::vector<std::string> CreatedFiles(const ActionContext& context) const { return {}; }
  virtual absl::Status Prepare(const ActionContext& context) = 0;
  virtual void Run() = 0;  // once; failures show as missing events and alerts
  virtual void CleanUp() = 0;
};

// What `benchctl actions list` prints and mixes are made of.
struct ActionInfo {
  const char* name;          // "ReadSensitiveFileUntrusted", "filler"
  const char* description;   // one line
  const char* rule;          // Falco's rule that it matches; "" = none
  const char* rule_set;      // "stable", "incubating", "sandbox", ""
  const char* syscalls;      // "openat, close"
  int syscalls_per_action;
  bool enabled_by_default;
  std::unique_ptr<Action> (*make)();
};

// All actions, in a fixed order: an explicit table, no registration.
const std::vector<ActionInfo>& AllActions();
const ActionInfo* FindAction(absl::string_view name);  // case-insensitive; nullptr = unknown

// A cycle of steps, each an action's index in `actions`; the generator walks it round and round.
struct Mix {
  std::vector<const ActionInfo*> actions;
  std::vector<int> cycle;
  int syscalls_per_cycle = 0;
  int actions_per_cycle = 0;  // steps that are not filler
};

// "recipe", "alerts" or "filler"; `actions_regex` (RE2-free ECMAScript, matched anywhere in the
// name, case-insensitive), if not empty, replaces the profile's actions and keeps its filler. An
// unknown profile or a regex that matches nothing is an INVALID_ARGUMENT listing what there is.
absl::StatusOr<Mix> MakeMix(absl::string_view profile, absl::string_view actions_regex);
// Only this action, for its calibration.
Mix SingleActionMix(const ActionInfo& action);

}  // namespace bench
