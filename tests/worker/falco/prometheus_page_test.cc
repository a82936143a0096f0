#include "worker/falco/prometheus_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "tests/worker/falco/testdata.h"
#include "worker/falco/counter_line.h"
#include "worker/falco/rule_key.h"

namespace bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

const absl::Time kAt = absl::FromUnixSeconds(1700000000);
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

CounterReading Parse(const std::string& page) {
  auto reading = ParsePrometheusPage(page, kAt);
  EXPECT_TRUE(reading.ok()) << reading.status();
  return reading.value_or(CounterReading());
}

// A page with its event counter and these lines.
CounterReading With(const std::string& lines) {
  return Parse("falcosecurity_scap_n_evts_total 100\n" + lines);
}

std::string ErrorOf(const std::string& page) {
  auto reading = ParsePrometheusPage(page, kAt);
  EXPECT_EQ(reading.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(reading.status().message());
}

TEST(PrometheusPage, ReadsARecordedIdlePageWithItsHttpHeaders) {
  const CounterReading reading = Parse(Recorded("prometheus-idle.txt"));
  EXPECT_EQ(reading.at, kAt);
  EXPECT_EQ(reading.kernel_events, 13742);
  EXPECT_EQ(reading.kernel_drops, 0);
  EXPECT_EQ(reading.other_drops, 0);
  EXPECT_FALSE(reading.tells_processed);
  EXPECT_TRUE(reading.tells_rule_matches);
  EXPECT_EQ(reading.rule_matches, 1);
  EXPECT_THAT(reading.matches_by_rule, ElementsAre(Pair("Read_sensitive_file_untrusted", 1)));
  EXPECT_EQ(reading.output_queue_drops, 0);
  EXPECT_NEAR(reading.memory_rss_mb, 59.47, 0.01);
}

TEST(PrometheusPage, ReadsRecordedDropsAsTheSnapshotsHaveThem) {
  const CounterReading page = Parse(Recorded("prometheus-under-drop.txt"));
  EXPECT_EQ(page.kernel_events, 122092518);
  EXPECT_EQ(page.kernel_drops, 27525227);  // not all of them are of a kind that the page names
  EXPECT_EQ(page.other_drops, 0);
  EXPECT_THAT(page.matches_by_rule, IsEmpty());
  // The same Falco, seconds apart: one identity whatever it is asked by.
  const std::string line = RecordedLines("metrics-drop-5lines.jsonl").back();
  const CounterReading snapshot = **ParseCounterLine(line);
  EXPECT_EQ(page.start_ts, snapshot.start_ts);
  EXPECT_EQ(page.reload_ts, snapshot.reload_ts);
  EXPECT_GE(page.kernel_drops, snapshot.kernel_drops);
}

TEST(PrometheusPage, DropsOfAnotherCauseAreApart) {
  const CounterReading reading = With(
      "falcosecurity_scap_n_drops_buffer_total{dir=\"exit\",drop=\"open\"} 3\n"
      "falcosecurity_scap_n_drops_buffer_total{dir=\"exit\",drop=\"close\"} 4\n"
      "falcosecurity_scap_n_drops_scratch_map_total 1\n"
      "falcosecurity_scap_n_drops_page_faults_total 2\n"
      "falcosecurity_scap_n_drops_bug_total 1\n"
      "falcosecurity_scap_n_drops_total 14\n");
  EXPECT_EQ(reading.kernel_drops, 10);
  EXPECT_EQ(reading.other_drops, 4);
}

TEST(PrometheusPage, MissingSamplesAreZero) {
  const CounterReading bare = With("");
  EXPECT_EQ(bare.kernel_events, 100);
  EXPECT_EQ(bare.kernel_drops, 0);
  EXPECT_EQ(bare.rule_matches, 0);
  EXPECT_EQ(bare.start_ts, 0);
  const CounterReading without_total =
      With("falcosecurity_scap_n_drops_buffer_total{dir=\"exit\",drop=\"open\"} 3\n");
  EXPECT_EQ(without_total.kernel_drops, 3);
  EXPECT_EQ(without_total.other_drops, 0);
}

TEST(PrometheusPage, OfASampleThatStandsTwiceTheLastCounts) {
  const CounterReading reading = With(
      "falcosecurity_scap_n_drops_buffer_total{dir=\"exit\",drop=\"open\"} 3\n"
      "falcosecurity_scap_n_drops_buffer_total{dir=\"exit\",drop=\"open\"} 5\n"
      "falcosecurity_falco_rules_matches_total{rule_name=\"A rule\",source=\"syscall\"} 1\n"
      "falcosecurity_falco_rules_matches_total{rule_name=\"A rule\",source=\"syscall\"} 2\n"
      "falcosecurity_scap_n_evts_total 101\n");
  EXPECT_EQ(reading.kernel_events, 101);
  EXPECT_EQ(reading.kernel_drops, 5);
  EXPECT_EQ(reading.rule_matches, 2);
}

TEST(PrometheusPage, CountsTheRulesOfSyscallsUnderTheKeysOfTheSnapshots) {
  const CounterReading reading = With(
      "falcosecurity_falco_rules_matches_total{priority=\"4\",rule_name=\"Contact K8S API - (1)\","
      "source=\"syscall\",tag_T1=\"true\"} 3\n"
      "falcosecurity_falco_rules_matches_total{rule_name=\"Contact K8S-API 1\"} 1.4e1\n"
      "falcosecurity_falco_rules_matches_total{rule_name=\"Say \\\"x\\\"\"} 1\n"
      "falcosecurity_falco_rules_matches_total{rule_name=\"Say \"y\"\",source=\"syscall\"} 1\n"
      "falcosecurity_falco_rules_matches_total{rule_name=\"Audit\",source=\"k8s_audit\"} 50\n");
  EXPECT_EQ(reading.rule_matches, 19);
  EXPECT_THAT(reading.matches_by_rule,
              ElementsAre(Pair("Contact_K8S_API_1", 17), Pair("Say_x", 1), Pair("Say_y", 1)));
}

TEST(RuleKey, IsTheKeyThatFalcoMakes) {
  EXPECT_EQ(RuleKey("Read sensitive file untrusted"), "Read_sensitive_file_untrusted");
  EXPECT_EQ(RuleKey("a -_ b: c (d)"), "a_b:_c_d");
  EXPECT_EQ(RuleKey("(x"), "_x");
  EXPECT_EQ(RuleKey("\xc3\xa9t\xc3\xa9"), "_t");
  EXPECT_EQ(RuleKey("---"), "");
  EXPECT_EQ(RuleKey(""), "");
}

TEST(PrometheusPage, ReadsThePageOfItsFirstRelease) {
  // 0.38: other names, a label raw_name on all, and everything of Falco once for each source.
  const std::string wrapper =
      "falcosecurity_falco_start_timestamp_nanoseconds{raw_name=\"start_ts\"} 17\n"
      "falcosecurity_falco_rules_matches_total{raw_name=\"rules_matches_total\"} 4\n"
      "falcosecurity_falco_rules_Terminal_shell_total{priority=\"5\",raw_name=\"x\","
      "rule=\"Terminal shell\",source=\"syscall\",tags=\"a,b\"} 4\n"
      "falcosecurity_falco_rules_Quiet_total{rule=\"Quiet\",source=\"syscall\"} 0\n";
  const CounterReading reading = Parse(
      "falcosecurity_scap_engine_name_info{engine_name=\"bpf\",raw_name=\"engine_name\"} 1\n" +
      wrapper + "falcosecurity_scap_engine_name_info{engine_name=\"source_plugin\"} 1\n" + wrapper +
      "falcosecurity_falco_memory_rss_bytes{raw_name=\"memory_rss_bytes\"} 1048576.000000\n"
      "falcosecurity_falco_n_evts_total{raw_name=\"n_evts\"} 900\n"
      "falcosecurity_falco_n_drops_buffer_total{raw_name=\"n_drops_buffer_total\"} 70\n"
      "falcosecurity_falco_n_drops_buffer_open_exit_total{raw_name=\"n_drops_buffer_open_exit\"} "
      "6\n"
      "falcosecurity_falco_n_drops_total{raw_name=\"n_drops\"} 72\n"
      "falcosecurity_falco_n_evts_total{raw_name=\"n_evts\"} 5\n");
  EXPECT_EQ(reading.kernel_events, 900);
  EXPECT_EQ(reading.kernel_drops, 70);
  EXPECT_EQ(reading.other_drops, 2);
  EXPECT_EQ(reading.rule_matches, 4);
  EXPECT_THAT(reading.matches_by_rule, ElementsAre(Pair("Quiet", 0), Pair("Terminal_shell", 4)));
  EXPECT_EQ(reading.start_ts, 17);
  EXPECT_EQ(reading.memory_rss_mb, 1);
}

TEST(PrometheusPage, TellsSyscallsFromPluginsInWhateverOrderTheyStand) {
  const std::string engines =
      "falcosecurity_scap_engine_name_info{engine_name=\"source_plugin\"} 1\n"
      "falcosecurity_scap_engine_name_info{engine_name=\"modern_bpf\"} 1\n";
  const std::string plugin = "falcosecurity_scap_n_evts_total 5\nfalcosecurity_plugins_x_total 9\n";
  const std::string syscalls =
      "falcosecurity_scap_n_evts_total 900\n"
      "falcosecurity_scap_n_drops_buffer_total{dir=\"exit\",drop=\"open\"} 6\n"
      "falcosecurity_scap_n_drops_total 6\n";
  for (const std::string& page :
       {plugin + syscalls, syscalls + plugin, plugin + syscalls + plugin}) {
    const CounterReading reading = Parse(engines + page);
    EXPECT_EQ(reading.kernel_events, 900) << page;
    EXPECT_EQ(reading.kernel_drops, 6) << page;
  }
}

TEST(PrometheusPage, PassesOverCountersLabelledWithAnotherSource) {
  const CounterReading reading = With(
      "falcosecurity_scap_engine_name_info{engine_name=\"source_plugin\",evt_source=\"dummy\"} 1\n"
      "falcosecurity_scap_engine_name_info{engine_name=\"kmod\",evt_source=\"syscall\"} 1\n"
      "falcosecurity_scap_n_evts_total{evt_source=\"syscall\"} 7\n"
      "falcosecurity_scap_n_drops_total{evt_source=\"syscall\"} 2\n"
      "falcosecurity_scap_n_evts_total{evt_source=\"dummy\"} 8\n"
      "falcosecurity_scap_n_drops_total{evt_source=\"dummy\"} 9\n");
  EXPECT_EQ(reading.kernel_events, 7);
  EXPECT_EQ(reading.kernel_drops, 2);
}

TEST(PrometheusPage, ReadsSamplesInAlphabeticalOrder) {
  std::vector<std::string> lines = RecordedLines("prometheus-under-drop.txt");
  std::ranges::sort(lines);
  const CounterReading reading = Parse(absl::StrJoin(lines, "\n") + "\n");
  EXPECT_EQ(reading.kernel_events, 122092518);
  EXPECT_EQ(reading.kernel_drops, 27525227);
}

TEST(PrometheusPage, KeepsCountersWithinTheirRange) {
  const CounterReading reading = With(
      "falcosecurity_scap_n_evts_total 1e300\n"
      "falcosecurity_scap_n_drops_buffer_total{drop=\"open\"} 18446744073709551615\n"
      "falcosecurity_scap_n_drops_buffer_total{drop=\"close\"} 9223372036854775807\n"
      "falcosecurity_scap_n_drops_total -4\n"
      "falcosecurity_falco_rules_matches_total{rule_name=\"a\"} 9223372036854775807\n"
      "falcosecurity_falco_rules_matches_total{rule_name=\"b\"} 5\n"
      "falcosecurity_falco_start_timestamp_nanoseconds 1795338401189655864 1795338401189\n"
      "falcosecurity_falco_reload_timestamp_nanoseconds NaN\n"
      "falcosecurity_falco_memory_rss_bytes -1\n");
  EXPECT_EQ(reading.kernel_events, kMax);
  EXPECT_EQ(reading.kernel_drops, kMax);
  EXPECT_EQ(reading.other_drops, 0);
  EXPECT_EQ(reading.rule_matches, kMax);
  EXPECT_EQ(reading.start_ts, 1795338401189655864);
  EXPECT_EQ(reading.reload_ts, 0);
  EXPECT_EQ(reading.memory_rss_mb, 0);
}

TEST(PrometheusPage, SaysWhatIsMissing) {
  for (const char* page : {"", "HTTP/1.1 404 Not Found\r\n\r\n", "<html>Falco</html>\n",
                           "go_threads 7\n", "falcosecurity_scap_n_evts_total 1"}) {
    EXPECT_THAT(ErrorOf(page), HasSubstr("webserver.prometheus_metrics_enabled=true")) << page;
  }
  EXPECT_THAT(ErrorOf("falcosecurity_falco_version_info{version=\"0.44.1\"} 1\n"),
              HasSubstr("metrics.kernel_event_counters_enabled=true"));
  EXPECT_THAT(ErrorOf("falcosecurity_scap_n_evts_total NaN\n"
                      "falcosecurity_scap_n_drops_total 3\n"),
              HasSubstr("metrics.kernel_event_counters_enabled=true"));
  EXPECT_THAT(ErrorOf("falcosecurity_scap_engine_name_info{engine_name=\"source_plugin\"} 1\n"
                      "falcosecurity_scap_n_evts_total 5\n"),
              HasSubstr("plugins only"));
}

TEST(PrometheusPage, APageCutAnywhereTellsNoMoreThanTheWhole) {
  const std::string page = Recorded("prometheus-under-drop.txt");
  const CounterReading whole = Parse(page);
  int read = 0;
  for (size_t length = 0; length < page.size(); length += 7) {
    auto cut = ParsePrometheusPage(page.substr(0, length), kAt);
    if (!cut.ok()) continue;
    ++read;
    ASSERT_EQ(cut->kernel_events, whole.kernel_events) << length;
    ASSERT_LE(cut->kernel_drops, whole.kernel_drops) << length;
    ASSERT_GE(cut->kernel_drops, 0) << length;
    ASSERT_GE(cut->other_drops, 0) << length;
    ASSERT_TRUE(cut->start_ts == 0 || cut->start_ts == whole.start_ts) << length;
  }
  EXPECT_GT(read, 1000);
}

}  // namespace
}  // namespace bench
