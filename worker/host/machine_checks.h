// The doctor's checks of the machine: our programs, CPUs, load, and places to write to. Pure.
#pragma once

#include "worker/host/doctor.h"
#include "worker/host/doctor_facts.h"

namespace bench {

DoctorCheck ProgramsCheck(const DoctorFacts& facts);
DoctorCheck CpusCheck(const DoctorFacts& facts);
DoctorCheck GovernorCheck(const DoctorFacts& facts);
DoctorCheck LoadCheck(const DoctorFacts& facts);
DoctorCheck LeftoversCheck(const DoctorFacts& facts);
DoctorCheck StateDirCheck(const DoctorFacts& facts);
DoctorCheck DatabaseCheck(const DoctorFacts& facts);

}  // namespace bench
