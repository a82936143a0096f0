// With real processes and real system calls.
#include "worker/load/load_engine.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <functional>
#include <memory>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/os/process.h"
#include "tests/fakes/temp_dir.h"
#include "tests/fakes/wait_until.h"
#include "tests/worker/load/marker_search.h"
#include "worker/actions/action.h"
#include "worker/load/generator_options.h"
#include "worker/load/monotonic.h"
#include "worker/load/shared_stats.h"
#include "worker/load/stall_probe.h"

namespace bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const char kGenerator[] = BENCH_BIN_DIR "/bench-generator";

class LoadEngineTest : public testing::Test {
 protected:
  LoadEngineTest() {
    static int tests = 0;
    marker_ = absl::StrCat(kMarkerPrefix, "test-", getpid(), "-", ++tests, "-t");
    engine_ = std::make_unique<LoadEngine>(kGenerator, scratch_, nullptr);
  }

  ~LoadEngineTest() override {
    engine_.reset();
    EXPECT_THAT(PidsWithMarker(marker_), IsEmpty());
    EXPECT_THAT(FilesWithMarker(marker_, scratch_), IsEmpty());
  }

  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root: the actions write to /bin";
  }

  LoadRequest Request(double syscalls_per_sec, absl::Duration duration) const {
    LoadRequest request;
    request.marker = marker_;
    request.mix.profile = "recipe";
    request.syscalls_per_sec = syscalls_per_sec;
    request.duration = duration;
    return request;
  }

  LoadResult RunToTheEnd(const LoadRequest& request) {
    const absl::Status started = engine_->Start(request);
    EXPECT_TRUE(started.ok()) << started;
    if (!started.ok()) return {};
    EXPECT_TRUE(
        WaitUntil([&] { return engine_->Finished(); }, request.duration + absl::Seconds(10)));
    const auto result = engine_->Stop();
    EXPECT_TRUE(result.ok()) << result.status();
    return result.value_or(LoadResult());
  }

  bool WaitForSyscalls() {
    return WaitUntil([&] { return engine_->Poll().issued_syscalls > 0; }, absl::Seconds(5));
  }

  TempDir dir_;
  const std::string scratch_ = dir_.path();
  std::string marker_;
  std::unique_ptr<LoadEngine> engine_;
};

class LoadEngineAtRate : public LoadEngineTest, public testing::WithParamInterface<double> {};

// On a host that is busy with other things a try may fail: then the next must not.
TEST_P(LoadEngineAtRate, AchievesWhatIsOffered) {
  constexpr int kTries = 6;
  for (int processes : {1, 2}) {
    double error = -1;
    for (int i = 0; i < kTries && error < -0.05; ++i) {
      StallProbe host;
      LoadRequest request = Request(GetParam(), absl::Seconds(1));
      request.processes = processes;
      const LoadResult result = RunToTheEnd(request);
      error = static_cast<double>(result.stats.issued_syscalls) / GetParam() - 1;
      GTEST_LOG_(INFO) << GetParam() << "/s, " << processes << " processes: error " << error * 100
                       << "%, p99 lateness " << result.p99_lateness << ", max "
                       << result.stats.max_lateness << ", host stall " << host.Read().max_stall;
      ASSERT_LE(result.stats.issued_syscalls, static_cast<int64_t>(GetParam()));
      EXPECT_FALSE(result.stopped_early);
      EXPECT_GE(result.duration, absl::Seconds(1));
      EXPECT_GT(result.stats.cpu, absl::ZeroDuration());
    }
    EXPECT_GT(error, -0.05);
  }
}

INSTANTIATE_TEST_SUITE_P(Rates, LoadEngineAtRate, testing::Values(1e3, 1e4, 1e5));

