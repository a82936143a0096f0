// The flags that say what a load is made of, shared by `sweep` and `load`.
#pragma once

#include <string>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "bench/v1/model.pb.h"
#include "benchctl/commands/host.h"

namespace bench {

// Initial values are the defaults that the help prints; empty = not given.
struct LoadFlags {
  std::string profile;  // "recipe" if neither this nor a mix is given
  std::string actions;
  std::string mix;  // a file
  std::string generators;
  std::string pinning;
};

// --profile, --mix, --generators, --pinning; not --actions, which `load` takes without a flag.
// `default_profile`: for the help.
void AddLoadFlags(CLI::App& command, LoadFlags& flags, const std::string& default_profile);

// Reads the mix file, if one is given; flags win over it. INVALID_ARGUMENT names the flag, what was
// given and one that would do. Which actions there are is not known here.
// `actions_flag`: how this command takes the regex, for errors.
absl::Status AddLoad(const LoadFlags& flags, const char* actions_flag, v1::SweepSpec* spec);

// Whether the load of `spec` can be made; an error names the flag that asked for it.
absl::Status CheckLoad(const Host& host, const LoadFlags& flags, const char* actions_flag,
                       const v1::SweepSpec& spec, MixScope scope);

}  // namespace bench
