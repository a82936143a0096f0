#include "tests/fakes/fake_falco/prometheus_text.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "tests/fakes/fake_falco/alert.h"

namespace bench {
namespace {

class Page {
 public:
  // 0.38 gives each sample a label with the metric's own name.
  explicit Page(bool raw_names) : raw_names_(raw_names) {}

  void Add(absl::string_view name, absl::string_view raw_name, absl::string_view type,
           absl::string_view labels, absl::string_view value) {
    absl::StrAppend(&text_, "# HELP falcosecurity_", name, " https://falco.org/docs/metrics/\n");
    absl::StrAppend(&text_, "# TYPE falcosecurity_", name, " ", type, "\nfalcosecurity_", name);
    std::string all =
        raw_names_ ? absl::StrCat("raw_name=\"", raw_name, "\"", labels.empty() ? "" : ",") : "";
    absl::StrAppend(&all, labels);
    if (!all.empty()) absl::StrAppend(&text_, "{", all, "}");
    absl::StrAppend(&text_, " ", value, "\n");
  }
  void Info(absl::string_view name, absl::string_view raw_name, absl::string_view labels) {
    Add(name, raw_name, "gauge", labels, "1");
  }
  void Counter(absl::string_view name, absl::string_view raw_name, int64_t value,
               absl::string_view labels = "") {
    Add(name, raw_name, "counter", labels, absl::StrCat(value));
  }
  void Gauge(absl::string_view name, absl::string_view raw_name, int64_t value) {
    Add(name, raw_name, "gauge", "", absl::StrCat(value));
  }
  std::string Take() { return std::move(text_); }

 private:
  const bool raw_names_;
  std::string text_;
};

void AddItself(const FakeRelease& release, const FakeCounters& counters, Page* page) {
  page->Info("scap_engine_name_info", "engine_name",
             release.Is(kReloadTime) ? R"(engine_name="modern_bpf",evt_source="syscall")"
                                     : R"(engine_name="modern_bpf")");
  page->Info("falco_version_info", "version", absl::StrCat("version=\"", release.version, "\""));
  page->Info("evt_hostname_info", "hostname", absl::StrCat("hostname=\"", kFakeHostname, "\""));
  if (!release.Is(kReloadTime)) {
    page->Info("falco_evt_source_info", "evt_source", R"(evt_source="syscall")");
  }
  page->Gauge("falco_start_timestamp_nanoseconds", "start_ts", counters.start_ns);
  if (release.Is(kReloadTime)) {
    page->Gauge("falco_reload_timestamp_nanoseconds", "reload_ts", counters.reload_ns);
  }
  page->Counter("falco_outputs_queue_num_drops_total", "outputs_queue_num_drops", 0);
  page->Counter("falco_duration_seconds_total", "duration_sec", absl::ToInt64Seconds(counters.age));
}

constexpr absl::string_view kRuleLabels = R"(source="syscall")";

// 0.38.2 and newer leave out the rules without a match.
void AddRules(const FakeRelease& release, const FakeCounters& counters, Page* page) {
  const std::string named = absl::StrCat(R"(priority="4",rule_name=")", kFakeRule, "\",");
  if (release.Is(kPrometheusByLabel)) {
    if (counters.matches == 0) return;
    page->Counter("falco_rules_matches_total", "rules_matches", counters.matches,
                  absl::StrCat(named, kRuleLabels, R"(,tag_T1555="true",tag_filesystem="true")"));
    return;
  }
  constexpr int kPatchOfRuleCounters = 2;
  if (release.patch >= kPatchOfRuleCounters) {
    if (counters.matches == 0) return;
    page->Counter("falco_rules_counters_total", "rules_counters", counters.matches,
                  absl::StrCat(named, kRuleLabels, R"(,tags="T1555,filesystem")"));
    return;
  }
  page->Counter("falco_rules_matches_total", "rules.matches_total", counters.matches);
  page->Counter("falco_rules_Read_sensitive_file_untrusted_total",
                "rules.Read_sensitive_file_untrusted", counters.matches,
                absl::StrCat(R"(priority="4",rule=")", kFakeRule, "\",", kRuleLabels,
                             R"(,tags="T1555,filesystem")"));
}

void AddKernel(const FakeRelease& release, const FakeCounters& counters, Page* page) {
  if (!release.Is(kPrometheusByLabel)) {
    page->Counter("falco_n_evts_total", "n_evts", counters.events);
    page->Counter("falco_n_drops_buffer_total", "n_drops_buffer_total", counters.drops);
    page->Counter("falco_n_drops_total", "n_drops", counters.drops);
    return;
  }
  page->Counter("scap_n_evts_total", "n_evts", counters.events);
  // Without a total; and not every kind of call has a sample here.
  const int64_t opens = counters.drops / 4;
  const int64_t closes = counters.drops / 2;
  page->Counter("scap_n_drops_buffer_total", "", opens, R"(dir="exit",drop="open")");
  page->Counter("scap_n_drops_buffer_total", "", closes, R"(dir="exit",drop="close")");
  page->Counter("scap_n_drops_scratch_map_total", "n_drops_scratch_map", 0);
  page->Counter("scap_n_drops_total", "n_drops", counters.drops);
}

}  // namespace

std::string PrometheusText(const FakeRelease& release, const FakeConfig::Metrics& wanted,
                           const FakeCounters& counters) {
  constexpr double kBytesPerMb = 1 << 20;
  Page page(!release.Is(kPrometheusByLabel));
  AddItself(release, counters, &page);
  if (wanted.rules_counters) AddRules(release, counters, &page);
  if (wanted.resource_utilization) {
    page.Add("falco_memory_rss_bytes", "memory_rss_bytes", "gauge", "",
             absl::StrFormat("%f", counters.memory_rss_mb * kBytesPerMb));
  }
  if (wanted.kernel_event_counters) AddKernel(release, counters, &page);
  return page.Take();
}

}  // namespace bench
