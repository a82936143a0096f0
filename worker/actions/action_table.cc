#include "absl/strings/match.h"
#include "worker/actions/action.h"
#include "worker/actions/action_makers.h"

namespace bench {

// In the order of the published recipe, the filler last.
const std::vector<ActionInfo>& AllActions() {
  static const auto& actions = *new std::vector<ActionInfo>{
      {.name = "ChangeThreadNamespace",
       .description = "tries to enter another namespace (the call fails; the attempt matches)",
       .rule = "Change thread namespace",
       .rule_set = "incubating",
       .syscalls = "setns",
       .syscalls_per_action = 1,
       .enabled_by_default = false,
       .make = MakeChangeThreadNamespace},
      {.name = "ReadSensitiveFileUntrusted",
       .description = "opens /etc/shadow for reading",
       .rule = "Read sensitive file untrusted",
       .rule_set = "stable",
       .syscalls = "openat, close",
       .syscalls_per_action = 2,
       .enabled_by_default = true,
       .make = MakeReadSensitiveFileUntrusted},
      {.name = "WriteBelowBinaryDir",
       .description = "opens a marker file of ours in /bin for writing",
       .rule = "Write below binary dir",
       .rule_set = "sandbox",
       .syscalls = "openat, close",
       .syscalls_per_action = 2,
       .enabled_by_default = false,
       .make = MakeWriteBelowBinaryDir},
      {.name = "filler",
       .description = "opens an ordinary file of ours for reading: events without an alert",
       .rule = "",
       .rule_set = "",
       .syscalls = "openat, close",
       .syscalls_per_action = 2,
       .enabled_by_default = false,
       .make = MakeFiller},
  };
  return actions;
}

const ActionInfo* FindAction(absl::string_view name) {
  for (const ActionInfo& action : AllActions()) {
    if (absl::EqualsIgnoreCase(action.name, name)) return &action;
  }
  return nullptr;
}

bool IsFiller(const ActionInfo& action) {
  return action.name == kFillerAction;
}

}  // namespace bench
