#include "worker/host/doctor.h"

#include "worker/host/doctor_checks.h"
#include "worker/host/doctor_facts.h"

namespace bench {

std::vector<DoctorCheck> RunDoctor(const DoctorOptions& options) {
  return DecideChecks(ReadDoctorFacts(options));
}

}  // namespace bench
