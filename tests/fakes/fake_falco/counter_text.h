// Counters as the files of each release have them. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "tests/fakes/fake_falco/capture.h"
#include "tests/fakes/fake_falco/config.h"
#include "tests/fakes/fake_falco/release.h"

namespace bench {

// A line of `-s FILE` before 0.35, with its end. `before`: as the line before had them.
std::string StatsLine(const FakeRelease& release, const FakeCounters& counters,
                      const FakeCounters& before, int64_t sample);
// A line of metrics.output_file, with its end.
std::string MetricsLine(const FakeRelease& release, const FakeConfig::Metrics& wanted,
                        const FakeCounters& counters, int64_t sample);

}  // namespace bench
