// The doctor's decisions. Pure: the same facts give the same checks.
#pragma once

#include <vector>

#include "worker/host/doctor.h"
#include "worker/host/doctor_facts.h"

namespace bench {

// All checks, in the order in which they are shown.
std::vector<DoctorCheck> DecideChecks(const DoctorFacts& facts);

}  // namespace bench
