// What of a Falco's configuration stands in the way of a measurement. Pure.
#pragma once

#include <string>
#include <vector>

#include "worker/falco/falco_config.h"
#include "worker/falco/falco_version.h"

namespace bench {

struct ConfigFault {
  const char* id;           // stable, for scripts
  bool fatal;               // nothing can be measured on this Falco as it runs
  std::string seen;         // what is so, and why it matters
  std::string mend;         // "in its falco.yaml: LINES", or another place
  bool overridden = false;  // none of one that we start: our options take its place
};

// kStarted: with the overrides that we start it with; kAttached: as it stands.
enum class FalcoUse { kStarted, kAttached };
std::vector<ConfigFault> FindConfigFaults(const FalcoConfig& config, const FalcoVersion& version,
                                          FalcoUse use);
// Of one that runs, where it is known whether its alerts are read: a channel that is on may still
// be another's, as a port that is taken.
std::vector<ConfigFault> FindConfigFaultsOfAttached(const FalcoConfig& config,
                                                    const FalcoVersion& version, bool reads_alerts);

}  // namespace bench
