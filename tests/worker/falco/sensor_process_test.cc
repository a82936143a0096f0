#include "worker/falco/sensor_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/fakes/fake_falco_play.h"
#include "tests/fakes/temp_dir.h"
#include "tests/fakes/wait_until.h"
#include "worker/falco/make_sensor.h"

namespace bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr absl::Duration kLong = absl::Seconds(30);  // never waited for in full where all is well

// Against fake-falco, which gets its part from the environment.
class SensorProcessTest : public testing::Test {
 protected:
  SensorProcessTest() {
    options_.binary = BENCH_BIN_DIR "/fake-falco";
    options_.config = dir_.Write("falco.yaml", "json_output: false\n");
  }

  void Play(const std::string& name, const std::string& value) { play_.Set(name, value); }
  std::unique_ptr<Sensor> Make() {
    auto sensor = MakeFalcoSensor(options_);
    EXPECT_TRUE(sensor.ok()) << sensor.status();
    return sensor.ok() ? *std::move(sensor) : nullptr;
  }
  absl::Status StartIt(Sensor& sensor) {
    SensorStartOptions start;
    start.metrics_interval = absl::Milliseconds(100);
    start.state_dir = state_.path();
    return sensor.Start(start);
  }
  std::unique_ptr<Sensor> Started() {
    auto sensor = Make();
    absl::Status status = StartIt(*sensor);
    EXPECT_TRUE(status.ok()) << status;
    return sensor;
  }
  std::unique_ptr<Sensor> Ready() {
    auto sensor = Started();
    absl::Status status = sensor->WaitReady(kLong);
    EXPECT_TRUE(status.ok()) << status;
    return sensor;
  }

  TempDir dir_;
  TempDir state_;
  FalcoOptions options_;
  FakeFalcoPlay play_;
};

TEST_F(SensorProcessTest, KnowsItsProgramBeforeTheStart) {
  auto sensor = Make();
  EXPECT_EQ(sensor->kind(), "falco");
  EXPECT_EQ(sensor->version(), "0.44.1");
  EXPECT_EQ(sensor->driver(), "modern_ebpf");
  EXPECT_EQ(sensor->ring_bytes(), 8 << 20);
  EXPECT_EQ(sensor->cpus_per_ring(), 2);
  EXPECT_EQ(sensor->pid(), -1);
  EXPECT_FALSE(sensor->Exit().exited);
  EXPECT_TRUE(absl::IsNotFound(sensor->LatestCounters().status()));
  EXPECT_TRUE(sensor->Stop().ok());
}

TEST_F(SensorProcessTest, KnowsWhatItIsMadeOfAndConfiguredWithBeforeItIsStarted) {
  const std::string rules = dir_.Write("rules.yaml", "- rule: a\n");
  dir_.Write("falco.yaml", "rules_files: [" + rules + "]\n");
  const SensorFacts before = Make()->facts();
  EXPECT_EQ(before.engine_version, "0.62.0");
  ASSERT_EQ(before.config_files.size(), 1u);
  EXPECT_EQ(before.config_files[0].path, options_.config);
  ASSERT_EQ(before.rules_files.size(), 1u);
  EXPECT_EQ(before.rules_files[0].path, rules);
  EXPECT_EQ(before.rules_sha256.size(), 64u);

  dir_.Write("rules.yaml", "- rule: b\n");
  const SensorFacts after = Make()->facts();
  EXPECT_NE(after.rules_sha256, before.rules_sha256);
  EXPECT_EQ(after.config_sha256, before.config_sha256);
}

