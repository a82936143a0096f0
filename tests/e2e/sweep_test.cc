// The whole path with the simulated sensor: needs no privileges and no quiet host.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "absl/strings/numbers.h"
#include "tests/e2e/harness.h"
#include "tests/fakes/wait_until.h"

namespace bench::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<std::string> SimulatedSweep(const std::vector<std::string>& more) {
  std::vector<std::string> argv = {Program("benchctl"),
                                   "sweep",
                                   "--sensor",
                                   "simulated",
                                   "--sim-time-scale",
                                   "200",
                                   "--cpu",
                                   "200m,400m",
                                   "--memory",
                                   "512Mi",
                                   "--precision",
                                   "10%",
                                   "-o",
                                   "json"};
  argv.insert(argv.end(), more.begin(), more.end());
  return argv;
}

// Both cells answered, labelled as simulated, more with more CPU.
void ExpectTwoRisingAnswers(const v1::GetCampaignResponse& campaign) {
  ASSERT_EQ(campaign.runs_size(), 2);
  for (const v1::Run& run : campaign.runs()) {
    EXPECT_EQ(run.state(), v1::Run::DONE);
    EXPECT_EQ(run.result().verdict(), v1::Result::SUSTAINABLE) << run.DebugString();
    EXPECT_EQ(run.sensor().kind(), "simulated");
    EXPECT_GT(run.trials(), 3);
    EXPECT_LT(run.result().sustainable().syscalls_per_sec(),
              run.result().upper().syscalls_per_sec());
  }
  auto rate = [&](int32_t cpu_millis) {
    for (const v1::Run& run : campaign.runs()) {
      if (run.cell().cpu_millis() == cpu_millis) {
        return run.result().sustainable().syscalls_per_sec();
      }
    }
    return 0.0;
  };
  EXPECT_GT(rate(400), rate(200) * 1.5);
}

TEST(EmbeddedSweep, MeasuresEveryCellAndStoresEachTrialAndSample) {
  TempDir dir;
  Finished sweep =
      RunToEnd(SimulatedSweep({"--db", dir / "bench.db", "--state-dir", dir / "state"}));
  ASSERT_EQ(sweep.exit_code, 0) << sweep.err;
  v1::GetCampaignResponse campaign = ParseCampaign(sweep.out);
  ExpectTwoRisingAnswers(campaign);

  int stored = 0;
  for (const v1::Run& run : campaign.runs()) stored += run.trials();
  EXPECT_EQ(Query(dir / "bench.db", "SELECT count(*) FROM trials"),
            std::vector<std::string>{std::to_string(stored)});
  auto samples = Query(dir / "bench.db", "SELECT count(*) FROM samples");
  ASSERT_EQ(samples.size(), 1u);
  EXPECT_GT(std::stoi(samples[0]), stored);

  Finished list = RunToEnd({Program("benchctl"), "campaigns", "list", "--db", dir / "bench.db"});
  EXPECT_EQ(list.exit_code, 0) << list.err;
  EXPECT_THAT(list.out, HasSubstr(campaign.campaign().id()));
  Finished show = RunToEnd(
      {Program("benchctl"), "show", campaign.runs(0).id(), "--trials", "--db", dir / "bench.db"});
  EXPECT_EQ(show.exit_code, 0) << show.err;
  EXPECT_THAT(show.out, HasSubstr("GOOD"));
}

TEST(EmbeddedSweep, SaysInTheTableThatItIsSimulated) {
  TempDir dir;
  Finished sweep =
      RunToEnd({Program("benchctl"), "sweep", "--sensor", "simulated", "--sim-time-scale", "200",
                "--cpu", "200m", "--memory", "512Mi", "--precision", "10%", "--db",
                dir / "bench.db", "--state-dir", dir / "state"});
  EXPECT_EQ(sweep.exit_code, 0) << sweep.err;
  EXPECT_THAT(sweep.out, HasSubstr("SIMULATED"));
  EXPECT_THAT(sweep.out, HasSubstr("200m"));
}

TEST(EmbeddedSweep, CtrlCKeepsWhatWasMeasuredAndExits130) {
  TempDir dir;
  std::vector<std::string> argv = {Program("benchctl"), "sweep",      "--sensor", "simulated",
                                   "--sim-time-scale",  "5",          "--cpu",    "200m",
                                   "--memory",          "512Mi",      "--db",     dir / "bench.db",
                                   "--state-dir",       dir / "state"};
  Server sweep = StartServer(argv, dir / "log");
  WaitForLog(sweep, "trial 1");
  ASSERT_TRUE(sweep.process.Signal(SIGINT).ok());
  auto state = sweep.process.Wait(absl::Seconds(20));
  ASSERT_TRUE(state.ok()) << ReadLog(sweep);
  EXPECT_EQ(state->ToString(), "exit code 130") << ReadLog(sweep);
  EXPECT_EQ(Query(dir / "bench.db", "SELECT state FROM runs"),
            std::vector<std::string>{"CANCELLED"});
  EXPECT_THAT(Query(dir / "bench.db", "SELECT number FROM trials"), Not(IsEmpty()));
}

