// Against a real Falco: BENCH_FALCO_BIN=/path/to/falco [BENCH_FALCO_CONFIG=/path/to/falco.yaml];
// without the latter its configuration is looked for in ../etc/falco from the binary, then in
// /etc/falco.
// Its rules must hold "Read sensitive file untrusted" (the stable set does), and no other Falco may
// run.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "common/os/capture_output.h"
#include "tests/fakes/temp_dir.h"
#include "tests/fakes/wait_until.h"
#include "worker/falco/make_sensor.h"

namespace bench {
namespace {

using ::testing::HasSubstr;

constexpr absl::Duration kLong = absl::Seconds(60);
// Longer than the default: on a busy host Falco's start fails with short ones (see falco_plan.h).
constexpr absl::Duration kInterval = absl::Seconds(1);
constexpr char kRule[] = "Read sensitive file untrusted";

// "" = there is none.
std::string ConfigOf(const std::string& binary) {
  if (const char* given = std::getenv("BENCH_FALCO_CONFIG")) return given;
  const std::filesystem::path prefix = std::filesystem::path(binary).parent_path().parent_path();
  for (const std::filesystem::path& etc : {prefix / "etc", std::filesystem::path("/etc")}) {
    const std::filesystem::path config = etc / "falco/falco.yaml";
    if (access(config.c_str(), R_OK) == 0) return config;
  }
  return "";
}

class RealFalcoTest : public testing::Test {
 protected:
  void SetUp() override {
    const char* binary = std::getenv("BENCH_FALCO_BIN");
    if (binary == nullptr) GTEST_SKIP() << "BENCH_FALCO_BIN is not set: no real Falco to test with";
    if (geteuid() != 0) GTEST_SKIP() << "not root: Falco can't load its probe";
    options_.binary = binary;
    options_.config = ConfigOf(binary);
    if (options_.config.empty()) {
      GTEST_SKIP() << "no configuration of " << binary
                   << ": set BENCH_FALCO_CONFIG to its falco.yaml";
    }
    auto made = MakeFalcoSensor(options_);
    ASSERT_TRUE(made.ok()) << made.status();
    sensor_ = *std::move(made);
  }

  void StartAndWait() {
    SensorStartOptions start;
    start.metrics_interval = kInterval;
    start.state_dir = state_.path();
    absl::Status status = sensor_->Start(start);
    ASSERT_TRUE(status.ok()) << status;
    const absl::Time started = absl::Now();
    status = sensor_->WaitReady(kLong);
    ASSERT_TRUE(status.ok()) << status;
    RecordProperty("ready_ms", static_cast<int>(absl::ToInt64Milliseconds(absl::Now() - started)));
  }

  // The alerts of the rule that `cat` of a sensitive file makes, until there are `count`.
  std::vector<AlertRecord> CollectAlerts(size_t count) {
    std::vector<AlertRecord> collected;
    WaitUntil(
        [&] {
          for (AlertRecord& alert : sensor_->DrainAlerts()) {
            if (alert.rule == kRule) collected.push_back(std::move(alert));
          }
          return collected.size() >= count;
        },
        kLong);
    return collected;
  }