TEST_F(SensorProcessTest, RefusesAnOldFalcoAndWhatIsNone) {
  Play("VERSION", "0.19.0");
  absl::Status old = MakeFalcoSensor(options_).status();
  EXPECT_EQ(old.code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(std::string(old.message()), AllOf(HasSubstr("0.19.0"), HasSubstr("0.20")));

  options_.binary = "/bin/true";
  EXPECT_EQ(MakeFalcoSensor(options_).status().code(), absl::StatusCode::kInvalidArgument);
  options_.binary = "/bin/false";
  EXPECT_EQ(MakeFalcoSensor(options_).status().code(), absl::StatusCode::kFailedPrecondition);
  options_.binary = "/nonexistent/falco";
  absl::Status missing = MakeFalcoSensor(options_).status();
  EXPECT_THAT(std::string(missing.message()),
              AllOf(HasSubstr("/nonexistent/falco"), HasSubstr("--falco-bin")));
}

// Releases 0.38 to 0.40: what they run with would not be what the result says.
TEST_F(SensorProcessTest, RefusesAConfigurationWhoseIncludesWinOverWhatItNeeds) {
  const std::string included = dir_.Write("engine.yaml", "engine: {kind: modern_ebpf}\n");
  dir_.Write("falco.yaml", "config_files: [" + included + "]\n");
  options_.buf_size_preset = 8;
  Play("VERSION", "0.40.0");
  const absl::Status lost = MakeFalcoSensor(options_).status();
  EXPECT_EQ(lost.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(lost.message()),
              AllOf(HasSubstr(included), HasSubstr("engine.modern_ebpf.buf_size_preset=8"),
                    Not(HasSubstr("engine.kind")), HasSubstr("--falco-config")));
  options_.buf_size_preset.reset();
  EXPECT_TRUE(MakeFalcoSensor(options_).ok());
  options_.buf_size_preset = 8;
  Play("VERSION", "0.41.0");
  EXPECT_TRUE(MakeFalcoSensor(options_).ok());
}

TEST_F(SensorProcessTest, IsReadyWhenItsCountersMoveAndSaysWhatTheyAre) {
  Play("DROPS_PER_SEC", "250");
  auto sensor = Ready();
  EXPECT_GT(sensor->pid(), 0);
  EXPECT_THAT(sensor->command(), HasSubstr("metrics.interval=100ms"));
  const CounterReading first = *sensor->LatestCounters();
  auto second = sensor->CountersAfter(first.at, kLong);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_GT(second->at, first.at);
  EXPECT_GE(second->received_at, second->at);
  EXPECT_GT(second->kernel_events, first.kernel_events);
  EXPECT_GT(second->kernel_drops, first.kernel_drops);
  EXPECT_EQ(second->start_ts, first.start_ts);
}

TEST_F(SensorProcessTest, ReadsTheStatisticsOfOldReleases) {
  options_.driver = "kmod";
  for (const char* version : {"0.28.1", "0.33.1", "0.35.1"}) {
    SCOPED_TRACE(version);
    Play("VERSION", version);
    Play("DROPS_PER_SEC", "250");
    Play("ALERTS_PER_SEC", "200");
    auto sensor = Ready();
    EXPECT_THAT(sensor->command(), HasSubstr(" -s "));
    const CounterReading first = *sensor->LatestCounters();
    auto second = sensor->CountersAfter(first.at, kLong);
    ASSERT_TRUE(second.ok()) << second.status();
    EXPECT_GT(second->kernel_events, first.kernel_events);
    EXPECT_GT(second->kernel_drops, first.kernel_drops);
    EXPECT_TRUE(WaitUntil([&] { return sensor->Intake().alerts > 0; }, absl::Seconds(5)));
    EXPECT_EQ(sensor->Intake().unreadable_lines, 0);
    EXPECT_TRUE(sensor->Stop().ok());
  }
}

TEST_F(SensorProcessTest, WaitsThroughTheGapsOfAQuietHost) {
  Play("EVENT_EVERY_MS", "700");
  auto sensor = Ready();
  const absl::Time now = absl::Now();
  auto reading = sensor->CountersAfter(now, kLong);
  ASSERT_TRUE(reading.ok()) << reading.status();
  EXPECT_GT(reading->at, now);
}

TEST_F(SensorProcessTest, GivesTheLastWordsOfOneThatDiesAtItsStart) {
  Play("DIE", "Error: Initialization issues during scap_init");
  auto sensor = Started();
  absl::Status status = sensor->WaitReady(kLong);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("exit code 1"), HasSubstr("issues during scap_init"),
                    HasSubstr("longer metrics interval")));
  EXPECT_TRUE(sensor->Exit().exited);
  EXPECT_TRUE(sensor->Stop().ok());
}

