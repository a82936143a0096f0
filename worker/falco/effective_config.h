// What of a configuration makes two Falcos alike. Pure.
#pragma once

#include <string>

#include "worker/falco/config_faults.h"
#include "worker/falco/merged_config.h"

namespace bench {

// A checksum, in hexadecimal, of what the files, the command line and the environment come to, so
// that neither comments nor an override that says what another's file says make a difference. Left
// out is
//   what is compared by itself: the driver, its rings, the rule files;
//   how it was said: which files are included;
//   a section that is switched off (http_output, where http_output.enabled is false);
//   of a Falco that we start, all that every measurement sets in its place (OverridesKey).
// For one that we start `merged` is the host's own, without what a cell asks for: that is an axis.
// Falco's defaults are not known here: one that is written out makes another checksum.
std::string EffectiveConfigSha256(const MergedConfig& merged, FalcoUse use);

}  // namespace bench
