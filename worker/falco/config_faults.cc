#include "worker/falco/config_faults.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "worker/falco/config_channels.h"

namespace bench {
namespace {

// A trial waits for a snapshot before and after it.
constexpr absl::Duration kLongestInterval = absl::Seconds(5);

struct Facts {
  const FalcoConfig& config;
  const FalcoVersion& version;
  bool reads_alerts;
};

// More alerts than any Falco was seen to make: its output thread carries a fifth of them.
constexpr double kUnreachedAlertsPerSec = 100e3;

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

// What another fault says better.
bool OnlyBuffered(const Facts& facts) {
  return facts.config.json_output && facts.config.json_tells_whose &&
         facts.config.file_output.enabled && BuffersFile(facts.config);
}

std::string WhyNoAlerts(const Facts& facts) {
  if (!facts.config.json_output) return "its alerts are no JSON";
  if (facts.config.json_tells_whose) return "no alert can be read";
  return "its alerts have neither their output nor their fields, so whose they are can't be told";
}

std::string WithoutAlerts(const Facts& facts) {
  return CountsMatches(facts)
             ? "they are counted by its rule counters, and as no lag is known trials are longer"
             : "as no rule counter is there either, lost alerts won't show, and as no lag is known "
               "trials are longer";
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
  std::string (*mend)(const Facts& facts);
};

std::string InYaml(absl::string_view lines) {
  return absl::StrCat("in its falco.yaml: ", lines);
}
std::string OnCommandLine(absl::string_view options) {
  return absl::StrCat("on its command line: ", options);
}

constexpr char kMetricsLines[] =
    "metrics: {enabled: true, interval: 500ms, output_file: /var/log/falco-metrics.jsonl, "
    "output_rule: false, rules_counters_enabled: true, kernel_event_counters_enabled: true}";

std::string ShorterInterval(const Facts& facts) {
  return CounterChannelOf(facts.config, facts.version) == CounterChannel::kStatsFile
             ? OnCommandLine("--stats-interval 1000")
             : InYaml("metrics: {…, interval: 500ms}");
}

// From 0.32 to 0.43 nothing else unbuffers, see BuffersOutputs.
bool OnlyByOption(const FalcoVersion& version) {
  return version.AtLeast(0, 32) && !version.AtLeast(0, 44);
}

std::string AlertFile(const Facts& facts) {
  const bool buffers = facts.config.buffered_outputs && !facts.config.file_output.enabled;
  const bool by_option = buffers && OnlyByOption(facts.version);
  const bool by_key = buffers && !by_option;
  return absl::StrCat(
      InYaml("json_output: true and file_output: {enabled: true, keep_alive: true, filename: "
             "/var/log/falco-alerts.jsonl}"),
      facts.config.json_tells_whose ? "" : " and json_include_output_property: true",
      by_key ? " and buffered_outputs: false" : "",
      by_option ? absl::StrCat(" and ", OnCommandLine("-U")) : "");
}

constexpr Rule kRules[] = {
    {"counters", true, false,
     [](const Facts& f) { return CounterChannelOf(f.config, f.version) == CounterChannel::kNone; },
     [](const Facts& f) {
       return std::string(HasPrometheusPage(f.config, f.version)
                              ? "its Prometheus page is in another network namespace, and no file "
                                "has its counters: no drop can be seen from here"
                              : "it tells its counters nowhere: no drop can be seen");
     },
     [](const Facts& f) {
       return f.version.AtLeast(0, 35)
                  ? InYaml(kMetricsLines)
                  : OnCommandLine("-s /var/log/falco-stats.json --stats-interval 1000");
     }},
    {"counter_interval", true, false,
     [](const Facts& f) { return CounterInterval(f) > kLongestInterval; },
     [](const Facts& f) {
       return absl::StrCat("it tells its counters every ", absl::FormatDuration(CounterInterval(f)),
                           " only: a trial of some seconds would not show");
     },
     ShorterInterval},
    {"slow_counters", false, false,
     [](const Facts& f) {
       return CounterInterval(f) > kLongCounterInterval && CounterInterval(f) <= kLongestInterval;
     },
     [](const Facts& f) {
       return absl::StrCat("it tells its counters every ", absl::FormatDuration(CounterInterval(f)),
                           ": each trial waits that much longer");
     },
     ShorterInterval},
    {"kernel_counters", true, false,
     [](const Facts& f) {
       const CounterChannel channel = CounterChannelOf(f.config, f.version);
       return (channel == CounterChannel::kMetricsFile || channel == CounterChannel::kPrometheus) &&
              !f.config.metrics.kernel_event_counters;
     },
     [](const Facts&) {
       return std::string("its metrics leave the kernel's counters out: no drop can be seen");
     },
     [](const Facts&) { return InYaml("metrics: {…, kernel_event_counters_enabled: true}"); }},
    {"alerts", false, false,
     [](const Facts& f) { return !f.reads_alerts && CountsMatches(f) && !OnlyBuffered(f); },
     [](const Facts& f) { return absl::StrCat(WhyNoAlerts(f), ": ", WithoutAlerts(f)); },
     AlertFile},
    {"no_alerts", false, false,
     [](const Facts& f) { return !f.reads_alerts && !CountsMatches(f) && !OnlyBuffered(f); },
     [](const Facts& f) { return absl::StrCat(WhyNoAlerts(f), ": ", WithoutAlerts(f)); },
     AlertFile},
    {"keep_alive", false, false,
     [](const Facts& f) {
       // One that buffers is the better for it.
       return f.config.file_output.enabled && !f.config.file_output.keep_alive &&
              !f.config.buffered_outputs;
     },
     [](const Facts&) {
       return std::string("it opens its alert file anew for each alert, which costs it time");
     },
     [](const Facts&) { return InYaml("file_output: {…, keep_alive: true}"); }},
    {"throttled_alerts", false, false,
     [](const Facts& f) {
       return f.config.outputs_per_sec > 0 && f.config.outputs_per_sec < kUnreachedAlertsPerSec &&
              !f.version.AtLeast(0, 37);
     },
     [](const Facts& f) {
       return absl::StrCat("it throttles alerts to ", f.config.outputs_per_sec,
                           "/s after a burst: most of a trial's would be missing");
     },
     [](const Facts&) { return InYaml("outputs: {rate: 1000000000, max_burst: 1000000000}"); }},
    {"output_queue", false, true,
     [](const Facts& f) { return f.config.outputs_capacity == 0 && f.version.AtLeast(0, 36); },
     [](const Facts&) {
       return std::string(
           "its output queue is unbounded: a slow reader of alerts becomes memory, and an OOM "
           "kill");
     },
     [](const Facts&) { return InYaml("outputs_queue: {capacity: 100000}"); }},
    {"reload", false, false,
     [](const Facts& f) { return f.config.watch_config_files && f.version.AtLeast(0, 32); },
     [](const Facts&) {
       return std::string(
           "it watches its files: one that changes starts its counters anew, and voids the trial");
     },
     [](const Facts&) { return InYaml("watch_config_files: false"); }},
    {"rule_matching", false, true,
     [](const Facts& f) { return f.config.rule_matching != "all" && f.version.AtLeast(0, 37); },
     [](const Facts&) {
       return std::string("only the first rule that matches fires: one may shadow another");
     },
     [](const Facts&) {
       return InYaml("rule_matching: all, if its users don't mind (it costs CPU)");
     }},
    {"priority", false, true, [](const Facts& f) { return HidesAlerts(f.config.priority); },
     [](const Facts& f) {
       return absl::StrCat("its minimum priority \"", f.config.priority,
                           "\" drops the rules that our actions trigger");
     },
     [](const Facts&) { return InYaml("priority: notice"); }},
    {"buffered", false, false, OnlyBuffered,
     [](const Facts& f) {
       return absl::StrCat(
           "it buffers its alert file: alerts would come in blocks, late, the last ones never, so "
           "the file is not read",
           f.reads_alerts ? "" : absl::StrCat("; ", WithoutAlerts(f)));
     },
     [](const Facts& f) {
       return OnlyByOption(f.version) ? OnCommandLine("-U") : InYaml("buffered_outputs: false");
     }},
};

std::vector<ConfigFault> FaultsOf(const Facts& facts, FalcoUse use) {
  std::vector<ConfigFault> faults;
  for (const Rule& rule : kRules) {
    if (use == FalcoUse::kStarted && !rule.when_started) continue;
    if (!rule.holds(facts)) continue;
    faults.push_back({rule.id, rule.fatal, rule.seen(facts), rule.mend(facts), !rule.when_started});
  }
  return faults;
}

}  // namespace

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
