// The real sensor on the real kernel. Other processes make events too, so what must be exact is
// bounded from both sides by what this host does by itself.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <simdjson.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <functional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/worker/sensor/sensor_process.h"

namespace bench::sensor {
namespace {

using Counters = std::map<std::string, int64_t>;

constexpr int kCalls = 20'000;
constexpr int kForks = 3000;

// Straight to the kernel: libc would add calls of its own.
void OpenAndClose(const char* path, int times) {
  for (int i = 0; i < times; ++i) {
    syscall(SYS_close, syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0));
  }
}

// The cheapest fork, so that others have little time for events of theirs. A function of its own:
// the child runs on its parent's stack.
[[gnu::noinline]] void BearAndBury() {
  const pid_t child = vfork();
  if (child == 0) _exit(0);
  waitpid(child, nullptr, 0);
}

class SensorTest : public testing::Test {
 protected:
  void SetUp() override {
    if (std::string why = WhyNoSensor(); !why.empty()) GTEST_SKIP() << why;
    absl::Status started = sensor_.Start(SensorArgs());
    ASSERT_TRUE(started.ok()) << started;
    // What the start itself, and reading our own files, makes others do is over by then.
    ASSERT_TRUE(sensor_.FreshCounters().ok());
  }
  virtual std::vector<std::string> SensorArgs() const { return {}; }

  // What `work` added to the kernel's events: the least of several times, since the rest is the
  // host's; no more than needed once that is below `enough`.
  int64_t EventsOf(const std::function<void()>& work, int64_t enough = 0) {
    int64_t least = INT64_MAX;
    for (int i = 0; i < 12 && least > enough; ++i) {
      Counters before = *sensor_.FreshCounters();
      work();
      Counters after = *sensor_.FreshCounters();
      least = std::min(least, after["scap.n_evts"] - before["scap.n_evts"]);
    }
    return least;
  }

  SensorProcess sensor_;
};

TEST_F(SensorTest, SaysWhatItCaptures) {
  EXPECT_TRUE(absl::StrContains(sensor_.Errors(), "ring buffer(s) of 8 MiB")) << sensor_.Errors();
}

TEST_F(SensorTest, CountsCapturedCallsAndNoOthers) {
  const auto is = [](int64_t events, int64_t expected) {
    return events >= expected && events < expected + kCalls / 2;
  };
  const int64_t opens =
      EventsOf([] { OpenAndClose("/etc/hostname", kCalls); }, 2 * kCalls + kCalls / 4);
  EXPECT_TRUE(is(opens, 2 * kCalls)) << opens;
  const int64_t closes = EventsOf(
      [] {
        for (int i = 0; i < kCalls; ++i) syscall(SYS_close, -1);
      },
      kCalls + kCalls / 4);
  EXPECT_TRUE(is(closes, kCalls)) << closes;
  const int64_t uncaptured = EventsOf(
      [] {
        char byte;
        for (int i = 0; i < kCalls; ++i) {
          syscall(SYS_getpid);
          (void)!syscall(SYS_read, -1, &byte, 1);
          syscall(SYS_lseek, -1, 0, SEEK_CUR);
        }
      },
      kCalls / 4);
  EXPECT_LT(uncaptured, kCalls / 2);
}

TEST_F(SensorTest, AForkIsThreeEvents) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "ThreadSanitizer starts threads of its own at each fork";
#endif
  const int64_t forks = EventsOf(
      [] {
        for (int i = 0; i < kForks; ++i) BearAndBury();
      },
      3 * kForks + kForks / 4);
  EXPECT_GE(forks, 3 * kForks);
  EXPECT_LT(forks, 4 * kForks);
}