TEST_F(SensorProcessTest, AMessageQuotesTheEndOfLongWordsAndExitHasThemAll) {
  std::string words;
  for (int i = 0; i < 50; ++i) absl::StrAppend(&words, "dump line ", i, "\n");
  Play("DIE", words + "Error: the reason");
  auto sensor = Started();
  const std::string message(sensor->WaitReady(kLong).message());
  EXPECT_THAT(message, AllOf(HasSubstr("the reason"), Not(HasSubstr("dump line 40"))));
  EXPECT_THAT(sensor->Exit().last_words, AllOf(HasSubstr("the reason"), HasSubstr("dump line 0")));
}

TEST_F(SensorProcessTest, GivesUpOnOneThatHangs) {
  Play("HANG", "1");
  auto sensor = Started();
  absl::Status status = sensor->WaitReady(absl::Milliseconds(300));
  EXPECT_TRUE(absl::IsDeadlineExceeded(status)) << status;
  EXPECT_FALSE(sensor->Exit().exited);
  EXPECT_TRUE(absl::IsDeadlineExceeded(
      sensor->CountersAfter(absl::InfinitePast(), absl::Milliseconds(100)).status()));
}

TEST_F(SensorProcessTest, GivesUpOnOneWhoseCountersStandStill) {
  Play("EVENTS_PER_SEC", "0");
  auto sensor = Started();
  absl::Status status = sensor->WaitReady(absl::Seconds(1));
  EXPECT_TRUE(absl::IsDeadlineExceeded(status)) << status;
}

TEST_F(SensorProcessTest, ShowsThatTheCountersStartedOver) {
  Play("RELOAD_AFTER_MS", "1000");
  auto sensor = Ready();
  const CounterReading before = *sensor->LatestCounters();
  CounterReading now = before;
  while (now.reload_ts == before.reload_ts) {
    auto next = sensor->CountersAfter(now.at, kLong);
    ASSERT_TRUE(next.ok()) << next.status();
    now = *next;
  }
  EXPECT_EQ(now.start_ts, before.start_ts);
  EXPECT_EQ(now.sample, 1);
}

TEST_F(SensorProcessTest, TellsTheAlertsOfTheMarkerFromOthers) {
  Play("ALERTS_PER_SEC", "200");
  Play("MARKER", "trial-17");
  Play("NOISE", "1");
  auto sensor = Make();
  sensor->SetAlertMarker("trial-17");
  ASSERT_TRUE(StartIt(*sensor).ok());
  std::vector<AlertRecord> alerts;
  ASSERT_TRUE(WaitUntil([&] {
    for (AlertRecord& alert : sensor->DrainAlerts()) alerts.push_back(std::move(alert));
    return alerts.size() >= 100;
  }));
  for (size_t i = 0; i < alerts.size(); ++i) {
    EXPECT_EQ(alerts[i].rule, "Read sensitive file untrusted");
    EXPECT_EQ(alerts[i].of_marker, i % 2 == 0) << i;
    EXPECT_GE(alerts[i].received_at, alerts[i].event_time);
  }
  EXPECT_GE(sensor->Intake().internal_alerts, 100);
  EXPECT_GE(sensor->Intake().unreadable_lines, 200);
  EXPECT_EQ(sensor->Intake().lost_alerts, 0);
}

TEST_F(SensorProcessTest, ReadsOnAfterTruncationRotationAndPartialLines) {
  Play("PARTIAL_LINES", "1");
  Play("TRUNCATE_AFTER_MS", "500");
  Play("ROTATE_AFTER_MS", "1000");
  auto sensor = Ready();
  const absl::Time end = absl::Now() + absl::Milliseconds(1500);
  CounterReading last = *sensor->LatestCounters();
  while (last.at < end) {
    auto next = sensor->CountersAfter(last.at, kLong);
    ASSERT_TRUE(next.ok()) << next.status();
    EXPECT_GT(next->sample, last.sample);
    last = *next;
  }
}

