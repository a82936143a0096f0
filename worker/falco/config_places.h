#pragma once

#include <string>

#include "worker/falco/falco_config.h"

namespace bench {

// Puts in place of each file and socket of a configuration the path where this process finds it;
// `root`: the root directory of the Falco, see PathBelowRoot.
void PlaceFiles(const std::string& root, FalcoConfig* config);

}  // namespace bench
