// What a campaign's runs may be compared in, from what is stored of them. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "bench/v1/model.pb.h"
#include "controller/analysis/comparability.h"

namespace bench {

Circumstances ToCircumstances(const v1::Manifest& manifest, const v1::SweepSpec& spec);

// On the runs that have ended with a verdict; `manifests` by run.
std::vector<std::string> NotesOn(const v1::SweepSpec& spec, const std::vector<v1::Run>& runs,
                                 const std::map<std::string, v1::Manifest>& manifests);

}  // namespace bench