TEST_F(SensorTest, AlertsOnASensitiveFileWithOurCommandLine) {
  const std::string marker = absl::StrCat("falco-bench-test-", getpid());
  SpawnOptions cat;
  cat.argv = {"/bin/sh", "-c", absl::StrCat("read line < /etc/shadow # ", marker)};
  const int64_t before_ns = absl::GetCurrentTimeNanos();
  auto child = ChildProcess::Spawn(cat);
  ASSERT_TRUE(child.ok()) << child.status();
  ASSERT_TRUE(child->Wait(absl::Seconds(20)).ok());
  const int64_t after_ns = absl::GetCurrentTimeNanos();

  std::vector<std::string> alerts = sensor_.AlertsWith(marker, 1, absl::Seconds(10));
  ASSERT_EQ(alerts.size(), 1u);
  simdjson::dom::parser parser;
  simdjson::dom::element alert;
  ASSERT_EQ(parser.parse(alerts[0]).get(alert), simdjson::SUCCESS) << alerts[0];
  EXPECT_EQ(alert["rule"].get_string().value_unsafe(), "Read sensitive file untrusted");
  simdjson::dom::object fields;
  ASSERT_EQ(alert["output_fields"].get(fields), simdjson::SUCCESS);
  EXPECT_EQ(fields["fd.name"].get_string().value_unsafe(), "/etc/shadow");
  EXPECT_EQ(fields["proc.name"].get_string().value_unsafe(), "sh");
  EXPECT_EQ(fields["user.name"].get_string().value_unsafe(), "root");
  const int64_t at_ns = fields["evt.time"].get_int64().value_unsafe();
  // The event's time, not the alert's; a millisecond for the clocks' offset.
  EXPECT_GE(at_ns, before_ns - 1'000'000);
  EXPECT_LE(at_ns, after_ns + 1'000'000);

  Counters counters = *sensor_.FreshCounters();
  EXPECT_GE(counters["falco.rules.Read_sensitive_file_untrusted"], 1);
  EXPECT_GE(counters["falco.rules.matches_total"], 1);
}

