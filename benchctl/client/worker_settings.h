#pragma once

#include <string>

#include "common/settings/alert_tls.h"

namespace bench {

// Of the worker in benchctl's own process; empty = its defaults.
struct WorkerSettings {
  std::string falco_bin;
  std::string falco_config;
  AlertTls alert_tls;
  std::string state_dir;
};

}  // namespace bench
