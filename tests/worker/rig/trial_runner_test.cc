// A real load beside a sensor that tells what the test wants.
#include "worker/rig/trial_runner.h"

#include <gtest/gtest.h>

#include "tests/fakes/quiet_sensor.h"
#include "tests/fakes/temp_dir.h"

namespace bench {
namespace {

constexpr absl::Duration kLoad = absl::Milliseconds(300);

// Processes each event at once. Its alerts come at a steady rate from the moment that their marker
// is set, each `late` after its event.
class FakeSensor final : public QuietSensor {
 public:
  absl::StatusOr<CounterReading> LatestCounters() override {
    CounterReading reading;
    reading.at = reading.received_at = RealClock().Now();
    return reading;
  }
  void SetAlertMarker(const std::string&) override {
    marked_at_ = RealClock().Now();
    told_ = 0;
  }
  std::vector<AlertRecord> DrainAlerts() override {
    std::vector<AlertRecord> alerts;
    const absl::Time now = RealClock().Now();
    // As an allocator does, it keeps what it once took.
    if (told_ > 0 && queue_.size() < queue_bytes) queue_.assign(queue_bytes, 'x');
    for (; told_ < alerts_of_a_trial; ++told_) {
      const absl::Time due = marked_at_ + told_ * kInterval + late;
      if (due > now) break;
      alerts.push_back({.event_time = due - late, .received_at = due, .of_marker = true});
    }
    return alerts;
  }

  static constexpr absl::Duration kInterval = absl::Milliseconds(10);
  int alerts_of_a_trial = 30;
  absl::Duration late;
  size_t queue_bytes = 0;

 private:
  std::string queue_;
  absl::Time marked_at_;
  int told_ = 0;
};

class FakeLimitedSensor final : public LimitedSensor {
 public:
  absl::Status Start() override { return absl::OkStatus(); }
  absl::Status Stop() override { return absl::OkStatus(); }
  std::optional<Death> CheckDeath() override { return std::nullopt; }
  FakeSensor& sensor() override { return sensor_; }
  absl::StatusOr<CgroupStats> Stats() const override { return CgroupStats(); }
  std::vector<int> cpus() const override { return {}; }

 private:
  FakeSensor sensor_;
};

class TrialRunnerTest : public testing::Test {
 protected:
  // Filler only: it makes files nowhere but in the scratch directory.
  absl::StatusOr<TrialMeasurement> Run() {
    TrialPlan plan;
    plan.stage = "test";
    plan.request = {.syscalls_per_sec = 1000, .duration = kLoad};
    plan.load.marker = "runner-test";
    plan.load.mix.profile = "filler";
    plan.load.syscalls_per_sec = 1000;
    plan.load.duration = kLoad;
    return runner_.Run(plan, nullptr);
  }

  TempDir scratch_;
  FakeLimitedSensor sensor_;
  LoadEngine engine_{"bin/bench-generator", scratch_.path(), nullptr};
  StallProbe stalls_;
  const std::atomic<bool> cancelled_ = false;
  TrialRunner runner_{sensor_, engine_, stalls_, nullptr, cancelled_, RealClock()};
};

TEST_F(TrialRunnerTest, WaitsForTheAlertsThatStillCome) {
  sensor_.sensor().alerts_of_a_trial = 30;
  sensor_.sensor().late = absl::Milliseconds(100);
  const auto in_time = Run();
  ASSERT_TRUE(in_time.ok()) << in_time.status();
  EXPECT_EQ(in_time->alerts_received, 30);
  EXPECT_GT(in_time->achieved_syscalls_per_sec, 500);

  // An output queue that takes more than a second, while the counters say that all is processed.
  sensor_.sensor().alerts_of_a_trial = 170;
  const auto queued = Run();
  ASSERT_TRUE(queued.ok()) << queued.status();
  EXPECT_EQ(queued->alerts_received, 170);
}

TEST_F(TrialRunnerTest, ASecondQueueInMemoryThatWasKeptCountsAsTheFirst) {
  constexpr int64_t kMiB = 1 << 20;
  sensor_.sensor().late = absl::Milliseconds(200);  // beyond the threshold of 0 in any case
  sensor_.sensor().queue_bytes = 64 * kMiB;
  for (int i = 0; i < 2; ++i) {
    const auto trial = Run();
    ASSERT_TRUE(trial.ok()) << trial.status();
    EXPECT_GE(trial->resident_growth_bytes, 50 * kMiB) << "trial " << i;
  }
}

}  // namespace
}  // namespace bench
