#pragma once

#include <string>

#include "tests/fakes/fake_falco/capture.h"
#include "tests/fakes/fake_falco/config.h"
#include "tests/fakes/fake_falco/release.h"

namespace bench {

// The page /metrics of 0.38 and newer, as far as it is about the counters. Pure.
std::string PrometheusText(const FakeRelease& release, const FakeConfig::Metrics& wanted,
                           const FakeCounters& counters);

}  // namespace bench
