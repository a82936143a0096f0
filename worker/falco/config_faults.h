// Where a configured Falco tells its counters and alerts, and what of its configuration stands in
// the way of a measurement. Pure.
#pragma once

#include <string>
#include <vector>

#include "worker/falco/falco_config.h"
#include "worker/falco/falco_version.h"

namespace bench {

enum class CounterChannel { kNone, kStatsFile, kMetricsFile, kPrometheus };
enum class AlertChannel { kFile, kGrpc, kHttp };

// The best that is on; kNone: nothing can be measured.
CounterChannel CounterChannelOf(const FalcoConfig& config, const FalcoVersion& version);
// Those of a running Falco that somebody else can read, best first. A foreign process's stdout is
// none; http_output is one if its URL is a port of this host, which must then be free.
std::vector<AlertChannel> AlertChannelsOf(const FalcoConfig& config, const FalcoVersion& version);

// What http_output's URL names of this host. A client of "localhost" may try either address.
struct LocalHttp {
  std::vector<std::string> addresses;  // the first is the one to listen on
  int port = 0;                        // 0: the URL names no port of this host, or wants TLS
};
LocalHttp LocalHttpOf(const std::string& url);

struct ConfigFault {
  const char* id;     // stable, for scripts
  bool fatal;         // nothing can be measured on this Falco as it runs
  std::string seen;   // what is so, and why it matters
  std::string lines;  // what to write into falco.yaml instead
};

// kStarted: with the overrides that we start it with; kAttached: as it runs.
enum class FalcoUse { kStarted, kAttached };
std::vector<ConfigFault> FindConfigFaults(const FalcoConfig& config, const FalcoVersion& version,
                                          FalcoUse use);
// Of one that runs, where it is known whether its alerts are read: a channel that is on may still
// be another's, as a port that is taken.
std::vector<ConfigFault> FindConfigFaultsOfAttached(const FalcoConfig& config,
                                                    const FalcoVersion& version, bool reads_alerts);

}  // namespace bench
