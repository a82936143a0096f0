#include "worker/falco/config_faults.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace bench {
namespace {

// A trial waits for a snapshot before and after it.
constexpr absl::Duration kLongestInterval = absl::Seconds(5);
constexpr absl::Duration kLongInterval = absl::Seconds(1);

struct Facts {
  const FalcoConfig& config;
  const FalcoVersion& version;
  bool reads_alerts;
};

absl::Duration CounterInterval(const Facts& facts) {
  switch (CounterChannelOf(facts.config, facts.version)) {
    case CounterChannel::kStatsFile:
      return facts.config.stats_interval;
    case CounterChannel::kMetricsFile:
      return facts.config.metrics.interval;
    case CounterChannel::kPrometheus:  // read when we ask
    case CounterChannel::kNone:
      break;
  }
  return absl::ZeroDuration();
}

bool CountsMatches(const Facts& facts) {
  return facts.config.metrics.rules_counters && facts.version.AtLeast(0, 38);
}

// Alerts of our actions are Notice, Warning and Error.
bool HidesAlerts(const std::string& priority) {
  static constexpr std::array<absl::string_view, 5> kAbove = {"emergency", "alert", "critical",
                                                              "error", "warning"};
  return std::find(kAbove.begin(), kAbove.end(), absl::AsciiStrToLower(priority)) != kAbove.end();
}

struct Rule {
  const char* id;
  bool fatal;
  bool when_started;  // our overrides don't mend it
  bool (*holds)(const Facts& facts);
  std::string (*seen)(const Facts& facts);
  std::string (*lines)(const Facts& facts);
};

constexpr char kMetricsLines[] =
    "metrics: {enabled: true, interval: 500ms, output_file: /var/log/falco-metrics.jsonl, "
    "output_rule: false, rules_counters_enabled: true, kernel_event_counters_enabled: true}";

constexpr Rule kRules[] = {
    {"counters", true, false,
     [](const Facts& f) { return CounterChannelOf(f.config, f.version) == CounterChannel::kNone; },
     [](const Facts&) { return std::string("it tells its counters nowhere: no drop can be seen"); },
     [](const Facts& f) {
       return f.version.AtLeast(0, 35) ? std::string(kMetricsLines)
                                       : std::string(
                                             "on its command line: -s /var/log/falco-stats.json "
                                             "--stats-interval 1000");
     }},
    {"counter_interval", true, false,
     [](const Facts& f) { return CounterInterval(f) > kLongestInterval; },
     [](const Facts& f) {
       return absl::StrCat("it tells its counters every ", absl::FormatDuration(CounterInterval(f)),
                           " only: a trial of some seconds would not show");
     },
     [](const Facts& f) {
       return std::string(CounterChannelOf(f.config, f.version) == CounterChannel::kStatsFile
                              ? "on its command line: --stats-interval 1000"
                              : "metrics: {…, interval: 500ms}");
     }},
    {"slow_counters", false, false,
     [](const Facts& f) {
       return CounterInterval(f) > kLongInterval && CounterInterval(f) <= kLongestInterval;
     },
     [](const Facts& f) {
       return absl::StrCat("it tells its counters every ", absl::FormatDuration(CounterInterval(f)),
                           ": each trial waits that much longer");
     },
     [](const Facts&) { return std::string("metrics: {…, interval: 500ms}"); }},
    {"kernel_counters", true, false,
     [](const Facts& f) {
       const CounterChannel channel = CounterChannelOf(f.config, f.version);
       return (channel == CounterChannel::kMetricsFile || channel == CounterChannel::kPrometheus) &&
              !f.config.metrics.kernel_event_counters;
     },
     [](const Facts&) {
       return std::string("its metrics leave the kernel's counters out: no drop can be seen");
     },
     [](const Facts&) { return std::string("metrics: {…, kernel_event_counters_enabled: true}"); }},
    {"alerts", false, false, [](const Facts& f) { return !f.reads_alerts && CountsMatches(f); },
     [](const Facts& f) {
       return absl::StrCat(
           f.config.json_output ? "no alert can be read" : "its alerts are no JSON",
           ": they are counted by its rule counters, and as no lag is known trials are longer");
     },
     [](const Facts&) {
       return std::string(
           "json_output: true and file_output: {enabled: true, keep_alive: true, filename: "
           "/var/log/falco-alerts.jsonl}");
     }},
    {"no_alerts", false, false, [](const Facts& f) { return !f.reads_alerts && !CountsMatches(f); },
     [](const Facts&) {
       return std::string(
           "no alert can be read and no rule counter either: lost alerts won't show, and as no "
           "lag is known trials are longer");
     },
     [](const Facts&) {
       return std::string(
           "json_output: true and file_output: {enabled: true, keep_alive: true, filename: "
           "/var/log/falco-alerts.jsonl}");
     }},
    {"keep_alive", false, false,
     [](const Facts& f) {
       return f.config.file_output.enabled && !f.config.file_output.keep_alive;
     },
     [](const Facts&) {
       return std::string("it opens its alert file anew for each alert, which costs it time");
     },
     [](const Facts&) { return std::string("file_output: {…, keep_alive: true}"); }},
    {"throttled_alerts", false, false,
     [](const Facts& f) { return f.config.outputs_per_sec > 0 && !f.version.AtLeast(0, 37); },
     [](const Facts& f) {
       return absl::StrCat("it throttles alerts to ", f.config.outputs_per_sec,
                           "/s after a burst: most of a trial's would be missing");
     },
     [](const Facts&) {
       return std::string("outputs: {rate: 1000000000, max_burst: 1000000000}");
     }},
    {"output_queue", false, true,
     [](const Facts& f) { return f.config.outputs_capacity == 0 && f.version.AtLeast(0, 36); },
     [](const Facts&) {
       return std::string(
           "its output queue is unbounded: a slow reader of alerts becomes memory, and an OOM "
           "kill");
     },
     [](const Facts&) { return std::string("outputs_queue: {capacity: 100000}"); }},
    {"reload", false, false,
     [](const Facts& f) { return f.config.watch_config_files && f.version.AtLeast(0, 30); },
     [](const Facts&) {
       return std::string(
           "it watches its files: one that changes starts its counters anew, and voids the trial");
     },
     [](const Facts&) { return std::string("watch_config_files: false"); }},
    {"rule_matching", false, true,
     [](const Facts& f) { return f.config.rule_matching != "all" && f.version.AtLeast(0, 37); },
     [](const Facts&) {
       return std::string("only the first rule that matches fires: one may shadow another");
     },
     [](const Facts&) {
       return std::string("rule_matching: all, if its users don't mind (it costs CPU)");
     }},
    {"priority", false, true, [](const Facts& f) { return HidesAlerts(f.config.priority); },
     [](const Facts& f) {
       return absl::StrCat("its minimum priority \"", f.config.priority,
                           "\" drops the rules that our actions trigger");
     },
     [](const Facts&) { return std::string("priority: notice"); }},
    {"buffered", false, false, [](const Facts& f) { return f.config.buffered_outputs; },
     [](const Facts&) {
       return std::string("it buffers its outputs: alerts come late, and that looks like lag");
     },
     [](const Facts&) { return std::string("buffered_outputs: false"); }},
};

std::vector<ConfigFault> FaultsOf(const Facts& facts, FalcoUse use) {
  std::vector<ConfigFault> faults;
  for (const Rule& rule : kRules) {
    if (use == FalcoUse::kStarted && !rule.when_started) continue;
    if (!rule.holds(facts)) continue;
    faults.push_back({rule.id, rule.fatal, rule.seen(facts), rule.lines(facts)});
  }
  return faults;
}

}  // namespace