TEST_F(LoadEngineTest, SpinsInsteadOfSleeping) {
  LoadRequest request = Request(1'000, absl::Milliseconds(500));
  request.spin = true;
  const LoadResult result = RunToTheEnd(request);
  EXPECT_GT(result.stats.issued_syscalls, 0);
  EXPECT_LE(result.stats.issued_syscalls, 500);
  request.spin = false;
  EXPECT_GT(result.stats.cpu, 2 * RunToTheEnd(request).stats.cpu);
}

TEST_F(LoadEngineTest, CountsActionsAsTheMixHasThem) {
  const LoadResult result = RunToTheEnd(Request(20'000, absl::Milliseconds(500)));
  EXPECT_NEAR(static_cast<double>(result.stats.issued_syscalls) /
                  static_cast<double>(result.stats.issued_actions),
              50, 2);
  EXPECT_EQ(result.stats.issued_canaries, 0);
  ASSERT_THAT(result.latencies, SizeIs(4));
  for (const ActionLatency& latency : result.latencies) {
    EXPECT_GT(latency.samples, 0) << latency.action;
    EXPECT_GT(latency.p50, absl::ZeroDuration()) << latency.action;
    EXPECT_LE(latency.p50, latency.max) << latency.action;
  }
}

TEST_F(LoadEngineTest, SlipsCanariesIntoAMixWithoutAlerts) {
  LoadRequest request = Request(2'000, absl::Seconds(1));
  request.mix.profile = "filler";
  request.canary_per_sec = 50;
  request.processes = 2;
  const LoadResult result = RunToTheEnd(request);
  EXPECT_GE(result.stats.issued_canaries, 25);
  EXPECT_LE(result.stats.issued_canaries, 75);
  EXPECT_EQ(result.stats.issued_actions, result.stats.issued_canaries);
  EXPECT_LE(result.stats.issued_syscalls, 2'000 + 4);  // they are part of the rate
}

TEST_F(LoadEngineTest, SleepsBetweenActionsInAClosedLoop) {
  LoadRequest request = Request(0, absl::Seconds(1));
  request.mix.profile = "alerts";
  request.sleep_between_actions = absl::Milliseconds(20);
  const LoadResult result = RunToTheEnd(request);
  EXPECT_LE(result.stats.issued_actions, 51);
  EXPECT_GE(result.stats.issued_actions, 10);
  ASSERT_THAT(result.latencies, SizeIs(3));
}

TEST_F(LoadEngineTest, GoesFlatOut) {
  LoadRequest request = Request(0, absl::Milliseconds(500));
  request.flat_out = true;
  const LoadResult result = RunToTheEnd(request);
  EXPECT_GT(result.stats.issued_syscalls, 5'000);
}

TEST_F(LoadEngineTest, RunsOneActionAlone) {
  LoadRequest request = Request(1'000, absl::Milliseconds(500));
  request.only_action = "ChangeThreadNamespace";
  const LoadResult result = RunToTheEnd(request);
  EXPECT_EQ(result.stats.issued_actions, result.stats.issued_syscalls);
  ASSERT_THAT(result.latencies, SizeIs(1));
  EXPECT_EQ(result.latencies[0].action, "ChangeThreadNamespace");
}

TEST_F(LoadEngineTest, StopsEarlyAndRemovesTheFiles) {
  for (double rate : {0.5, 1e5}) {
    LoadRequest request = Request(rate, absl::Minutes(10));
    request.processes = 2;
    ASSERT_TRUE(engine_->Start(request).ok());
    if (rate > 1) {
      ASSERT_TRUE(WaitForSyscalls());
    }
    EXPECT_THAT(PidsWithMarker(marker_), SizeIs(2));
    EXPECT_THAT(FilesWithMarker(marker_, scratch_), SizeIs(4));
    EXPECT_FALSE(engine_->Finished());
    const absl::Time before = absl::Now();
    const auto result = engine_->Stop();
    EXPECT_LT(absl::Now() - before, absl::Seconds(1));
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_TRUE(result->stopped_early);
    EXPECT_THAT(PidsWithMarker(marker_), IsEmpty());
    EXPECT_THAT(FilesWithMarker(marker_, scratch_), IsEmpty());
  }
}

TEST_F(LoadEngineTest, TheCommandLineBeginsWithTheMarker) {
  LoadRequest request = Request(1'000, absl::Minutes(10));
  request.marker = marker_.substr(kMarkerPrefix.size());  // the prefix is added
  ASSERT_TRUE(engine_->Start(request).ok());
  const std::vector<pid_t> pids = PidsWithMarker(marker_);
  ASSERT_THAT(pids, SizeIs(1));
  const std::string command = *ReadFile(absl::StrCat("/proc/", pids[0], "/cmdline"));
  const std::string start = absl::StrCat(kGenerator, std::string(1, '\0'), "--marker",
                                         std::string(1, '\0'), marker_, std::string(1, '\0'));
  EXPECT_EQ(command.substr(0, start.size()), start);
  EXPECT_TRUE(engine_->Stop().ok());
}

TEST_F(LoadEngineTest, ReportsAKilledGeneratorAndRemovesItsFiles) {
  LoadRequest request = Request(10'000, absl::Minutes(10));
  request.processes = 2;
  ASSERT_TRUE(engine_->Start(request).ok());
  ASSERT_TRUE(WaitForSyscalls());
  const std::vector<pid_t> pids = PidsWithMarker(marker_);
  ASSERT_THAT(pids, SizeIs(2));
  kill(pids[1], SIGKILL);
  EXPECT_TRUE(WaitUntil([&] { return engine_->Finished(); }, absl::Seconds(5)));
  EXPECT_THAT(FilesWithMarker(marker_, scratch_), SizeIs(4));
  const auto result = engine_->Stop();
  EXPECT_EQ(result.status().code(), absl::StatusCode::kAborted);
  EXPECT_THAT(std::string(result.status().message()),
              AllOf(HasSubstr(absl::StrCat("pid ", pids[1])), HasSubstr("signal 9")));
  EXPECT_THAT(FilesWithMarker(marker_, scratch_), IsEmpty());
  // The engine is as good as new.
  RunToTheEnd(Request(1'000, absl::Milliseconds(100)));
}

TEST_F(LoadEngineTest, NamesTheActionThatCannotBePrepared) {
  LoadEngine engine(kGenerator, "/nonexistent", nullptr);
  LoadRequest request = Request(1'000, absl::Seconds(1));
  request.processes = 2;
  const absl::Status status = engine.Start(request);
  EXPECT_THAT(std::string(status.message()), AllOf(HasSubstr("filler"), HasSubstr("/nonexistent")));
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(PidsWithMarker(marker_), IsEmpty());
  EXPECT_THAT(FilesWithMarker(marker_, scratch_), IsEmpty());
  EXPECT_EQ(engine.Stop().status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(LoadEngineTest, SaysWhichProgramIsMissing) {
  LoadEngine engine("/nonexistent/bench-generator", scratch_, nullptr);
  const absl::Status status = engine.Start(Request(1'000, absl::Seconds(1)));
  EXPECT_THAT(std::string(status.message()), HasSubstr("/nonexistent/bench-generator"));
}

TEST_F(LoadEngineTest, RefusesWhatMakesNoSense) {
  const auto code_of = [&](const std::function<void(LoadRequest&)>& change) {
    LoadRequest request = Request(1'000, absl::Seconds(1));
    change(request);
    return engine_->Start(request).code();
  };
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  EXPECT_EQ(code_of([](LoadRequest& r) { r.marker = ""; }), kInvalid);
  EXPECT_EQ(code_of([](LoadRequest& r) { r.marker = "../../etc/passwd"; }), kInvalid);
  EXPECT_EQ(code_of([](LoadRequest& r) { r.syscalls_per_sec = 0; }), kInvalid);
  EXPECT_EQ(code_of([](LoadRequest& r) { r.syscalls_per_sec = -5; }), kInvalid);
  EXPECT_EQ(code_of([](LoadRequest& r) { r.duration = absl::ZeroDuration(); }), kInvalid);
  EXPECT_EQ(code_of([](LoadRequest& r) { r.processes = 0; }), kInvalid);
  EXPECT_EQ(code_of([](LoadRequest& r) { r.mix.profile = "recepie"; }), kInvalid);
  EXPECT_EQ(code_of([](LoadRequest& r) { r.mix.actions_regex = "("; }), kInvalid);
  EXPECT_EQ(code_of([](LoadRequest& r) { r.only_action = "Mine"; }), kInvalid);
}

TEST_F(LoadEngineTest, WaitsBetweenPreparingAndTheLoadAndAfterIt) {
  EXPECT_EQ(engine_->Begin().code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(engine_->Prepare(Request(10'000, absl::Minutes(10))).ok());
  EXPECT_THAT(PidsWithMarker(marker_), SizeIs(1));
  absl::SleepFor(absl::Milliseconds(50));
  EXPECT_EQ(engine_->Poll().issued_syscalls, 0);
  EXPECT_FALSE(engine_->Finished());

  ASSERT_TRUE(engine_->Begin().ok());
  ASSERT_TRUE(WaitForSyscalls());
  engine_->EndLoad();
  EXPECT_TRUE(engine_->Finished());
  const int64_t issued = engine_->Poll().issued_syscalls;
  EXPECT_THAT(PidsWithMarker(marker_), SizeIs(1));
  EXPECT_THAT(FilesWithMarker(marker_, scratch_), SizeIs(2));

  const auto result = engine_->Stop();
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->stats.issued_syscalls, issued);
  EXPECT_TRUE(result->stopped_early);
}

TEST_F(LoadEngineTest, OneLoadAtATime) {
  ASSERT_TRUE(engine_->Start(Request(1'000, absl::Minutes(1))).ok());
  EXPECT_EQ(engine_->Start(Request(1'000, absl::Minutes(1))).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(engine_->Stop().ok());
}

TEST_F(LoadEngineTest, GeneratorsDieWithTheThreadThatStartedThem) {
  std::thread([&] { EXPECT_TRUE(engine_->Start(Request(1'000, absl::Minutes(10))).ok()); }).join();
  EXPECT_TRUE(WaitUntil([&] { return engine_->Finished(); }, absl::Seconds(5)));
  EXPECT_THAT(std::string(engine_->Stop().status().message()), HasSubstr("signal 9"));
}

TEST_F(LoadEngineTest, NothingOutlivesAKilledOwnerAndItsJournalsReplay) {
  const std::string state_dir = absl::StrCat(scratch_, "/state");
  int started[2];
  ASSERT_EQ(pipe(started), 0);
  const pid_t owner = fork();
  if (owner == 0) {
    ReplayReport nothing;
    auto journal = Journal::Open(state_dir, &nothing);
    if (!journal.ok()) _exit(1);
    LoadEngine engine(kGenerator, scratch_, journal->get());
    LoadRequest request = Request(1'000, absl::Minutes(10));
    request.processes = 2;
    const char ok = engine.Start(request).ok() ? 'y' : 'n';
    if (write(started[1], &ok, 1) != 1) _exit(1);
    for (;;) pause();
  }
  close(started[1]);
  char ok = 0;
  EXPECT_EQ(read(started[0], &ok, 1), 1);
  close(started[0]);
  EXPECT_EQ(ok, 'y');
  EXPECT_THAT(PidsWithMarker(marker_), SizeIs(2));
  kill(owner, SIGKILL);
  waitpid(owner, nullptr, 0);
  EXPECT_TRUE(WaitUntil([&] { return PidsWithMarker(marker_).empty(); }, absl::Seconds(5)));

  // Some of the files are gone already: a generator may see its stdin close before it is killed.
  ReplayReport replay;
  EXPECT_TRUE(Journal::Open(state_dir, &replay).ok());
  EXPECT_THAT(replay.problems, IsEmpty());
  EXPECT_THAT(FilesWithMarker(marker_, scratch_), IsEmpty());
  std::filesystem::remove_all(state_dir);
}

TEST_F(LoadEngineTest, AnEndedLoadLeavesNothingInTheJournal) {
  const std::string state_dir = absl::StrCat(scratch_, "/state");
  ReplayReport replay;
  {
    auto journal = Journal::Open(state_dir, &replay);
    ASSERT_TRUE(journal.ok()) << journal.status();
    engine_ = std::make_unique<LoadEngine>(kGenerator, scratch_, journal->get());
    RunToTheEnd(Request(1'000, absl::Milliseconds(100)));
    engine_.reset();
  }
  EXPECT_TRUE(Journal::Open(state_dir, &replay).ok());
  EXPECT_THAT(replay.undone, IsEmpty());
  EXPECT_THAT(replay.problems, IsEmpty());
  std::filesystem::remove_all(state_dir);
}

// The generator itself, as the engine would start it.
class GeneratorTest : public LoadEngineTest {
 protected:
  void SetUp() override {
    LoadEngineTest::SetUp();
    if (IsSkipped()) return;
    auto stats = SharedStats::Create();
    ASSERT_TRUE(stats.ok());
    GeneratorOptions options;
    options.marker = marker_;
    options.mix.profile = "recipe";
    options.syscalls_per_sec = 10'000;
    options.duration_ns = 600'000'000'000;
    options.scratch_dir = scratch_;
    options.stats_fd = stats->fd();
    SpawnOptions spawn;
    spawn.argv = ToArguments(kGenerator, options);
    spawn.pipe_stdin = true;
    spawn.pipe_stdout = true;
    spawn.inherit_fds = {stats->fd()};
    auto child = ChildProcess::Spawn(spawn);
    ASSERT_TRUE(child.ok()) << child.status();
    child_ = *std::move(child);
    stats_ = std::make_unique<SharedStats>(*std::move(stats));
    char line[6];
    ASSERT_EQ(read(child_.stdout_fd().get(), line, 6), 6);
    ASSERT_EQ(std::string(line, 6), "ready\n");
  }

  void StartNow() {
    const std::string start = absl::StrCat("start ", MonotonicNs(), "\n");
    ASSERT_EQ(write(child_.stdin_fd().get(), start.data(), start.size()),
              static_cast<ssize_t>(start.size()));
    ASSERT_TRUE(WaitUntil([&] { return (*stats_)->issued_syscalls.Get() > 0; }, absl::Seconds(5)));
  }

  void ExpectACleanEnd() {
    const auto state = child_.Wait(absl::Seconds(2));
    ASSERT_TRUE(state.ok()) << state.status();
    EXPECT_EQ(state->ToString(), "exit code 0");
    EXPECT_THAT(FilesWithMarker(marker_, scratch_), IsEmpty());
  }

  ChildProcess child_;
  std::unique_ptr<SharedStats> stats_;
};

TEST_F(GeneratorTest, EndsWhenStdinCloses) {
  StartNow();
  child_.stdin_fd().Reset();
  ExpectACleanEnd();
}

TEST_F(GeneratorTest, EndsWhenStdinClosesBeforeTheStart) {
  child_.stdin_fd().Reset();
  ExpectACleanEnd();
}

TEST_F(GeneratorTest, EndsOnSigterm) {
  StartNow();
  ASSERT_TRUE(child_.Signal(SIGTERM).ok());
  ExpectACleanEnd();
}

TEST_F(GeneratorTest, WaitsWithItsCleanUpAfterTheLoadsEnd) {
  StartNow();
  ASSERT_TRUE(child_.Signal(kLoadEndSignal).ok());
  ASSERT_TRUE(WaitUntil([&] { return (*stats_)->ended.load(); }, absl::Seconds(2)));
  const int64_t issued = (*stats_)->issued_syscalls.Get();
  EXPECT_FALSE(child_.Wait(absl::Milliseconds(50)).ok());
  EXPECT_EQ((*stats_)->issued_syscalls.Get(), issued);
  EXPECT_THAT(FilesWithMarker(marker_, scratch_), SizeIs(2));
  ASSERT_TRUE(child_.Signal(SIGTERM).ok());
  ExpectACleanEnd();
}

TEST_F(GeneratorTest, DoesNothingBeforeTheStart) {
  absl::SleepFor(absl::Milliseconds(50));
  EXPECT_EQ((*stats_)->issued_syscalls.Get(), 0);
  ASSERT_TRUE(child_.Signal(SIGTERM).ok());
  ExpectACleanEnd();
}

}  // namespace
}  // namespace bench
