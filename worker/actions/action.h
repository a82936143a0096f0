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

// Start of every file name that an action creates: what the journal and a search of the disk find.
inline constexpr absl::string_view kMarkerPrefix = "falco-bench-";

struct ActionContext {
  // kMarkerPrefix + run and trial + the generator's index: part of every file name it creates, so
  // that no two generators share a file.
  std::string marker;
  std::string scratch_dir;  // exists; for ordinary files of the filler
};

// Not thread-safe: one generator process owns its actions and runs them from its only thread.
class Action {
 public:
  virtual ~Action() = default;
  // Files that Prepare will create, to be journaled before.
  virtual std::vector<std::string> CreatedFiles(const ActionContext& /*context*/) const {
    return {};
  }
  // Checks that the action can do its work and makes its files. An error names the action, the
  // file and what to do.
  virtual absl::Status Prepare(const ActionContext& context) = 0;
  // Once: ActionInfo::syscalls_per_action system calls, no more. A failure shows as missing events
  // and alerts.
  virtual void Run() = 0;
  // Removes what Prepare made. Idempotent; also after a Prepare that failed.
  virtual void CleanUp() = 0;
};

// What `benchctl actions list` prints and mixes are made of.
struct ActionInfo {
  const char* name;         // "ReadSensitiveFileUntrusted", "filler", "filler-read"
  const char* description;  // one line
  const char* rule;         // Falco's rule that it matches; "" = none
  const char* rule_set;     // "stable", "incubating", "sandbox", ""
  const char* syscalls;     // "openat, close"
  int syscalls_per_action;
  bool enabled_by_default;  // in event-generator: its rule is of the stable set
  // The rule matches in containers only, where our generators don't run: named, never made.
  bool container_only = false;
  // Whether sensors capture its calls without being asked to.
  bool captured = true;
  // Of one of its events in Falco's ring, roughly: an open and a close took 56 in the mean.
  int event_bytes = 56;
  const char* needs_directory = "";             // that the host must have; "" = none
  std::unique_ptr<Action> (*make)() = nullptr;  // not for container_only
};

// Why it can't run on this host, for people; "" = it can, rights aside.
std::string WhyNotHere(const ActionInfo& action);

// All actions, in a fixed order: an explicit table, no registration.
const std::vector<ActionInfo>& AllActions();
const ActionInfo* FindAction(absl::string_view name);  // case-insensitive; nullptr = unknown

// Matches no rule: what a node does all day. The plain one opens and closes an ordinary file of
// ours; further kinds are "filler-read", "filler-write", "filler-connect" and "filler-exec".
inline constexpr absl::string_view kFillerAction = "filler";
// What the canary runs.
inline constexpr absl::string_view kCanaryAction = "ReadSensitiveFileUntrusted";

bool IsFiller(const ActionInfo& action);

}  // namespace bench
