#include "worker/feeds/feed_plan.h"

#include <algorithm>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "worker/falco/config_channels.h"

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
      plan->no_better_counters =
          config.metrics.output_file.empty()
              ? "no metrics.output_file"
              : absl::StrCat("its metrics.output_file is written every ",
                             absl::FormatDuration(config.metrics.interval), " only");
      return;
    case CounterChannel::kMetricsFile:
    case CounterChannel::kNone:
      break;
  }
  plan->counters = FeedPlan::Counters::kMetricsFile;
  plan->counter_file = config.metrics.output_file;
}

GrpcAlertsOptions PlanGrpc(const FalcoConfig& config, const AlertTls& tls) {
  absl::string_view path = config.grpc.bind_address;
  if (absl::ConsumePrefix(&path, "unix://") || absl::ConsumePrefix(&path, "unix:")) {
    return {.address = absl::StrCat("unix:", path)};
  }
  const size_t colon = path.rfind(':');
  const absl::string_view listens_on = path.substr(0, colon == path.npos ? 0 : colon);
  const bool anywhere = listens_on.empty() || listens_on == "0.0.0.0" || listens_on == "[::]";
  GrpcAlertsOptions grpc = {
      .address = absl::StrCat(anywhere ? "localhost" : listens_on, ":", path.substr(colon + 1)),
      .ca_file = config.grpc.root_certs,
      .cert_file = config.grpc.cert_chain,
      .key_file = config.grpc.private_key};
  // Its server asks for a certificate of its own authority: on its own host we may show its own,
  // where we are given none.
  if (!tls.ca_file.empty()) grpc.ca_file = tls.ca_file;
  if (!tls.cert_file.empty()) {
    grpc.cert_file = tls.cert_file;
    grpc.key_file = tls.key_file;
  }
  return grpc;
}

constexpr AlertChannel kBestFirst[] = {AlertChannel::kFile, AlertChannel::kGrpc,
                                       AlertChannel::kHttp};

// Why one that isn't open to us isn't.
std::string WhyClosed(AlertChannel channel, const FalcoConfig& config) {
  constexpr absl::string_view kElsewhere = " is in another network namespace";
  switch (channel) {
    case AlertChannel::kFile:
      return config.file_output.enabled && BuffersFile(config) ? "its file_output is buffered"
                                                               : "no file_output";
    case AlertChannel::kGrpc:
      return config.grpc.enabled && config.grpc.output_enabled && OutOfReach(config, channel)
                 ? absl::StrCat("its gRPC output", kElsewhere)
                 : "no gRPC output";
    case AlertChannel::kHttp:
      break;
  }
  if (!config.http_output.enabled) return "no http_output to this host";
  if (OutOfReach(config, channel)) return absl::StrCat("its http_output", kElsewhere);
  return "no http_output to this host";
}

// Why nothing is read there, or "".
std::string PlanHttp(const FalcoConfig& config, PortIsFree port_is_free, const AlertTls& tls,
                     FeedPlan* plan) {
  const LocalHttp target = LocalHttpOf(config.http_output.url);
  if (target.tls && (tls.cert_file.empty() || tls.key_file.empty())) {
    return absl::StrCat("its http_output to ", config.http_output.url,
                        " wants TLS: give --alert-cert and --alert-key, which it will believe");
  }
  for (const std::string& address : target.addresses) {
    // Whoever listens there already gets them.
    if (port_is_free(address, target.port)) continue;
    return absl::StrCat("http_output goes to ", address, ", port ", target.port,
                        ", where another program listens or we may not");
  }
  plan->alerts = FeedPlan::Alerts::kHttp;
  plan->http.address = target.addresses.front();
  plan->http.port = target.port;
  if (target.tls) {
    plan->http.cert_file = tls.cert_file;
    plan->http.key_file = tls.key_file;
    // Of one that shows no certificate, none may be demanded.
    if (config.http_output.mtls) plan->http.client_ca_file = tls.ca_file;
  }
  return "";
}

// As above.
std::string PlanFile(const FalcoConfig& config, AlertFileCanBe can_be, FeedPlan* plan) {
  const std::string& file = config.file_output.filename;
  if (const absl::Status status = can_be(file); !status.ok()) {
    plan->dead_alerts.push_back(
        {.id = "dead_file_output",
         .fatal = false,
         .seen = absl::StrCat("its file_output goes to ", file, ", where none can be read"),
         .mend = "make its directory, or in its falco.yaml: file_output: {…, filename: "
                 "/var/log/falco-alerts.jsonl}"});
    return absl::StrCat("its file_output to ", file, " can't be read: ", status.message());
  }
  plan->alerts = FeedPlan::Alerts::kFile;
  plan->alert_file = file;
  return "";
}

