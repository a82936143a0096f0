#include "worker/falco/prometheus_page.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "worker/falco/counter_value.h"
#include "worker/falco/prometheus_text.h"
#include "worker/falco/rule_key.h"

namespace bench {
namespace {

constexpr int64_t kBytesPerMb = 1 << 20;  // as Falco counts them in its snapshots

// The driver's counters. A plugin's, where it has any, counts events only.
struct Capture {
  std::optional<int64_t> events;
  std::optional<int64_t> drops;                       // for whatever cause
  std::optional<int64_t> ring_drops;                  // for a full ring, if their total is there
  std::map<std::string, int64_t> ring_drops_by_kind;  // of syscall, and enter or exit
  std::map<std::string, int64_t> drops_of_other_cause;
};

bool TellsDrops(const Capture& capture) {
  return capture.drops || capture.ring_drops || !capture.ring_drops_by_kind.empty();
}

int64_t Total(const std::map<std::string, int64_t>& counts) {
  int64_t total = 0;
  for (const auto& [name, count] : counts) total = AddCounts(total, count);
  return total;
}

int64_t RingDrops(const Capture& capture) {
  if (capture.ring_drops) return *capture.ring_drops;
  const int64_t without_other_cause =
      capture.drops.value_or(0) - Total(capture.drops_of_other_cause);
  return std::max(without_other_cause, Total(capture.ring_drops_by_kind));
}

// A sample without the label is of the only source there is.
bool OfSyscalls(const PrometheusSample& sample, absl::string_view source_label) {
  return sample.Label(source_label).value_or("syscall") == "syscall";
}

// Gathers the samples of a page.
class Page {
 public:
  void Add(const PrometheusSample& sample);
  absl::StatusOr<CounterReading> Read(absl::Time at) const;

 private:
  void AddEngine(const PrometheusSample& sample);
  void AddRule(const PrometheusSample& sample);
  void AddToCapture(absl::string_view metric, const PrometheusSample& sample);
  bool AddToReading(absl::string_view metric, const PrometheusSample& sample);
  const Capture& SyscallCapture() const;

  bool of_falco_ = false;
  bool of_syscall_engine_ = false;
  bool of_plugin_engine_ = false;
  // Several if plugins have event counters of the same name: then the samples of each capture stand
  // together, its events first.
  std::vector<Capture> captures_ = std::vector<Capture>(1);
  CounterReading told_;
  std::map<std::string, int64_t> matches_by_rule_name_;
};

void Page::Add(const PrometheusSample& sample) {
  absl::string_view metric = sample.name;
  if (!absl::ConsumePrefix(&metric, "falcosecurity_")) return;
  of_falco_ = true;
  if (metric == "scap_engine_name_info") return AddEngine(sample);
  if (!OfSyscalls(sample, "evt_source")) return;
  if (absl::ConsumePrefix(&metric, "scap_")) {
    AddToCapture(metric, sample);
  } else if (absl::ConsumePrefix(&metric, "falco_")) {
    if (absl::StartsWith(metric, "rules_")) return AddRule(sample);
    if (!AddToReading(metric, sample)) AddToCapture(metric, sample);
  }
}

void Page::AddEngine(const PrometheusSample& sample) {
  if (sample.Label("engine_name") == "source_plugin") {
    of_plugin_engine_ = true;
  } else if (OfSyscalls(sample, "evt_source")) {
    of_syscall_engine_ = true;
  }
}

// rules_matches_total{rule_name=…}; in 0.38 rules_<Name>_total{rule=…}, besides a total of all.
void Page::AddRule(const PrometheusSample& sample) {
  if (!OfSyscalls(sample, "source")) return;
  for (absl::string_view label : {"rule_name", "rule"}) {
    if (auto name = sample.Label(label)) {
      matches_by_rule_name_[std::string(*name)] = ToCount(sample.value);
      return;
    }
  }
}

bool Page::AddToReading(absl::string_view metric, const PrometheusSample& sample) {
  struct Field {
    absl::string_view metric;
    int64_t CounterReading::*member;
  };
  static constexpr Field kFields[] = {
      {"outputs_queue_num_drops_total", &CounterReading::output_queue_drops},
      {"start_timestamp_nanoseconds", &CounterReading::start_ts},
      {"reload_timestamp_nanoseconds", &CounterReading::reload_ts},
  };
  for (const Field& field : kFields) {
    if (metric != field.metric) continue;
    told_.*field.member = ToCount(sample.value);
    return true;
  }
  if (metric != "memory_rss_bytes") return false;
  told_.memory_rss_mb = static_cast<double>(ToCount(sample.value)) / kBytesPerMb;
  return true;
}

void Page::AddToCapture(absl::string_view metric, const PrometheusSample& sample) {
  static constexpr absl::string_view kOtherCauses[] = {
      "n_drops_scratch_map_total", "n_drops_page_faults_total", "n_drops_bug_total"};
  const int64_t count = ToCount(sample.value);
  if (metric == "n_evts_total") {
    if (of_plugin_engine_ && captures_.back().events) captures_.emplace_back();
    captures_.back().events = count;
  } else if (metric == "n_drops_total") {
    captures_.back().drops = count;
  } else if (metric == "n_drops_buffer_total") {
    if (auto kind = sample.Label("drop")) {
      const std::string key = absl::StrCat(*kind, " ", sample.Label("dir").value_or(""));
      captures_.back().ring_drops_by_kind[key] = count;
    } else {
      captures_.back().ring_drops = count;
    }
  } else if (std::ranges::find(kOtherCauses, metric) != std::end(kOtherCauses)) {
    captures_.back().drops_of_other_cause[std::string(metric)] = count;
  }
}

// The last one that tells drops; the last one if none does.
const Capture& Page::SyscallCapture() const {
  auto it = std::find_if(captures_.rbegin(), captures_.rend(), TellsDrops);
  return it == captures_.rend() ? captures_.back() : *it;
}

absl::StatusOr<CounterReading> Page::Read(absl::Time at) const {
  if (!of_falco_) {
    return absl::InvalidArgumentError(
        "no metrics of Falco on the page: Falco >= 0.38 serves them at /metrics of its web server "
        "with metrics.enabled=true and webserver.prometheus_metrics_enabled=true");
  }
  if (of_plugin_engine_ && !of_syscall_engine_) {
    return absl::InvalidArgumentError(
        "no counters of syscalls on Falco's metrics page: it reads events of plugins only; enable "
        "its event source \"syscall\"");
  }
  const Capture& capture = SyscallCapture();
  if (!capture.events) {
    return absl::InvalidArgumentError(
        "no n_evts_total for syscalls on Falco's metrics page: set "
        "metrics.kernel_event_counters_enabled=true");
  }
  CounterReading reading = told_;
  reading.at = at;
  reading.tells_processed = false;
  reading.kernel_events = *capture.events;
  reading.kernel_drops = RingDrops(capture);
  reading.other_drops = std::max<int64_t>(capture.drops.value_or(0) - reading.kernel_drops, 0);
  reading.rule_matches = Total(matches_by_rule_name_);
  for (const auto& [name, count] : matches_by_rule_name_) {
    int64_t& matches = reading.matches_by_rule[RuleKey(name)];
    matches = AddCounts(matches, count);
  }
  return reading;
}

}  // namespace

absl::StatusOr<CounterReading> ParsePrometheusPage(absl::string_view text, absl::Time at) {
  Page page;
  ForEachPrometheusSample(text, [&](const PrometheusSample& sample) { page.Add(sample); });
  return page.Read(at);
}

}  // namespace bench
