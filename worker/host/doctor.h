// What this host can and cannot measure, check by check, with the mend.
#pragma once

#include <string>
#include <vector>

namespace bench {

struct DoctorOptions {
  std::string falco_bin;     // "" = look for it
  std::string falco_config;  // "" = Falco's default
  std::string state_dir;     // the worker's
  std::string db_path;       // "" = no database on this host: the check is left out
  std::string programs_dir;  // where our other programs stand; "" = our own folder
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