// As above.
std::string PlanGrpcAlerts(const FalcoConfig& config, GrpcConnects connects, const AlertTls& tls,
                           FeedPlan* plan) {
  const GrpcAlertsOptions grpc = PlanGrpc(config, tls);
  if (const absl::Status status = connects(grpc); !status.ok()) {
    plan->dead_alerts.push_back(
        {.id = "dead_grpc_output",
         .fatal = false,
         .seen = absl::StrCat("its gRPC output is on, and nobody answers at ", grpc.address),
         .mend = "look into its log for why, and restart it; or in its falco.yaml: grpc_output: "
                 "{enabled: false}"});
    return absl::StrCat("its gRPC output at ", grpc.address, " doesn't answer: ", status.message());
  }
  plan->alerts = FeedPlan::Alerts::kGrpc;
  plan->grpc = grpc;
  return "";
}

std::string PlanAlerts(AlertChannel channel, const FalcoConfig& config, const FeedProbes& probes,
                       const AlertTls& tls, FeedPlan* plan) {
  switch (channel) {
    case AlertChannel::kFile:
      return PlanFile(config, probes.alert_file_can_be, plan);
    case AlertChannel::kGrpc:
      return PlanGrpcAlerts(config, probes.grpc_connects, tls, plan);
    case AlertChannel::kHttp:
      return PlanHttp(config, probes.port_is_free, tls, plan);
  }
  return "";
}

std::string Rotated(const std::string& goes_to) {
  return goes_to.empty() ? ""
                         : absl::StrCat(
                               ", which was rotated away and it was not told: it still "
                               "writes to ",
                               goes_to, ", which is read");
}

std::string CountersOf(const FeedPlan& plan) {
  switch (plan.counters) {
    case FeedPlan::Counters::kStatsFile:
      return absl::StrCat("its -s file ", plan.counter_file, Rotated(plan.counters_go_to));
    case FeedPlan::Counters::kPrometheus:
      return absl::StrCat("its Prometheus page on ", plan.scrape.address, ", port ",
                          plan.scrape.port);
    case FeedPlan::Counters::kMetricsFile:
      break;
  }
  return absl::StrCat("its metrics file ", plan.counter_file, Rotated(plan.counters_go_to));
}

std::string AlertsOf(const FeedPlan& plan) {
  switch (plan.alerts) {
    case FeedPlan::Alerts::kFile:
      return absl::StrCat("its file ", plan.alert_file, Rotated(plan.alerts_go_to));
    case FeedPlan::Alerts::kGrpc:
      return absl::StrCat("its gRPC output, ", plan.grpc.address);
    case FeedPlan::Alerts::kHttp:
      return absl::StrCat("its http_output to ", plan.http.address, ", port ", plan.http.port);
    case FeedPlan::Alerts::kNone:
      break;
  }
  return "nowhere";
}

std::string Because(const std::string& reason) {
  return reason.empty() ? "" : absl::StrCat(" (", reason, ")");
}

}  // namespace

FeedPlan PlanFeeds(const FalcoConfig& config, const FalcoVersion& version, const FeedProbes& probes,
                   const AlertTls& tls) {
  FeedPlan plan;
  PlanCounters(config, version, &plan);
  const std::vector<AlertChannel> open = AlertChannelsOf(config, version);
  std::vector<std::string> passed_over;
  const bool json = config.json_output && config.json_tells_whose;
  if (!config.json_output) {
    passed_over.emplace_back("json_output is off");
  } else if (!json) {
    passed_over.emplace_back("its JSON alerts have neither output nor fields");
  }
  for (const AlertChannel channel : kBestFirst) {
    if (std::find(open.begin(), open.end(), channel) != open.end()) {
      const std::string why_not = PlanAlerts(channel, config, probes, tls, &plan);
      if (why_not.empty()) break;
      passed_over.push_back(why_not);
      continue;
    }
    // Where json_output alone decides, or the release has no such thing, it is no reason.
    const bool grpc = channel == AlertChannel::kGrpc;
    if (grpc ? version.AtLeast(0, 44) : !json) continue;
    passed_over.push_back(WhyClosed(channel, config));
  }
  plan.no_better_alerts = absl::StrJoin(passed_over, ", ");
  return plan;
}

std::string DescribeFeeds(const FeedPlan& plan) {
  return absl::StrCat("counters are read from ", CountersOf(plan), Because(plan.no_better_counters),
                      ", alerts from ", AlertsOf(plan), Because(plan.no_better_alerts));
}

}  // namespace bench