TEST_F(SensorTest, AFullRingDropsAndCountsWhatItDropped) {
  constexpr int kFlood = 400'000;
  constexpr int kInFlight = 5000;  // of others, at any moment
  Counters before = *sensor_.FreshCounters();
  ASSERT_TRUE(sensor_.child().Signal(SIGSTOP).ok());
  OpenAndClose("/etc/hostname", kFlood);
  ASSERT_TRUE(sensor_.child().Signal(SIGCONT).ok());
  Counters after;
  for (int i = 0; i < 60; ++i) {
    after = *sensor_.FreshCounters();
    if (after["falco.num_evts"] + after["scap.n_drops"] + kInFlight >= after["scap.n_evts"]) break;
  }
  const auto rise = [&](const char* key) { return after[key] - before[key]; };
  const int64_t drops = rise("scap.n_drops_buffer_total");
  const int64_t of_others = rise("scap.n_evts") - 2 * kFlood;
  EXPECT_GE(of_others, 0) << "dropped events count as well";
  if (of_others > kFlood / 2) GTEST_SKIP() << "somebody else loads this host: " << of_others;
  const int64_t kept = rise("scap.n_evts") - drops;
  EXPECT_GT(kept, 90'000) << "8 MiB hold 100,000 to 160,000 opens and closes";
  EXPECT_LT(kept, 170'000 + of_others);
  EXPECT_EQ(rise("scap.n_drops"), drops);
  EXPECT_GT(rise("scap.n_drops_buffer_open_exit"), drops / 3);
  EXPECT_GT(rise("scap.n_drops_buffer_close_exit"), drops / 3);
  // Whatever was not dropped has come through, but for what came since.
  EXPECT_NEAR(static_cast<double>(rise("falco.num_evts") + drops),
              static_cast<double>(rise("scap.n_evts")), 2 * kInFlight);
}

TEST_F(SensorTest, MetricsGoOnWhileNobodyReadsTheAlerts) {
  // About a kilobyte each: far more than the pipe and the buffer hold.
  for (int i = 0; i < 5000; ++i) syscall(SYS_setns, 0, 0);
  Counters stuck = *sensor_.FreshCounters();
  Counters later = *sensor_.FreshCounters();
  EXPECT_GT(later["evt.time"], stuck["evt.time"]);
  EXPECT_LT(later["falco.rules.Change_thread_namespace"], 5000) << "the backlog shows";
  // Ours only: somebody else may change namespaces as well.
  EXPECT_EQ(sensor_.AlertsWith("process=sensor_privileg", 5000, absl::Seconds(20)).size(), 5000u)
      << "and nothing is lost";
}

TEST_F(SensorTest, ForgetsProcessesAndDescriptors) {
  Counters before = *sensor_.FreshCounters();
  for (int i = 0; i < 300; ++i) {
    pid_t child = fork();
    if (child == 0) {
      for (int j = 0; j < 10; ++j) syscall(SYS_openat, AT_FDCWD, "/etc/hostname", O_RDONLY, 0);
      _exit(0);
    }
    waitpid(child, nullptr, 0);
  }
  Counters after = *sensor_.FreshCounters();
  if (after["scap.n_drops"] > before["scap.n_drops"]) GTEST_SKIP() << "others overload the sensor";
  EXPECT_GE(after["falco.n_added_fds"] - before["falco.n_added_fds"], 3000);
  EXPECT_LT(after["falco.n_threads"] - before["falco.n_threads"], 250);
  EXPECT_LT(after["falco.n_fds"] - before["falco.n_fds"], 2000);
}

TEST_F(SensorTest, EndsWithASummaryWhenAsked) {
  ASSERT_TRUE(sensor_.child().Signal(SIGTERM).ok());
  absl::StatusOr<ExitState> state = sensor_.child().Wait(absl::Seconds(10));
  ASSERT_TRUE(state.ok()) << state.status();
  EXPECT_EQ(state->ToString(), "exit code 0") << sensor_.Errors();
  EXPECT_TRUE(absl::StrContains(sensor_.Errors(), " processed, ")) << sensor_.Errors();
}

TEST_F(SensorTest, EndsWhenNobodyCanReadItsAlerts) {
  sensor_.child().stdout_fd().Reset();
  syscall(SYS_setns, 0, 0);
  absl::StatusOr<ExitState> state = sensor_.child().Wait(absl::Seconds(10));
  ASSERT_TRUE(state.ok()) << state.status();
  EXPECT_EQ(state->ToString(), "exit code 1");
  EXPECT_TRUE(absl::StrContains(sensor_.Errors(), "standard output")) << sensor_.Errors();
}

class SensorOfManyRingsTest : public SensorTest {
 protected:
  std::vector<std::string> SensorArgs() const override {
    return {"--buf-size-preset", "1", "--cpus-per-buffer", "1", "--no-alerts"};
  }
};

TEST_F(SensorOfManyRingsTest, SizesAreTheOnesAskedForAndMatchesAreOnlyCounted) {
  EXPECT_TRUE(absl::StrContains(sensor_.Errors(), "of 1 MiB for 1 CPU(s)")) << sensor_.Errors();
  syscall(SYS_setns, 0, 0);
  Counters counters = *sensor_.FreshCounters();
  EXPECT_GE(counters["falco.rules.Change_thread_namespace"], 1);
  EXPECT_TRUE(sensor_.AlertsWith("rule", 1, absl::Milliseconds(200)).empty());
}

TEST(SensorStart, SaysThatTheMetricsFileCannotBeWritten) {
  if (std::string why = WhyNoSensor(); !why.empty()) GTEST_SKIP() << why;
  SensorProcess sensor;
  std::filesystem::remove_all(sensor.directory());
  absl::Status started = sensor.Start();
  EXPECT_TRUE(absl::StrContains(started.message(), "open --metrics-file")) << started;
}

}  // namespace
}  // namespace bench::sensor
