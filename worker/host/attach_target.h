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

// What came in the place of one that was attached to and has gone, or that one itself: the same
// unit; a container, where it was in one; else the same command line outside of both. NOT_FOUND:
// nothing has, with what to do; FAILED_PRECONDITION: more than one Falco runs.
absl::StatusOr<RunningFalco> ChooseSuccessor(const RunningFalco& before,
                                             const std::vector<RunningFalco>& running);

// "process 812 (falco-modern-bpf.service)".
std::string NameOf(const RunningFalco& falco);

}  // namespace bench
