#include "worker/sensor/output/metrics_format.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "worker/sensor/output/json_text.h"

namespace bench::sensor {
namespace {

constexpr double kNsPerSec = 1e9;

// By enum bench_class.
constexpr const char* kDropKeys[BENCH_CLASSES] = {
    "scap.n_drops_buffer_open_exit",       "scap.n_drops_buffer_close_exit",
    "scap.n_drops_buffer_clone_fork_exit", "scap.n_drops_buffer_connect_exit",
    "scap.n_drops_buffer_dir_file_exit",   "scap.n_drops_buffer_execve_exit",
    "scap.n_drops_buffer_proc_exit",       "scap.n_drops_buffer_other_interest_exit",
};

double PerSecond(uint64_t now, uint64_t before, int64_t interval_ns) {
  if (interval_ns <= 0) return 0;
  return static_cast<double>(now - before) * kNsPerSec / static_cast<double>(interval_ns);
}

}  // namespace

std::string RuleCounterKey(absl::string_view rule_name) {
  std::string key = absl::StrCat("falco.rules.", rule_name);
  std::replace_if(
      key.begin() + sizeof("falco.rules.") - 1, key.end(),
      [](char c) { return !absl::ascii_isalnum(static_cast<unsigned char>(c)); }, '_');
  return key;
}

void AppendMetrics(const MetricsIdentity& identity, const MetricsSnapshot& previous,
                   const MetricsSnapshot& now, const std::vector<Rule>& rules,
                   const std::vector<int64_t>& match_counts, int64_t matches_total,
                   std::string& out) {
  const int64_t interval_ns = now.since_start_ns - previous.since_start_ns;
  std::string fields_json;
  JsonObject fields(&fields_json);
  fields.Text("evt.hostname", identity.hostname);
  fields.Text("evt.source", "syscall");
  fields.Integer("evt.time", now.time_ns);
  fields.Real("falco.cpu_usage_perc", now.cpu_usage_percent);
  fields.Integer("falco.duration_sec", now.since_start_ns / 1'000'000'000);
  fields.Real("falco.evts_rate_sec",
              PerSecond(static_cast<uint64_t>(now.processed_events),
                        static_cast<uint64_t>(previous.processed_events), interval_ns));
  fields.Integer("falco.host_boot_ts", identity.host_boot_ns);
  fields.Integer("falco.host_num_cpus", identity.host_cpus);
  fields.Text("falco.kernel_release", identity.kernel_release);
  fields.Real("falco.memory_rss_mb", now.memory_rss_mb);
  fields.Integer("falco.n_added_fds", now.fds_added);
  fields.Integer("falco.n_fds", now.fds);
  fields.Integer("falco.n_removed_fds", now.fds_removed);
  fields.Integer("falco.n_threads", now.threads);
  fields.Integer("falco.num_evts", now.processed_events);
  fields.Integer("falco.num_evts_prev", previous.processed_events);
  // Alerts are written by the thread that reads events: there is no queue that could drop any.
  fields.Integer("falco.outputs_queue_num_drops", 0);
  fields.Integer("falco.reload_ts", identity.reload_ns);
  for (size_t i = 0; i < rules.size(); ++i) {
    if (match_counts[i] > 0) fields.Integer(RuleCounterKey(rules[i].name), match_counts[i]);
  }
  fields.Integer("falco.rules.matches_total", matches_total);
  fields.Integer("falco.start_ts", identity.start_ns);
  fields.Text("falco.version", identity.version);
  fields.Text("scap.engine_name", "reference_bpf");
  fields.Real("scap.evts_drop_rate_sec",
              PerSecond(now.buffer_drops_total, previous.buffer_drops_total, interval_ns));
  fields.Real("scap.evts_rate_sec",
              PerSecond(now.kernel_events, previous.kernel_events, interval_ns));
  fields.Integer("scap.n_drops", static_cast<int64_t>(now.buffer_drops_total));
  for (int c = 0; c < BENCH_CLASSES; ++c) {
    fields.Integer(kDropKeys[c], static_cast<int64_t>(now.buffer_drops[c]));
  }
  fields.Integer("scap.n_drops_buffer_total", static_cast<int64_t>(now.buffer_drops_total));
  fields.Integer("scap.n_drops_prev", static_cast<int64_t>(previous.buffer_drops_total));
  fields.Integer("scap.n_evts", static_cast<int64_t>(now.kernel_events));
  fields.Integer("scap.n_evts_prev", static_cast<int64_t>(previous.kernel_events));
  fields.Close();

  JsonObject line(&out);
  line.Raw("output_fields", fields_json);
  line.Integer("sample", now.sample);
  line.Close();
  out.push_back('\n');
}

}  // namespace bench::sensor
