#pragma once

#include <string>

namespace bench {

// Of the worker in benchctl's own process; empty = its defaults.
struct WorkerSettings {
  std::string falco_bin;
  std::string falco_config;
  std::string state_dir;
};

}  // namespace bench
