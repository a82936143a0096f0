// Which of the Falcos that run is meant by `--sensor attach…`. Pure.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/settings/sensor_name.h"
#include "worker/host/falco_finder.h"

namespace bench {

// NOT_FOUND: none runs, or none like that; FAILED_PRECONDITION: several do. Both list what runs.
// Those that a benchmark started are left out.
absl::StatusOr<RunningFalco> ChooseRunningFalco(const AttachWish& wish,
                                                const std::vector<RunningFalco>& running);

// "process 812 (falco-modern-bpf.service)".
std::string NameOf(const RunningFalco& falco);

}  // namespace bench
