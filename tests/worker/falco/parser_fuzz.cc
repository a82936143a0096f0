// One entry for whatever produces hostile bytes: the mutations of parser_fuzz_test.cc, or
// libFuzzer.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/string_view.h"
#include "worker/falco/alert_line.h"
#include "worker/falco/counter_line.h"
#include "worker/falco/falco_version.h"
#include "worker/falco/line_splitter.h"
#include "worker/falco/prometheus_page.h"
#include "worker/falco/rfc3339.h"
#include "worker/falco/stats_line.h"

namespace {

// Counters never go below zero, whatever they were read from.
void CheckCounters(const bench::CounterReading& reading) {
  for (const int64_t count :
       {reading.kernel_events, reading.kernel_drops, reading.other_drops, reading.processed_events,
        reading.rule_matches, reading.output_queue_drops, reading.start_ts, reading.reload_ts,
        reading.sample}) {
    if (count < 0) std::abort();
  }
  for (const auto& [rule, count] : reading.matches_by_rule) {
    if (count < 0) std::abort();
  }
  if (!(reading.memory_rss_mb >= 0)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  static bench::AlertParser& parser = *new bench::AlertParser;
  parser.set_marker("shadow");
  bench::LineSplitter splitter(512);
  auto take = [](absl::string_view line) {
    for (const auto& reading :
         {bench::ParseCounterLine(line), bench::ParseStatsLine(line, absl::UnixEpoch())}) {
      if (reading.ok() && *reading) CheckCounters(**reading);
    }
    auto alert = parser.Parse(line);
    if (alert.ok() && alert->rule.empty()) std::abort();
  };
  splitter.Feed(input, take);
  take(input);
  auto page = bench::ParsePrometheusPage(input, absl::UnixEpoch());
  if (page.ok()) CheckCounters(*page);
  if (bench::ParseFalcoVersion(input).ok() && input.find("alco") == absl::string_view::npos) {
    std::abort();
  }
  bench::ParseRfc3339(input);
  return 0;
}
