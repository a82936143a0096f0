// A Falco that somebody else started and that goes on after us: nothing of it is changed here, its
// counters and alerts are read where its own configuration puts them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "worker/falco/config_faults.h"
#include "worker/falco/sensor.h"
#include "worker/feeds/feed.h"

namespace bench {

// Where to read. Paths are as this process sees them.
struct FeedPlan {
  enum class Counters { kMetricsFile, kStatsFile, kPrometheus };
  Counters counters = Counters::kMetricsFile;
  std::string counter_file;
  ScrapeOptions scrape;
  std::string counters_go_to;      // where it was rotated away: what it writes to meanwhile
  std::string no_better_counters;  // why a better source is not read; "" = there is none

  // kNone: alerts are counted by the sensor's own rule counters, and no lag is known.
  enum class Alerts { kNone, kFile, kHttp, kGrpc };
  Alerts alerts = Alerts::kNone;
  std::string alert_file;
  std::string alerts_go_to;  // as above
  HttpReceiverOptions http;
  GrpcAlertsOptions grpc;
  std::string no_better_alerts;  // as above
  // Outputs that it has and that are dead, with what to do about each.
  std::vector<ConfigFault> dead_alerts;
};

struct AttachedOptions {
  pid_t pid = 0;
  std::string version;
  std::string driver;
  std::string command;
  int64_t ring_bytes = 0;
  int cpus_per_ring = 0;
  SensorFacts facts;
  FeedPlan feeds;
};

// Start opens the feeds, Stop closes them. Errors of Start: no such process; a feed can't be
// opened. WaitReady fails, too, where alerts should come by a service that doesn't answer.
std::unique_ptr<Sensor> MakeAttachedSensor(const AttachedOptions& options);

}  // namespace bench
