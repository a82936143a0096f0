// Which of the Falcos that run is meant by `--sensor attach…`. Pure.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "worker/host/falco_finder.h"

namespace bench {

// "attach": the only one that runs; "attach:PID"; "attach:unit=NAME" (with or without ".service").
struct AttachWish {
  pid_t pid = 0;     // 0: not given
  std::string unit;  // "": not given
};

bool IsAttach(absl::string_view sensor);
// INVALID_ARGUMENT shows the three forms.
absl::StatusOr<AttachWish> ParseAttach(absl::string_view sensor);

// NOT_FOUND: none runs, or none like that; FAILED_PRECONDITION: several do. Both list what runs.
// Those that a benchmark started are left out.
absl::StatusOr<RunningFalco> ChooseRunningFalco(const AttachWish& wish,
                                                const std::vector<RunningFalco>& running);

// "process 812 (falco-modern-bpf.service)".
std::string NameOf(const RunningFalco& falco);

}  // namespace bench
