// fake-falco as a process of some release, and the sensor that reads it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/os/process.h"
#include "tests/fakes/temp_dir.h"
#include "tests/fakes/test_certificates.h"
#include "worker/feeds/attached_sensor.h"

namespace bench {

// What it needs while it runs: files, ports, certificates. Its environment is the test's.
class FakeFalcoRig {
 public:
  struct Interfaces {
    std::string config;                  // YAML
    std::vector<std::string> arguments;  // beside -c
    FeedPlan feeds;
  };

  // Starts it and attaches to it. Failures are the test's.
  void Start(const Interfaces& interfaces);

  Sensor& sensor() { return *sensor_; }
  ChildProcess& process() { return process_; }
  const TempDir& dir() const { return dir_; }
  const TestCertificates& certificates() const { return certificates_; }

 private:
  TempDir dir_;
  TestCertificates certificates_;
  ChildProcess process_;
  std::unique_ptr<Sensor> sensor_;
};

// The releases that stand for the others: each returns what its fake is configured with and where
// that is read.
FakeFalcoRig::Interfaces StatsFileAndUnixGrpc(const FakeFalcoRig& rig);        // 0.33
FakeFalcoRig::Interfaces StatsFileAndMutualTlsGrpc(const FakeFalcoRig& rig);   // 0.28
FakeFalcoRig::Interfaces MetricsAndAlertFile(const FakeFalcoRig& rig);         // 0.37
FakeFalcoRig::Interfaces PrometheusAndHttp(const FakeFalcoRig& rig);           // 0.38
FakeFalcoRig::Interfaces PrometheusAndMutualTlsHttp(const FakeFalcoRig& rig);  // 0.40
FakeFalcoRig::Interfaces MetricsAlone(const FakeFalcoRig& rig);                // 0.44

}  // namespace bench
