// Messages that several tests of views start from.
#pragma once

#include <string>

#include "bench/v1/admin.pb.h"

namespace bench {

// A run of campaign "c1" on node "n1", in state DONE, SUSTAINABLE between `lower` and `upper`
// syscalls/s, by the reference sensor.
v1::Run DoneRun(const std::string& id, int cpu_millis, double lower, double upper);

// Campaign "c1" with three runs: done, running with a progress, queued.
v1::GetProgressResponse ProgressOfThree();

v1::Trial JudgedTrial(const std::string& run_id, int number, v1::Trial::Phase phase, double offered,
                      v1::Trial::Class classification);

}  // namespace bench
