// The sensor's options as a cell asks for them.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/settings/sensor_settings.h"
#include "worker/falco/make_sensor.h"

namespace bench {

// INVALID_ARGUMENT names what this sensor doesn't have. Rule files are looked at: see rule_files.h.
absl::StatusOr<FalcoOptions> WithSettings(FalcoOptions options, const SensorSettings& settings,
                                          const std::vector<std::string>& rules_dirs);
absl::StatusOr<ReferenceOptions> WithSettings(ReferenceOptions options,
                                              const SensorSettings& settings);

}  // namespace bench