CounterChannel CounterChannelOf(const FalcoConfig& config, const FalcoVersion& version) {
  if (!config.stats_file.empty() && !version.AtLeast(0, 36)) return CounterChannel::kStatsFile;
  if (!config.metrics.enabled) return CounterChannel::kNone;
  if (!config.metrics.output_file.empty() && version.AtLeast(0, 35)) {
    return CounterChannel::kMetricsFile;
  }
  const bool page = config.webserver.enabled && config.webserver.prometheus;
  return page && version.AtLeast(0, 38) ? CounterChannel::kPrometheus : CounterChannel::kNone;
}

std::vector<AlertChannel> AlertChannelsOf(const FalcoConfig& config, const FalcoVersion& version) {
  std::vector<AlertChannel> channels;
  if (config.json_output && config.file_output.enabled && !config.file_output.filename.empty()) {
    channels.push_back(AlertChannel::kFile);
  }
  if (config.grpc.enabled && config.grpc.output_enabled && !version.AtLeast(0, 44)) {
    channels.push_back(AlertChannel::kGrpc);
  }
  if (config.json_output && config.http_output.enabled &&
      LocalHttpOf(config.http_output.url).port > 0) {
    channels.push_back(AlertChannel::kHttp);
  }
  return channels;
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
  if (!absl::ConsumePrefix(&rest, "http://")) return {};
  rest = rest.substr(0, rest.find('/'));
  for (const Host& host : *hosts) {
    absl::string_view after = rest;
    if (!absl::ConsumePrefix(&after, host.name)) continue;
    int port = 80;
    if (!after.empty() && !(absl::ConsumePrefix(&after, ":") && absl::SimpleAtoi(after, &port) &&
                            port > 0 && port < 65536)) {
      return {};
    }
    return {.addresses = host.addresses, .port = port};
  }
  return {};
}

std::vector<ConfigFault> FindConfigFaults(const FalcoConfig& config, const FalcoVersion& version,
                                          FalcoUse use) {
  return FaultsOf({config, version, !AlertChannelsOf(config, version).empty()}, use);
}

std::vector<ConfigFault> FindConfigFaultsOfAttached(const FalcoConfig& config,
                                                    const FalcoVersion& version,
                                                    bool reads_alerts) {
  return FaultsOf({config, version, reads_alerts}, FalcoUse::kAttached);
}

}  // namespace bench
