// Makes the rig that an assignment asks for.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "worker/agent/run_executor.h"
#include "worker/cleanup/journal.h"
#include "worker/options.h"

namespace bench {

// `options`: with their directories. `journal`: open, or why it could not be opened (a real sensor
// then can't be measured; a simulated one can). Both are kept by reference and must outlive the
// factory.
RigFactory MakeRigFactory(const WorkerOptions& options,
                          const absl::StatusOr<std::unique_ptr<Journal>>& journal,
                          std::vector<int> cpus, Clock& clock);

// `note`, and in a line of its own which actions that `spec` asks for the load leaves out.
std::string WithLeftOut(std::string note, const v1::SweepSpec& spec);

}  // namespace bench
