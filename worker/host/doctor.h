// What this host can and cannot measure, check by check, with the mend.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "worker/falco/config_faults.h"
#include "worker/host/falco_finder.h"

namespace bench {

// What attaching to a running Falco would meet.
struct AttachOutlook {
  std::vector<ConfigFault> faults;
  std::string reads;  // "counters are read from …, alerts from …"; "" = it can't be measured
  std::string others_note;  // see OthersNote
};

struct DoctorOptions {
  std::string falco_bin;     // "" = look for it
  std::string falco_config;  // "" = Falco's default
  std::string state_dir;     // the worker's
  std::string db_path;       // "" = no database on this host: the check is left out
  std::string programs_dir;  // where our other programs stand; "" = our own folder
  // Looks at it as a run that attaches would; unset: the check passes over it.
  std::function<absl::StatusOr<AttachOutlook>(const RunningFalco&)> look_at_attaching;
};

struct DoctorCheck {
  enum class Status { kPass, kWarn, kFail };
  std::string id;  // stable, for scripts: "privileges", "bpf", …
  std::string title;
  Status status = Status::kPass;
  std::string finding;  // what was seen
  std::string mend;     // what to do, with a command to type where there is one; "" if it passed
};

// Looks at the host, in a second or two; always the same checks in the same order. Makes and
// removes a control group, a BPF map and a program; leaves nothing behind.
std::vector<DoctorCheck> RunDoctor(const DoctorOptions& options);

}  // namespace bench
