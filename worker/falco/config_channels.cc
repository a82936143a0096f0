#include "worker/falco/config_channels.h"

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace bench {

bool HasPrometheusPage(const FalcoConfig& config, const FalcoVersion& version) {
  return config.metrics.enabled && config.webserver.enabled && config.webserver.prometheus &&
         version.AtLeast(0, 38);
}

CounterChannel CounterChannelOf(const FalcoConfig& config, const FalcoVersion& version) {
  if (!config.stats_file.empty() && !version.AtLeast(0, 36)) return CounterChannel::kStatsFile;
  if (!config.metrics.enabled) return CounterChannel::kNone;
  const bool file = !config.metrics.output_file.empty() && version.AtLeast(0, 35);
  const bool page = HasPrometheusPage(config, version) && !config.own_network;
  if (file && (!page || config.metrics.interval <= kLongCounterInterval)) {
    return CounterChannel::kMetricsFile;
  }
  return page ? CounterChannel::kPrometheus : CounterChannel::kNone;
}

std::vector<AlertChannel> AlertChannelsOf(const FalcoConfig& config, const FalcoVersion& version) {
  std::vector<AlertChannel> channels;
  const bool json = config.json_output && config.json_tells_whose;
  if (json && config.file_output.enabled && !config.file_output.filename.empty() &&
      !BuffersFile(config)) {
    channels.push_back(AlertChannel::kFile);
  }
  if (config.grpc.enabled && config.grpc.output_enabled && !version.AtLeast(0, 44) &&
      !OutOfReach(config, AlertChannel::kGrpc)) {
    channels.push_back(AlertChannel::kGrpc);
  }
  if (json && config.http_output.enabled && LocalHttpOf(config.http_output.url).port > 0 &&
      !OutOfReach(config, AlertChannel::kHttp)) {
    channels.push_back(AlertChannel::kHttp);
  }
  return channels;
}

bool OutOfReach(const FalcoConfig& config, AlertChannel channel) {
  const bool socket =
      channel == AlertChannel::kGrpc && absl::StartsWith(config.grpc.bind_address, "unix:");
  return config.own_network && channel != AlertChannel::kFile && !socket;
}

bool BuffersFile(const FalcoConfig& config) {
  return config.buffered_outputs && config.file_output.keep_alive;
}

LocalHttp LocalHttpOf(const std::string& url) {
  struct Host {
    absl::string_view name;
    std::vector<std::string> addresses;
  };
  static const auto* hosts = new std::vector<Host>{{"127.0.0.1", {"127.0.0.1"}},
                                                   {"localhost", {"127.0.0.1", "::1"}},
                                                   {"[::1]", {"::1"}},
                                                   {"0.0.0.0", {"127.0.0.1"}}};
  absl::string_view rest = url;
  const bool tls = absl::ConsumePrefix(&rest, "https://");
  if (!tls && !absl::ConsumePrefix(&rest, "http://")) return {};
  rest = rest.substr(0, rest.find('/'));
  for (const Host& host : *hosts) {
    absl::string_view after = rest;
    if (!absl::ConsumePrefix(&after, host.name)) continue;
    int port = tls ? 443 : 80;
    if (!after.empty() && !(absl::ConsumePrefix(&after, ":") && absl::SimpleAtoi(after, &port) &&
                            port > 0 && port < 65536)) {
      return {};
    }
    return {.addresses = host.addresses, .port = port, .tls = tls};
  }
  return {};
}

}  // namespace bench
