// The doctor's checks of what the kernel offers and allows. Pure.
#pragma once

#include "worker/host/doctor.h"
#include "worker/host/doctor_facts.h"

namespace bench {

DoctorCheck PrivilegesCheck(const DoctorFacts& facts);
DoctorCheck BpfCheck(const DoctorFacts& facts);
DoctorCheck BtfCheck(const DoctorFacts& facts);
DoctorCheck MemlockCheck(const DoctorFacts& facts);
DoctorCheck TracepointsCheck(const DoctorFacts& facts);
DoctorCheck CgroupsCheck(const DoctorFacts& facts);

}  // namespace bench
