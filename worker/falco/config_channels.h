// Where a configured Falco tells its counters and alerts, as far as another program can read them.
// Pure.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "worker/falco/falco_config.h"
#include "worker/falco/falco_version.h"

namespace bench {

// What is told less often than this is better asked for, where it can be.
inline constexpr absl::Duration kLongCounterInterval = absl::Seconds(1);

enum class CounterChannel { kNone, kStatsFile, kMetricsFile, kPrometheus };
enum class AlertChannel { kFile, kGrpc, kHttp };

// The best that is on: a file that is written often, else the page, which is made when it is asked
// for. kNone: nothing can be measured.
CounterChannel CounterChannelOf(const FalcoConfig& config, const FalcoVersion& version);
// Those of a running Falco that somebody else can read, best first. A foreign process's stdout is
// none; http_output is one if its URL is a port of this host, which must then be free; a file that
// is written in blocks is none: what stands in the last one is late or never comes.
std::vector<AlertChannel> AlertChannelsOf(const FalcoConfig& config, const FalcoVersion& version);

bool HasPrometheusPage(const FalcoConfig& config, const FalcoVersion& version);

// What http_output's URL names of this host. A client of "localhost" may try either address.
struct LocalHttp {
  std::vector<std::string> addresses;  // the first is the one to listen on
  int port = 0;                        // 0: the URL names no port of this host
  bool tls = false;
};
LocalHttp LocalHttpOf(const std::string& url);

// Whether its outputs go over a network that its reader doesn't have.
bool OutOfReach(const FalcoConfig& config, AlertChannel channel);

// Whether alerts gather in a block of some KiB before its file has them.
bool BuffersFile(const FalcoConfig& config);

}  // namespace bench
