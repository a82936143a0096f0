// The doctor's checks of the Falco that is installed, and of those that run. Pure.
#pragma once

#include "worker/host/doctor.h"
#include "worker/host/doctor_facts.h"

namespace bench {

DoctorCheck FalcoCheck(const DoctorFacts& facts);
DoctorCheck FalcoConfigurationCheck(const DoctorFacts& facts);
DoctorCheck AttachingCheck(const DoctorFacts& facts);
DoctorCheck FalcoCpusCheck(const DoctorFacts& facts);
DoctorCheck OtherFalcosCheck(const DoctorFacts& facts);

}  // namespace bench
