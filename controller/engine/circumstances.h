// What runs that stand side by side may be compared in, from what is stored of them. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "bench/v1/model.pb.h"

namespace bench {

// On the runs that have ended with a verdict; `specs` by campaign, `manifests` by run, and a run
// without either is passed over. What one campaign varies on purpose is its question, not a
// difference to be careful about; among runs of several campaigns all that differs is said.
std::vector<std::string> NotesOn(const std::vector<v1::Run>& runs,
                                 const std::map<std::string, v1::SweepSpec>& specs,
                                 const std::map<std::string, v1::Manifest>& manifests);

}  // namespace bench