class ThreeProcesses : public ::testing::Test {
 protected:
  void StartController() {
    controller_ = StartServer({Program("bench-controller"), "--listen", address_, "--db",
                               dir_ / "controller.db", "--lease-ttl", "3s"},
                              dir_ / "controller.log");
    std::string listening = WaitForLog(controller_, "listening on ");
    address_ = listening.substr(0, listening.find(' '));
  }
  Server StartWorker(const std::string& name) {
    return StartServer({Program("bench-worker"), "--controller", address_, "--node", name,
                        "--state-dir", dir_ / ("state-" + name)},
                       dir_ / (name + ".log"));
  }
  Finished Sweep(std::vector<std::string> more) {
    more.insert(more.end(), {"--controller", address_});
    return RunToEnd(SimulatedSweep(more), absl::Seconds(90));
  }

  TempDir dir_;
  std::string address_ = "127.0.0.1:0";
  Server controller_;
};

TEST_F(ThreeProcesses, MeasureAsOneProcessDoes) {
  StartController();
  Server worker = StartWorker("n1");
  Finished sweep = Sweep({});
  ASSERT_EQ(sweep.exit_code, 0) << sweep.err << ReadLog(controller_) << ReadLog(worker);
  v1::GetCampaignResponse campaign = ParseCampaign(sweep.out);
  ExpectTwoRisingAnswers(campaign);
  EXPECT_EQ(campaign.runs(0).node(), "n1");

  // SIGTERM ends both in order.
  EXPECT_EQ(worker.process.Terminate(absl::Seconds(15)).ToString(), "exit code 0")
      << ReadLog(worker);
  EXPECT_EQ(controller_.process.Terminate(absl::Seconds(15)).ToString(), "exit code 0")
      << ReadLog(controller_);
}

TEST_F(ThreeProcesses, ARunOfAKilledWorkerIsTakenUpByTheNext) {
  StartController();
  Server first = StartWorker("n1");
  Server sweep = StartServer(
      {Program("benchctl"), "sweep", "--sensor", "simulated", "--sim-time-scale", "10", "--cpu",
       "200m", "--memory", "512Mi", "--precision", "10%", "--controller", address_},
      dir_ / "sweep.log");
  WaitForLog(sweep, "trial 2");
  first.process.Signal(SIGKILL).IgnoreError();
  first.process.Wait(absl::Seconds(5)).IgnoreError();
  Server second = StartWorker("n1");
  auto state = sweep.process.Wait(absl::Seconds(90));
  ASSERT_TRUE(state.ok()) << ReadLog(sweep);
  EXPECT_EQ(state->ToString(), "exit code 0") << ReadLog(sweep);
  EXPECT_EQ(Query(dir_ / "controller.db", "SELECT state, attempt FROM runs"),
            std::vector<std::string>{"DONE|2"});
}

TEST_F(ThreeProcesses, AControllerThatRestartsGoesOn) {
  StartController();
  Server worker = StartWorker("n1");
  Server sweep = StartServer(
      {Program("benchctl"), "sweep", "--sensor", "simulated", "--sim-time-scale", "10", "--cpu",
       "200m", "--memory", "512Mi", "--precision", "10%", "--controller", address_, "--detach"},
      dir_ / "sweep.log");
  ASSERT_TRUE(sweep.process.Wait(absl::Seconds(20)).ok());
  WaitForLog(worker, "begins");
  controller_.process.Signal(SIGKILL).IgnoreError();
  controller_.process.Wait(absl::Seconds(5)).IgnoreError();
  StartController();
  const auto states = [this] { return Query(dir_ / "controller.db", "SELECT state FROM runs"); };
  const std::vector<std::string> done = {"DONE"};
  WaitUntil([&] { return states() == done; }, absl::Seconds(60), absl::Milliseconds(200));
  EXPECT_EQ(states(), done) << ReadLog(worker) << ReadLog(controller_);
}

TEST(Benchctl, SaysWhatWasWrongAndWhatWouldDo) {
  Finished bad = RunToEnd({Program("benchctl"), "sweep", "--cpu", "half"});
  EXPECT_EQ(bad.exit_code, 2);
  EXPECT_THAT(bad.err, HasSubstr("--cpu"));
  EXPECT_THAT(bad.err, HasSubstr("500m"));

  Finished unknown = RunToEnd({Program("benchctl"), "sweep", "--actions", "NoSuchAction"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("ReadSensitiveFileUntrusted"));

  Finished unwritable =
      RunToEnd({Program("benchctl"), "campaigns", "list", "--db", "/proc/nowhere/bench.db"});
  EXPECT_EQ(unwritable.exit_code, 1);
  EXPECT_THAT(unwritable.err, HasSubstr("/proc/nowhere"));

  Finished unreachable =
      RunToEnd({Program("benchctl"), "campaigns", "list", "--controller", "127.0.0.1:1"});
  EXPECT_EQ(unreachable.exit_code, 5);
  EXPECT_THAT(unreachable.err, HasSubstr("127.0.0.1:1"));
}

}  // namespace
}  // namespace bench::e2e
