// Starts the real bench-sensor for a test and reads what it says.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/os/process.h"
#include "tests/fakes/temp_dir.h"

namespace bench::sensor {

// Why this host can't run the sensor; "" = it can.
std::string WhyNoSensor();

// Not thread-safe.
class SensorProcess {
 public:
  // Until it says that it captures.
  absl::Status Start(const std::vector<std::string>& more_args = {});

  // The integer fields of the newest line of metrics that was begun after this call.
  absl::StatusOr<std::map<std::string, int64_t>> FreshCounters();
  // Lines of standard output that hold `text`, waiting for `count` of them up to `timeout`.
  std::vector<std::string> AlertsWith(const std::string& text, size_t count,
                                      absl::Duration timeout);
  // Standard error so far, without waiting.
  const std::string& Errors();

  ChildProcess& child() { return child_; }
  const std::string& directory() const { return directory_.path(); }

 private:
  void ReadAvailable(int fd, std::string& into);

  TempDir directory_;  // outlives the child
  ChildProcess child_;
  std::string out_;
  std::string errors_;
};

}  // namespace bench::sensor
