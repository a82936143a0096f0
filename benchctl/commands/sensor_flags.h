// The flags that say which sensor is measured and how this host starts it, shared by `sweep` and
// `load`.
#pragma once

#include <string>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "bench/v1/model.pb.h"
#include "benchctl/client/worker_settings.h"

namespace bench {

void AddSensorFlag(CLI::App& command, std::string& sensor, const char* group);
// --falco-bin, --falco-config, --alert-cert, --alert-key, --alert-ca, --state-dir.
void AddWorkerFlags(CLI::App& command, WorkerSettings& settings, const char* group);

// INVALID_ARGUMENT lists the sensors there are.
absl::Status AddSensor(const std::string& sensor, v1::SweepSpec* spec);
// An error names the first of the worker's flags that is given: a controller elsewhere has workers
// of its own.
absl::Status CheckNoWorkerFlags(const WorkerSettings& settings);

}  // namespace bench
