// A sensor that is always up and tells nothing, for tests to override what they are about.
#pragma once

#include <unistd.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "worker/falco/sensor.h"

namespace bench {

class QuietSensor : public Sensor {
 public:
  absl::string_view kind() const override { return "falco"; }
  absl::string_view version() const override { return "0.44.1"; }
  absl::string_view driver() const override { return "modern_ebpf"; }
  std::string command() const override { return "falco"; }
  int64_t ring_bytes() const override { return 0; }
  int cpus_per_ring() const override { return 0; }
  absl::Status Start(const SensorStartOptions&) override { return absl::OkStatus(); }
  absl::Status WaitReady(absl::Duration) override { return absl::OkStatus(); }
  pid_t pid() const override { return getpid(); }
  SensorExit Exit() override { return {}; }
  absl::Status Stop() override { return absl::OkStatus(); }
  absl::StatusOr<CounterReading> LatestCounters() override { return CounterReading(); }
  absl::StatusOr<CounterReading> CountersAfter(absl::Time, absl::Duration) override {
    return LatestCounters();
  }
  void SetAlertMarker(const std::string&) override {}
  std::vector<AlertRecord> DrainAlerts() override { return {}; }
};

}  // namespace bench
