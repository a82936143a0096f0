// What the feeds tell of Falco, release by release, against fake-falco as a process.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "tests/fakes/fake_falco_play.h"
#include "tests/worker/feeds/fake_falco_rig.h"
#include "tests/worker/feeds/feed_helpers.h"
#include "worker/falco/make_sensor.h"

namespace bench {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

constexpr char kMarker[] = "falco-bench-r1-t2";
constexpr char kRule[] = "Read sensitive file untrusted";
constexpr absl::Duration kLag = absl::Milliseconds(700);

struct Generation {
  std::string version;
  FakeFalcoRig::Interfaces (*interfaces)(const FakeFalcoRig& rig);
  bool tells_start = true;
  bool tells_reload = true;
  bool tells_processed = true;
  bool tells_rules = true;
};

void PrintTo(const Generation& generation, std::ostream* out) {
  *out << generation.version;
}

class AgainstFakeFalco : public testing::TestWithParam<Generation> {
 protected:
  AgainstFakeFalco() { play_.Set("VERSION", GetParam().version); }

  void Attach() { rig_.Start(GetParam().interfaces(rig_)); }
  void AttachAndWait() {
    Attach();
    if (HasFatalFailure()) return;
    absl::Status ready = sensor().WaitReady(kLong);
    ASSERT_TRUE(ready.ok()) << ready;
  }
  Sensor& sensor() { return rig_.sensor(); }
  CounterReading Next(absl::Time after) {
    auto next = sensor().CountersAfter(after, kLong);
    EXPECT_TRUE(next.ok()) << next.status();
    return next.value_or(CounterReading());
  }
  std::vector<AlertRecord> AwaitAlerts(size_t count) {
    std::vector<AlertRecord> alerts;
    EXPECT_TRUE(WaitUntil([&] {
      for (AlertRecord& alert : sensor().DrainAlerts()) alerts.push_back(std::move(alert));
      return alerts.size() >= count;
    }));
    return alerts;
  }

