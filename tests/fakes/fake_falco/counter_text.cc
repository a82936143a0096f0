#include "tests/fakes/fake_falco/counter_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/fakes/fake_falco/alert.h"
#include "worker/sensor/output/json_text.h"

namespace bench {
namespace {

double Percent(int64_t part, int64_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

std::string SourceCounters(int64_t events, int64_t drops) {
  std::string json;
  sensor::JsonObject object(&json);
  object.Real("drop_pct", Percent(drops, events));
  object.Integer("drops", drops);
  object.Integer("events", events);
  object.Integer("preemptions", 0);
  object.Close();
  return json;
}

void AddKernelCounters(const FakeCounters& counters, bool empty_ones, sensor::JsonObject* fields) {
  fields->Integer("scap.n_drops", counters.drops);
  if (counters.drops > 0 || empty_ones) {
    fields->Integer("scap.n_drops_buffer_total", counters.drops);
  }
  fields->Integer("scap.n_evts", counters.events);
}

void AddRuleCounters(const FakeCounters& counters, bool empty_ones, sensor::JsonObject* fields) {
  if (counters.matches > 0 || empty_ones) {
    fields->Integer("falco.rules.Read_sensitive_file_untrusted", counters.matches);
  }
  fields->Integer("falco.rules.matches_total", counters.matches);
}

}  // namespace

std::string StatsLine(const FakeRelease& release, const FakeCounters& counters,
                      const FakeCounters& before, int64_t sample) {
  const int64_t events = counters.events - before.events;
  const int64_t drops = counters.drops - before.drops;
  if (release.Is(kStatsByText)) {
    return absl::StrFormat(
        "{\"sample\": %d, \"cur\": {\"events\": %d, \"drops\": %d, \"preemptions\": 0}, "
        "\"delta\": {\"events\": %d, \"drops\": %d, \"preemptions\": 0}, \"drop_pct\": %g},\n",
        sample, counters.events, counters.drops, events, drops, Percent(drops, events));
  }
  return absl::StrCat("{\"sample\":", sample, R"(,"syscall":{"cur":)",
                      SourceCounters(counters.events, counters.drops),
                      ",\"delta\":", SourceCounters(events, drops), "}}\n");
}

std::string MetricsLine(const FakeRelease& release, const FakeConfig::Metrics& wanted,
                        const FakeCounters& counters, int64_t sample) {
  std::string json = "{\"output_fields\":";
  sensor::JsonObject fields(&json);
  fields.Text(release.Is(kEventHostname) ? "evt.hostname" : "falco.hostname", kFakeHostname);
  fields.Text("evt.source", "syscall");
  fields.Integer("evt.time", absl::ToUnixNanos(counters.at));
  fields.Integer("falco.duration_sec", absl::ToInt64Seconds(counters.age));
  if (wanted.resource_utilization) fields.Real("falco.memory_rss_mb", counters.memory_rss_mb);
  fields.Integer("falco.num_evts", counters.processed());
  fields.Integer("falco.outputs_queue_num_drops", 0);
  if (release.Is(kReloadTime)) fields.Integer("falco.reload_ts", counters.reload_ns);
  if (wanted.rules_counters) AddRuleCounters(counters, wanted.include_empty_values, &fields);
  fields.Integer("falco.start_ts", counters.start_ns);
  fields.Text("falco.version", release.version);
  fields.Text("scap.engine_name", "modern_bpf");
  if (wanted.kernel_event_counters) {
    AddKernelCounters(counters, wanted.include_empty_values, &fields);
  }
  fields.Close();
  absl::StrAppend(&json, ",\"sample\":", sample, "}\n");
  return json;
}

}  // namespace bench