  TempDir state_;
  FalcoOptions options_;
  std::unique_ptr<Sensor> sensor_;
};

TEST_F(RealFalcoTest, CountsWhatTheHostDoes) {
  ASSERT_NO_FATAL_FAILURE(StartAndWait());
  EXPECT_GT(sensor_->ring_bytes(), 0);
  const CounterReading before = *sensor_->CountersAfter(absl::Now(), kLong);
  constexpr int kCalls = 20'000;
  for (int i = 0; i < kCalls; ++i) {
    const int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    close(fd);
  }
  const CounterReading after = *sensor_->CountersAfter(absl::Now(), kLong);
  EXPECT_GE(after.kernel_events - before.kernel_events, 2 * kCalls);
  EXPECT_GT(after.processed_events, before.processed_events);
  EXPECT_EQ(after.reload_ts, before.reload_ts);
  EXPECT_EQ(after.start_ts, before.start_ts);
  EXPECT_GT(after.memory_rss_mb, 10);
  EXPECT_TRUE(sensor_->Stop().ok());
  EXPECT_EQ(sensor_->Exit().description, "exit code 0") << sensor_->Exit().last_words;
  EXPECT_EQ(state_.files(), 0);
}

TEST_F(RealFalcoTest, KeepsAQuietHostTicking) {
  ASSERT_NO_FATAL_FAILURE(StartAndWait());
  for (int i = 0; i < 5; ++i) {
    const absl::Time asked = absl::Now();
    auto reading = sensor_->CountersAfter(asked, kLong);
    ASSERT_TRUE(reading.ok()) << reading.status();
    EXPECT_LT(absl::Now() - asked, absl::Seconds(5));
  }
}

TEST_F(RealFalcoTest, DeliversAlertsWithTheirMarkerAndCountsThem) {
  sensor_->SetAlertMarker("-bench-alert-marker");
  ASSERT_NO_FATAL_FAILURE(StartAndWait());
  const int64_t before = sensor_->CountersAfter(absl::Now(), kLong)->rule_matches;
  constexpr int kReads = 10;
  for (int i = 0; i < kReads; ++i) {
    ASSERT_TRUE(CaptureOutput({"/bin/cat", "/etc/shadow"}, kLong).ok());
    // `cat` would take an option for one of its own; a name after -- it only complains about.
    CaptureOutput({"/bin/cat", "/etc/shadow", "--", "-bench-alert-marker"}, kLong)
        .status()
        .IgnoreError();
    absl::SleepFor(absl::Milliseconds(37));
  }
  const std::vector<AlertRecord> alerts = CollectAlerts(size_t{2} * kReads);
  ASSERT_GE(alerts.size(), size_t{2} * kReads);
  EXPECT_EQ(std::count_if(alerts.begin(), alerts.end(),
                          [](const AlertRecord& alert) { return alert.of_marker; }),
            kReads);
  std::vector<absl::Duration> lags;
  lags.reserve(alerts.size());
  for (const AlertRecord& alert : alerts) lags.push_back(alert.received_at - alert.event_time);
  std::sort(lags.begin(), lags.end());
  RecordProperty("lag_median_us", static_cast<int>(lags[lags.size() / 2] / absl::Microseconds(1)));
  RecordProperty("lag_max_us", static_cast<int>(lags.back() / absl::Microseconds(1)));
  EXPECT_GT(lags.front(), absl::Seconds(-1));
  EXPECT_LT(lags[lags.size() / 2], absl::Seconds(2));

  const CounterReading after = *sensor_->CountersAfter(absl::Now(), kLong);
  EXPECT_GE(after.rule_matches - before, 2 * kReads);
  EXPECT_GE(after.matches_by_rule.at("Read_sensitive_file_untrusted"), 2 * kReads);
  EXPECT_EQ(sensor_->Intake().lost_alerts, 0);
}

TEST_F(RealFalcoTest, IsNotReloadedWhileItIsMeasured) {
  ASSERT_NO_FATAL_FAILURE(StartAndWait());
  CounterReading last = *sensor_->LatestCounters();
  ASSERT_EQ(kill(sensor_->pid(), SIGHUP), 0);
  const absl::Time end = absl::Now() + absl::Seconds(4);  // a reload takes about 2.4 s
  while (last.at < end) {
    auto next = sensor_->CountersAfter(last.at, kLong);
    ASSERT_TRUE(next.ok()) << next.status();
    ASSERT_EQ(next->reload_ts, last.reload_ts);
    ASSERT_GE(next->kernel_events, last.kernel_events);
    last = *next;
  }
  EXPECT_FALSE(sensor_->Exit().exited);
}

TEST_F(RealFalcoTest, GivesItsOwnWordsWhenItCannotStart) {
  const std::string broken = state_.Write("falco.yaml", "rules_files: [/nonexistent.yaml]\n");
  options_.config = broken;
  auto made = MakeFalcoSensor(options_);
  ASSERT_TRUE(made.ok()) << made.status();
  SensorStartOptions start;
  start.state_dir = state_.path();
  ASSERT_TRUE((*made)->Start(start).ok());
  absl::Status status = (*made)->WaitReady(kLong);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("rules"));
}

}  // namespace
}  // namespace bench