  FakeFalcoPlay play_;
  FakeFalcoRig rig_;
};

std::string TestName(const testing::TestParamInfo<Generation>& info) {
  return "V" + absl::StrReplaceAll(info.param.version, {{".", "_"}});
}

const Generation kGrpcByTcp{.version = "0.28.0",
                            .interfaces = StatsFileAndMutualTlsGrpc,
                            .tells_start = false,
                            .tells_reload = false,
                            .tells_processed = false,
                            .tells_rules = false};
const Generation kGrpcByUnixSocket{.version = "0.33.1",
                                   .interfaces = StatsFileAndUnixGrpc,
                                   .tells_start = false,
                                   .tells_reload = false,
                                   .tells_processed = false,
                                   .tells_rules = false};
const Generation kAlertFile{.version = "0.37.1",
                            .interfaces = MetricsAndAlertFile,
                            .tells_reload = false,
                            .tells_rules = false};
const Generation kFirstPrometheus{.version = "0.38.1",
                                  .interfaces = PrometheusAndHttp,
                                  .tells_reload = false,
                                  .tells_processed = false};
const Generation kSecondPrometheus{.version = "0.38.2",
                                   .interfaces = PrometheusAndHttp,
                                   .tells_reload = false,
                                   .tells_processed = false};
const Generation kHttpMutualTls{.version = "0.40.0",
                                .interfaces = PrometheusAndMutualTlsHttp,
                                .tells_reload = false,
                                .tells_processed = false};
const Generation kCountersAlone{.version = "0.44.1", .interfaces = MetricsAlone};

INSTANTIATE_TEST_SUITE_P(Releases, AgainstFakeFalco,
                         testing::Values(kGrpcByTcp, kGrpcByUnixSocket, kAlertFile,
                                         kFirstPrometheus, kSecondPrometheus, kHttpMutualTls,
                                         kCountersAlone),
                         TestName);

// The releases whose counters or alerts are read from files.
class RotatedFakeFalco : public AgainstFakeFalco {};
INSTANTIATE_TEST_SUITE_P(Releases, RotatedFakeFalco,
                         testing::Values(kGrpcByUnixSocket, kAlertFile, kCountersAlone), TestName);

// How it ends differs by where the counters come from.
class EndOfFakeFalco : public AgainstFakeFalco {};
INSTANTIATE_TEST_SUITE_P(Releases, EndOfFakeFalco,
                         testing::Values(kGrpcByUnixSocket, kAlertFile, kHttpMutualTls), TestName);

TEST_P(AgainstFakeFalco, CountersMoveAndDropsAreTold) {
  play_.Set("EVENTS_PER_SEC", "4000");
  play_.Set("DROPS_PER_SEC", "1000");
  play_.Set("ALERTS_PER_SEC", "50");
  ASSERT_NO_FATAL_FAILURE(AttachAndWait());
  const CounterReading first = *sensor().LatestCounters();
  const CounterReading second = Next(first.at);
  EXPECT_GT(second.at, first.at);
  EXPECT_GT(second.kernel_events, first.kernel_events);
  EXPECT_GT(second.kernel_drops, first.kernel_drops);
  EXPECT_NEAR(static_cast<double>(second.kernel_drops),
              static_cast<double>(second.kernel_events) / 4, 1);
  EXPECT_EQ(second.other_drops, 0);
  EXPECT_EQ(second.tells_processed, GetParam().tells_processed);
  if (second.tells_processed) {
    EXPECT_EQ(second.processed_events, second.kernel_events - second.kernel_drops);
  }
  EXPECT_EQ(second.tells_rule_matches, GetParam().tells_rules);
  if (second.tells_rule_matches) {
    EXPECT_GT(second.rule_matches, 0);
    EXPECT_THAT(second.matches_by_rule,
                UnorderedElementsAre(Pair("Read_sensitive_file_untrusted", second.rule_matches)));
  }
  EXPECT_EQ(second.start_ts != 0, GetParam().tells_start);
  EXPECT_EQ(second.reload_ts != 0, GetParam().tells_reload);
  EXPECT_EQ(sensor().Intake().unreadable_lines, 0);
}

TEST_P(AgainstFakeFalco, AlertsArriveWithTheirMarkerAndTheirLag) {
  play_.Set("ALERTS_PER_SEC", "200");
  play_.Set("MARKER", kMarker);
  play_.Set("LAG_MS", "700");
  ASSERT_NO_FATAL_FAILURE(Attach());
  if (!sensor().tells_alerts()) {
    const CounterReading first = Next(absl::InfinitePast());
    EXPECT_GT(Next(first.at).rule_matches, first.rule_matches);
    EXPECT_THAT(sensor().DrainAlerts(), IsEmpty());
    return;
  }
  sensor().SetAlertMarker(kMarker);
  AwaitAlerts(1);
  const std::vector<AlertRecord> alerts = AwaitAlerts(100);
  int of_marker = 0;
  for (const AlertRecord& alert : alerts) {
    EXPECT_EQ(alert.rule, kRule);
    EXPECT_GE(alert.received_at - alert.event_time, kLag);
    of_marker += alert.of_marker ? 1 : 0;
  }
  EXPECT_NEAR(of_marker, static_cast<double>(alerts.size()) / 2, 1);
  EXPECT_EQ(sensor().Intake().unreadable_lines, 0);
}

TEST_P(AgainstFakeFalco, AHangupShowsAsAStartOverOfTheSameProcess) {
  play_.Set("EVENTS_PER_SEC", "2000");
  play_.Set("ALERTS_PER_SEC", "20");
  ASSERT_NO_FATAL_FAILURE(AttachAndWait());
  CounterReading before = *sensor().LatestCounters();
  // So many that a first reading of the next capture, however late, has fewer.
  while (before.kernel_events < 2000 && !HasFailure()) before = Next(before.at);
  ASSERT_TRUE(rig_.process().Signal(SIGHUP).ok());
  CounterReading now = before;
  const absl::Time give_up = absl::Now() + kLong;
  while (now.kernel_events >= before.kernel_events) {
    now = Next(now.at);
    ASSERT_FALSE(HasFailure());
    ASSERT_LT(absl::Now(), give_up);
  }
  EXPECT_EQ(now.start_ts, before.start_ts);
  if (GetParam().tells_reload) {
    EXPECT_GT(now.reload_ts, before.reload_ts);
  }
  EXPECT_GT(Next(now.at).kernel_events, now.kernel_events);
  EXPECT_FALSE(sensor().Exit().exited);
  if (sensor().tells_alerts()) {
    const absl::Time after = absl::Now();
    EXPECT_TRUE(WaitUntil([&] {
      for (const AlertRecord& alert : sensor().DrainAlerts()) {
        if (alert.event_time > after) return true;
      }
      return false;
    }));
  }
}

// Attached to between logrotate's renaming and its SIGUSR1, which says nothing to a metrics file.
TEST_P(RotatedFakeFalco, IsReadWhereItGoesOnWriting) {
  play_.Set("ALERTS_PER_SEC", "50");
  ASSERT_NO_FATAL_FAILURE(AttachAndWait());
  ASSERT_TRUE(sensor().Stop().ok());
  const FeedPlan plan = GetParam().interfaces(rig_).feeds;
  std::filesystem::rename(plan.counter_file, plan.counter_file + ".1");
  if (plan.alerts == FeedPlan::Alerts::kFile) std::filesystem::remove(plan.alert_file);
  const absl::Time rotated_at = absl::Now();
  ASSERT_TRUE(sensor().Start({}).ok());
  const CounterReading next = Next(rotated_at);
  EXPECT_GT(Next(next.at).kernel_events, next.kernel_events);
  if (!sensor().tells_alerts()) return;
  EXPECT_TRUE(WaitUntil([&] {
    for (const AlertRecord& alert : sensor().DrainAlerts()) {
      if (alert.event_time > rotated_at) return true;
    }
    return false;
  }));
}

TEST_P(EndOfFakeFalco, IsSeen) {
  play_.Set("DIE_AFTER_MS", "1200");
  play_.Set("EXIT_CODE", "7");
  ASSERT_NO_FATAL_FAILURE(Attach());
  EXPECT_FALSE(sensor().Exit().exited);
  EXPECT_TRUE(
      absl::IsFailedPrecondition(sensor().CountersAfter(absl::InfiniteFuture(), kLong).status()));
  EXPECT_TRUE(sensor().Exit().exited);
  auto exit = rig_.process().Wait(kLong);
  ASSERT_TRUE(exit.ok()) << exit.status();
  EXPECT_EQ(exit->ToString(), "exit code 7");
}

TEST_P(EndOfFakeFalco, OneThatHangsTellsNothingAndStillEndsWhenAsked) {
  play_.Set("ALERTS_PER_SEC", "20");
  play_.Set("HANG_AFTER_MS", "2500");
  ASSERT_NO_FATAL_FAILURE(AttachAndWait());
  EXPECT_TRUE(WaitUntil([&] {
    return absl::IsDeadlineExceeded(sensor().CountersAfter(absl::Now(), absl::Seconds(1)).status());
  }));
  sensor().DrainAlerts();
  EXPECT_TRUE(absl::IsDeadlineExceeded(
      sensor().CountersAfter(absl::Now(), absl::Milliseconds(300)).status()));
  EXPECT_THAT(sensor().DrainAlerts(), IsEmpty());
  EXPECT_FALSE(sensor().Exit().exited);
  EXPECT_EQ(rig_.process().Terminate(kLong).ToString(), "exit code 0");
}

// The one of ours, which has its stdout.
TEST(StartedFakeFalco, LagsStartsOverAndDiesWithLastWords) {
  FakeFalcoPlay play;
  play.Set("ALERTS_PER_SEC", "100");
  play.Set("MARKER", kMarker);
  play.Set("LAG_MS", "700");
  play.Set("DIE", "Error: the end");
  play.Set("DIE_AFTER_MS", "5000");
  play.Set("EXIT_CODE", "9");
  TempDir dir;
  FalcoOptions options;
  options.binary = BENCH_BIN_DIR "/fake-falco";
  options.config = dir.Write("falco.yaml", "json_output: false\n");
  auto sensor = MakeFalcoSensor(options);
  ASSERT_TRUE(sensor.ok()) << sensor.status();
  (*sensor)->SetAlertMarker(kMarker);
  SensorStartOptions start;
  start.metrics_interval = absl::Milliseconds(100);
  start.state_dir = dir.path();
  ASSERT_TRUE((*sensor)->Start(start).ok());
  absl::Status ready = (*sensor)->WaitReady(kLong);
  ASSERT_TRUE(ready.ok()) << ready;
  const CounterReading before = *(*sensor)->LatestCounters();
  std::vector<AlertRecord> alerts;
  ASSERT_TRUE(WaitUntil([&] {
    alerts = (*sensor)->DrainAlerts();
    return !alerts.empty();
  }));
  EXPECT_TRUE(alerts[0].of_marker);  // the first of all, and every second one
  EXPECT_GE(alerts[0].received_at - alerts[0].event_time, kLag);

  ASSERT_EQ(kill((*sensor)->pid(), SIGHUP), 0);
  EXPECT_TRUE(WaitUntil([&] {
    const CounterReading now = *(*sensor)->LatestCounters();
    return now.start_ts == before.start_ts && now.reload_ts > before.reload_ts;
  }));
  EXPECT_TRUE(WaitUntil([&] { return (*sensor)->Exit().exited; }));
  EXPECT_EQ((*sensor)->Exit().description, "exit code 9");
  EXPECT_THAT((*sensor)->Exit().last_words, HasSubstr("Error: the end"));
}

}  // namespace
}  // namespace bench