TEST_F(SensorProcessTest, StopEndsItAndRemovesItsFile) {
  auto sensor = Ready();
  EXPECT_EQ(state_.files(), 1);
  const pid_t pid = sensor->pid();
  EXPECT_TRUE(sensor->Stop().ok());
  EXPECT_NE(kill(pid, 0), 0);
  EXPECT_EQ(state_.files(), 0);
  const SensorExit exit = sensor->Exit();
  EXPECT_TRUE(exit.exited);
  EXPECT_EQ(exit.description, "exit code 0");
  EXPECT_THAT(exit.last_words, HasSubstr("SIGINT received"));
  EXPECT_TRUE(sensor->Stop().ok());
}

TEST_F(SensorProcessTest, StopKillsOneThatIgnoresSigterm) {
  Play("IGNORE_SIGTERM", "1");
  auto sensor = Ready();
  EXPECT_TRUE(sensor->Stop().ok());
  EXPECT_THAT(sensor->Exit().description, HasSubstr("signal 9"));
}

TEST_F(SensorProcessTest, ReportsOneThatWasKilled) {
  auto sensor = Ready();
  ASSERT_EQ(kill(sensor->pid(), SIGKILL), 0);
  absl::Status status = sensor->CountersAfter(absl::InfiniteFuture(), kLong).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  const SensorExit exit = sensor->Exit();
  EXPECT_TRUE(exit.exited);
  EXPECT_THAT(exit.description, HasSubstr("signal 9"));
}

TEST_F(SensorProcessTest, StartsAnewAfterItEnded) {
  auto sensor = Ready();
  EXPECT_TRUE(absl::IsFailedPrecondition(StartIt(*sensor)));
  const pid_t first = sensor->pid();
  ASSERT_EQ(kill(first, SIGKILL), 0);
  ASSERT_TRUE(WaitUntil([&] { return sensor->Exit().exited; }));
  ASSERT_TRUE(StartIt(*sensor).ok());
  EXPECT_NE(sensor->pid(), first);
  EXPECT_FALSE(sensor->Exit().exited);
  EXPECT_TRUE(sensor->WaitReady(kLong).ok());
  EXPECT_EQ(state_.files(), 1);
}

TEST_F(SensorProcessTest, RemovesFilesThatKilledBenchmarksLeft) {
  const pid_t gone = fork();
  if (gone == 0) _exit(0);
  waitpid(gone, nullptr, 0);
  state_.Write(absl::StrCat(kCounterFilePrefix, gone, "-1.jsonl"), "old");
  state_.Write(absl::StrCat(kCounterFilePrefix, getppid(), "-1.jsonl"), "of one that runs");
  state_.Write("journal", "not ours");
  auto sensor = Ready();
  EXPECT_EQ(state_.files(), 3);
  EXPECT_TRUE(sensor->Stop().ok());
  EXPECT_EQ(state_.files(), 2);
}

TEST_F(SensorProcessTest, RefusesAnIntervalThatFalcoWouldNotTake) {
  auto sensor = Make();
  SensorStartOptions start;
  start.state_dir = state_.path();
  start.metrics_interval = absl::Milliseconds(99);
  EXPECT_EQ(sensor->Start(start).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(sensor->pid(), -1);
}

TEST_F(SensorProcessTest, TheFakeRefusesOptionsThatFalcoDoesNotKnow) {
  SensorProgram program;
  program.kind = "falco";
  program.command_line = [](const std::string&, absl::Duration) {
    return std::vector<std::string>{BENCH_BIN_DIR "/fake-falco", "--stats-interval", "1000"};
  };
  SensorProcess sensor(std::move(program));
  ASSERT_TRUE(StartIt(sensor).ok());
  EXPECT_THAT(std::string(sensor.WaitReady(kLong).message()),
              HasSubstr("'--stats-interval' does not exist"));
}

TEST(ReferenceSensor, SaysWhatIsMissing) {
  ReferenceOptions options;
  options.binary = "/nonexistent/bench-sensor";
  absl::Status status = MakeReferenceSensor(options).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("/nonexistent/bench-sensor"));
  options.binary = "/bin/true";
  EXPECT_EQ(MakeReferenceSensor(options).status().code(), absl::StatusCode::kInvalidArgument);
  options.buf_size_preset = 99;
  EXPECT_THAT(std::string(MakeReferenceSensor(options).status().message()), HasSubstr("99"));
}

}  // namespace
}  // namespace bench
