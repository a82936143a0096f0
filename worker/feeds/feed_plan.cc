#include "worker/feeds/feed_plan.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "worker/falco/config_faults.h"

namespace bench {
namespace {

// Whatever address it listens on, this host reaches it.
std::string ReachableAddress(const std::string& listens_on) {
  if (listens_on.empty() || listens_on == "0.0.0.0") return "127.0.0.1";
  return listens_on == "::" ? "::1" : listens_on;
}

void PlanCounters(const FalcoConfig& config, const FalcoVersion& version, FeedPlan* plan) {
  switch (CounterChannelOf(config, version)) {
    case CounterChannel::kStatsFile:
      plan->counters = FeedPlan::Counters::kStatsFile;
      plan->counter_file = config.stats_file;
      return;
    case CounterChannel::kPrometheus:
      plan->counters = FeedPlan::Counters::kPrometheus;
      plan->scrape.address = ReachableAddress(config.webserver.address);
      plan->scrape.port = config.webserver.port;
      plan->scrape.tls = config.webserver.tls;
      return;
    case CounterChannel::kMetricsFile:
    case CounterChannel::kNone:
      break;
  }
  plan->counters = FeedPlan::Counters::kMetricsFile;
  plan->counter_file = config.metrics.output_file;
}

GrpcAlertsOptions PlanGrpc(const FalcoConfig& config) {
  absl::string_view path = config.grpc.bind_address;
  if (absl::ConsumePrefix(&path, "unix://") || absl::ConsumePrefix(&path, "unix:")) {
    return {.address = absl::StrCat("unix:", path)};
  }
  // Its server asks for a certificate of its own authority; on its own host we show its own.
  const absl::string_view port = path.substr(path.rfind(':') + 1);
  return {.address = absl::StrCat("localhost:", port),
          .ca_file = config.grpc.root_certs,
          .cert_file = config.grpc.cert_chain,
          .key_file = config.grpc.private_key};
}

}  // namespace

FeedPlan PlanFeeds(const FalcoConfig& config, const FalcoVersion& version,
                   absl::FunctionRef<bool(int port)> port_is_free) {
  FeedPlan plan;
  PlanCounters(config, version, &plan);
  for (AlertChannel channel : AlertChannelsOf(config, version)) {
    switch (channel) {
      case AlertChannel::kFile:
        plan.alerts = FeedPlan::Alerts::kFile;
        plan.alert_file = config.file_output.filename;
        return plan;
      case AlertChannel::kGrpc:
        plan.alerts = FeedPlan::Alerts::kGrpc;
        plan.grpc = PlanGrpc(config);
        return plan;
      case AlertChannel::kHttp:
        // Who listens there already gets them.
        if (!port_is_free(LocalHttpPort(config.http_output.url))) break;
        plan.alerts = FeedPlan::Alerts::kHttp;
        plan.http.port = LocalHttpPort(config.http_output.url);
        return plan;
    }
  }
  return plan;
}

}  // namespace bench
