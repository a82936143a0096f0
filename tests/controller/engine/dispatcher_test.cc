// What each call of a client or worker does to the database, with time made by hand.
#include "controller/engine/dispatcher.h"

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "controller/engine/queries.h"
#include "controller/engine/transition.h"
#include "controller/storage/campaign_repository.h"
#include "controller/storage/migrator.h"
#include "controller/storage/run_repository.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/temp_dir.h"

namespace bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr absl::Duration kTtl = absl::Seconds(30);

class DispatcherTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = Database::Open(dir_ / "a.db", Database::Access::kReadWrite);
    ASSERT_TRUE(opened.ok()) << opened.status();
    database_ = *std::move(opened);
    ASSERT_TRUE(Migrate(*database_, EmbeddedMigrations(), clock_.Now(), "1").ok());
    queries_ = std::make_unique<Queries>(*database_, progress_);
    Restart(std::string(kHeldByServer));
    Register("n1");
    Register("n2");
  }

  void Restart(const std::string& held_by) {
    dispatcher_ = std::make_unique<Dispatcher>(*database_, clock_, RandomIdGenerator(), progress_,
                                               DispatcherOptions{kTtl, held_by});
    ASSERT_TRUE(CancelOrphans(*database_, clock_.Now()).ok());
    ASSERT_TRUE(dispatcher_->Load().ok());
  }

  void Register(const std::string& node) {
    v1::RegisterRequest request;
    request.mutable_node()->set_name(node);
    auto response = dispatcher_->Register(request);
    ASSERT_TRUE(response.ok()) << response.status();
    EXPECT_EQ(response->lease_ttl_sec(), 30);
  }

  static v1::SubmitSweepRequest Sweep(std::vector<int> cpus = {500}, int retries = 1) {
    v1::SubmitSweepRequest request;
    request.mutable_spec()->mutable_cpu_millis()->Assign(cpus.begin(), cpus.end());
    request.mutable_spec()->add_memory_bytes(512 << 20);
    request.mutable_spec()->set_sensor("reference");
    request.mutable_spec()->set_profile("recipe");
    request.mutable_spec()->set_method("search");
    request.mutable_spec()->set_repeats(1);
    request.mutable_spec()->set_precision(0.05);
    request.mutable_spec()->set_round_duration_sec(10);
    request.mutable_spec()->set_run_timeout_sec(600);
    request.mutable_spec()->set_retries(retries);
    return request;
  }

  std::string Submit(const v1::SubmitSweepRequest& request) {
    auto response = dispatcher_->SubmitSweep(request);
    EXPECT_TRUE(response.ok()) << response.status();
    return response.ok() ? response->campaign().id() : "";
  }

  v1::Assignment Acquire(const std::string& node) {
    v1::AcquireRunRequest request;
    request.set_node(node);
    auto response = dispatcher_->AcquireRun(request);
    EXPECT_TRUE(response.ok()) << response.status();
    return response.ok() ? response->assignment() : v1::Assignment();
  }

  static v1::ReportRequest ReportOf(const v1::Assignment& assignment, int64_t sequence,
                                    double rate = 1000,
                                    v1::Trial::Class classification = v1::Trial::GOOD) {
    v1::ReportRequest request;
    request.set_run_id(assignment.run_id());
    request.set_epoch(assignment.epoch());
    request.set_sequence(sequence);
    v1::Trial* trial = request.add_trials();
    trial->set_number(static_cast<int>(sequence));
    trial->set_classification(classification);
    trial->mutable_achieved()->set_syscalls_per_sec(rate);
    v1::Sample* sample = request.add_samples();
    sample->set_trial_number(static_cast<int>(sequence));
    sample->set_at_sec(0.1);
    return request;
  }

  absl::StatusOr<v1::FinishResponse> Finish(const v1::Assignment& assignment,
                                            v1::Result::Verdict verdict, double rate = 0,
                                            bool retryable = false, bool cancelled = false) {
    v1::FinishRequest request;
    request.set_run_id(assignment.run_id());
    request.set_epoch(assignment.epoch());
    request.mutable_result()->set_verdict(verdict);
    request.mutable_result()->set_message("said so");
    request.mutable_result()->mutable_sustainable()->set_syscalls_per_sec(rate);
    request.mutable_sensor()->set_kind("reference");
    request.set_retryable(retryable);
    request.set_cancelled(cancelled);
    return dispatcher_->Finish(request);
  }

  void Cancel(const std::string& campaign) {
    v1::CancelCampaignRequest request;
    request.set_campaign_id(campaign);
    auto response = dispatcher_->CancelCampaign(request);
    ASSERT_TRUE(response.ok()) << response.status();
  }

  void Pass(absl::Duration duration) {
    for (absl::Duration step; step < duration; step += absl::Seconds(1)) {
      clock_.Sleep(absl::Seconds(1));
      if (!dispatcher_->LeasesToExpire()) continue;
      ASSERT_TRUE(dispatcher_->ExpireLeases().ok());
    }
  }

  v1::Run Run(const std::string& id) { return *RunRepository(*database_).Get(id); }
  v1::Campaign Campaign(const std::string& id) { return *CampaignRepository(*database_).Get(id); }
  v1::GetRunResponse Everything(const std::string& run_id) {
    v1::GetRunRequest request;
    request.set_run_id(run_id);
    request.set_with_trials(true);
    request.set_with_samples(true);
    return *queries_->GetRun(request);
  }

  std::vector<std::string> Notes(const std::string& campaign_id) {
    v1::GetCampaignRequest request;
    request.set_campaign_id(campaign_id);
    const v1::GetCampaignResponse response = *queries_->GetCampaign(request);
    return {response.notes().begin(), response.notes().end()};
  }

  // One run that ends with a verdict, of a campaign of its own, with this Falco.
  std::string Measure(const v1::SweepSpec& spec, const std::string& falco_version) {
    v1::SubmitSweepRequest request = Sweep({500});
    request.mutable_spec()->MergeFrom(spec);
    request.mutable_spec()->set_sensor("falco");
    std::string campaign = Submit(request);
    const v1::Assignment run = Acquire("n1");
    v1::ReportRequest report = ReportOf(run, 1);
    report.mutable_manifest()->mutable_sensor()->set_kind("falco");
    report.mutable_manifest()->mutable_sensor()->set_version(falco_version);
    report.mutable_manifest()->mutable_sensor()->set_driver(spec.driver().empty() ? "modern_ebpf"
                                                                                  : spec.driver(0));
    EXPECT_TRUE(dispatcher_->Report(report).ok());
    EXPECT_TRUE(Finish(run, v1::Result::SUSTAINABLE, 1000).ok());
    return campaign;
  }

  std::vector<std::string> NotesOfList(const v1::ListRunsRequest& request) {
    const v1::ListRunsResponse response = *queries_->ListRuns(request);
    return {response.notes().begin(), response.notes().end()};
  }

  TempDir dir_;
  ManualClock clock_;
  std::unique_ptr<Database> database_;
  ProgressBoard progress_;
  std::unique_ptr<Dispatcher> dispatcher_;
  std::unique_ptr<Queries> queries_;
};

TEST_F(DispatcherTest, ASweepBecomesRunsThatAreGivenInOrder) {
  std::string campaign = Submit(Sweep({1000, 500}));
  EXPECT_EQ(Campaign(campaign).runs_total(), 2);
  v1::Assignment first = Acquire("n1");
  EXPECT_EQ(first.cell().cpu_millis(), 500);
  EXPECT_EQ(first.epoch(), 1);
  EXPECT_EQ(first.attempt(), 1);
  EXPECT_EQ(first.lease_ttl_sec(), 30);
  EXPECT_EQ(first.spec().profile(), "recipe");
  EXPECT_EQ(Acquire("n1").run_id(), "");  // one at a time
  EXPECT_EQ(Acquire("n2").cell().cpu_millis(), 1000);
  EXPECT_EQ(Run(first.run_id()).state(), v1::Run::RUNNING);
  EXPECT_EQ(Run(first.run_id()).node(), "n1");
}

TEST_F(DispatcherTest, TheSameRequestIsSubmittedOnce) {
  v1::SubmitSweepRequest request = Sweep();
  request.set_request_id("q1");
  std::string campaign = Submit(request);
  EXPECT_EQ(Submit(request), campaign);
  EXPECT_EQ(Campaign(campaign).runs_total(), 1);
  EXPECT_NE(Acquire("n1").run_id(), "");
  EXPECT_EQ(Acquire("n2").run_id(), "");
  request.set_request_id("q2");
  EXPECT_NE(Submit(request), campaign);
}

TEST_F(DispatcherTest, RefusesAWrongSweepAndAnUnknownNode) {
  auto wrong = dispatcher_->SubmitSweep(Sweep({}));
  EXPECT_TRUE(absl::IsInvalidArgument(wrong.status()));
  v1::SubmitSweepRequest request = Sweep();
  request.mutable_spec()->add_nodes("n3");
  auto unknown = dispatcher_->SubmitSweep(request);
  EXPECT_TRUE(absl::IsNotFound(unknown.status()));
  EXPECT_THAT(std::string(unknown.status().message()), HasSubstr("known: n1, n2"));
  v1::AcquireRunRequest acquire;
  acquire.set_node("n3");
  EXPECT_TRUE(absl::IsNotFound(dispatcher_->AcquireRun(acquire).status()));
}

TEST_F(DispatcherTest, ARunForANodeWaitsForThatNode) {
  v1::SubmitSweepRequest request = Sweep();
  request.mutable_spec()->add_nodes("n2");
  Submit(request);
  EXPECT_EQ(Acquire("n1").run_id(), "");
  EXPECT_NE(Acquire("n2").run_id(), "");
}

TEST_F(DispatcherTest, ADuplicateReportChangesNothing) {
  Submit(Sweep());
  v1::Assignment run = Acquire("n1");
  ASSERT_TRUE(dispatcher_->Report(ReportOf(run, 1, 1000)).ok());
  v1::ReportRequest again = ReportOf(run, 1, 9999);
  again.add_trials()->set_number(77);
  auto response = dispatcher_->Report(again);
  ASSERT_TRUE(response.ok()) << response.status();
  v1::GetRunResponse stored = Everything(run.run_id());
  ASSERT_EQ(stored.trials_size(), 1);
  EXPECT_EQ(stored.trials(0).achieved().syscalls_per_sec(), 1000);
  EXPECT_EQ(stored.samples_size(), 1);
}

TEST_F(DispatcherTest, ACampaignSaysWhereItsRunsWereMeasuredUnderOtherCircumstances) {
  const std::string campaign = Submit(Sweep({500, 1000, 2000}));
  v1::Assignment last;
  for (const auto& [node, kernel] : {std::pair("n1", "6.1.0"), std::pair("n2", "6.18.1")}) {
    last = Acquire(node);
    v1::ReportRequest report = ReportOf(last, 1);
    report.mutable_manifest()->set_kernel(kernel);
    ASSERT_TRUE(dispatcher_->Report(report).ok());
    EXPECT_THAT(Notes(campaign), ::testing::IsEmpty());  // only one has ended
    ASSERT_TRUE(Finish(last, v1::Result::SUSTAINABLE, 1000).ok());
  }
  EXPECT_THAT(Notes(campaign), ::testing::ElementsAre(HasSubstr("kernel: 6.1.0, 6.18.1")));
}

TEST_F(DispatcherTest, AListSaysWhereRunsOfSeveralCampaignsAreNotToBeCompared) {
  const std::string before = Measure({}, "0.41.3");
  v1::SweepSpec other_load;
  other_load.set_profile("filler");
  Measure(other_load, "0.44.1");
  EXPECT_THAT(NotesOfList({}),
              ::testing::ElementsAre(HasSubstr("never compared across Falco 0.42"),
                                     AllOf(HasSubstr("sensor: falco 0.44.1, falco 0.41.3"),
                                           HasSubstr("load: filler, recipe"))));
  v1::ListRunsRequest one;
  one.set_campaign_id(before);
  EXPECT_THAT(NotesOfList(one), ::testing::IsEmpty());
}

TEST_F(DispatcherTest, WhatASweepVariesIsSaidAmongOtherCampaignsRunsOnly) {
  v1::SweepSpec drivers;
  drivers.add_driver("kmod");
  drivers.add_driver("modern_ebpf");
  const std::string sweep = Measure(drivers, "0.44.1");
  const v1::Assignment second = Acquire("n1");
  v1::ReportRequest report = ReportOf(second, 1);
  report.mutable_manifest()->mutable_sensor()->set_kind("falco");
  report.mutable_manifest()->mutable_sensor()->set_version("0.44.1");
  report.mutable_manifest()->mutable_sensor()->set_driver("modern_ebpf");
  ASSERT_TRUE(dispatcher_->Report(report).ok());
  ASSERT_TRUE(Finish(second, v1::Result::SUSTAINABLE, 1000).ok());
  EXPECT_THAT(NotesOfList({}), ::testing::IsEmpty());
  EXPECT_THAT(Notes(sweep), ::testing::IsEmpty());
  Measure({}, "0.44.1");
  EXPECT_THAT(NotesOfList({}), ::testing::ElementsAre(HasSubstr("driver: modern_ebpf, kmod")));
}

TEST_F(DispatcherTest, BaseSyscallsThatTwoSweepsSetDifferentlyAreSaid) {
  Measure({}, "0.44.1");
  v1::SweepSpec repair;
  repair.add_base_syscalls("repair");
  Measure(repair, "0.44.1");
  EXPECT_THAT(NotesOfList({}),
              ::testing::ElementsAre(HasSubstr("base_syscalls: repair, configured")));
}

TEST_F(DispatcherTest, ConfigurationsAreComparedByWhatTheyComeTo) {
  const std::string campaign = Submit(Sweep({500, 1000}));
  for (const char* comes_to : {"aaaa", "bbbb"}) {
    const v1::Assignment run = Acquire("n1");
    v1::ReportRequest report = ReportOf(run, 1);
    report.mutable_manifest()->mutable_sensor()->set_kind("falco");
    report.mutable_manifest()->set_config_sha256(std::string("f") + comes_to);
    report.mutable_manifest()->set_effective_config_sha256(comes_to);
    report.mutable_manifest()->set_sensor_arguments(comes_to[0] == 'a' ? "" : "-A");
    ASSERT_TRUE(dispatcher_->Report(report).ok());
    ASSERT_TRUE(Finish(run, v1::Result::SUSTAINABLE, 1000).ok());
  }
  EXPECT_THAT(Notes(campaign),
              ::testing::ElementsAre(AllOf(HasSubstr("configuration: aaaa, bbbb; arguments: none, "
                                                     "-A."),
                                           Not(HasSubstr("faaaa")))));
}

TEST_F(DispatcherTest, TheManifestOfTheRunsEndReplacesThatOfItsBeginning) {
  Submit(Sweep());
  v1::Assignment run = Acquire("n1");
  v1::ReportRequest report = ReportOf(run, 1);
  report.mutable_manifest()->set_kernel("6.18.1");
  ASSERT_TRUE(dispatcher_->Report(report).ok());
  v1::ReportRequest at_end = ReportOf(run, 2);
  *at_end.mutable_manifest() = report.manifest();
  at_end.mutable_manifest()->set_steal_ratio(0.25);
  ASSERT_TRUE(dispatcher_->Report(at_end).ok());
  ASSERT_TRUE(dispatcher_->Report(report).ok());  // late, and stored already
  const v1::Manifest stored = Everything(run.run_id()).manifest();
  EXPECT_EQ(stored.kernel(), "6.18.1");
  EXPECT_EQ(stored.steal_ratio(), 0.25);
}

TEST_F(DispatcherTest, ReportsMayComeInAnotherOrder) {
  Submit(Sweep());
  v1::Assignment run = Acquire("n1");
  for (int64_t sequence : {2, 1, 3, 2}) {
    ASSERT_TRUE(dispatcher_->Report(ReportOf(run, sequence)).ok());
  }
  EXPECT_EQ(Everything(run.run_id()).trials_size(), 3);
}

TEST_F(DispatcherTest, AReportKeepsTheLeaseAndAStaleEpochIsRefused) {
  Submit(Sweep());
  v1::Assignment first = Acquire("n1");
  Pass(absl::Seconds(20));
  ASSERT_TRUE(dispatcher_->Report(ReportOf(first, 1)).ok());
  Pass(absl::Seconds(20));
  EXPECT_EQ(Run(first.run_id()).state(), v1::Run::RUNNING);
  Pass(absl::Seconds(15));
  EXPECT_EQ(Run(first.run_id()).state(), v1::Run::QUEUED);
  EXPECT_TRUE(absl::IsFailedPrecondition(dispatcher_->Report(ReportOf(first, 2)).status()));

  v1::Assignment second = Acquire("n2");
  EXPECT_EQ(second.run_id(), first.run_id());
  EXPECT_EQ(second.attempt(), 2);
  EXPECT_GT(second.epoch(), first.epoch());
  EXPECT_TRUE(absl::IsFailedPrecondition(dispatcher_->Report(ReportOf(first, 2)).status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(Finish(first, v1::Result::SUSTAINABLE, 5).status()));
  ASSERT_TRUE(dispatcher_->Report(ReportOf(second, 1)).ok());
  v1::GetRunResponse stored = Everything(first.run_id());
  ASSERT_EQ(stored.trials_size(), 2);
  EXPECT_EQ(stored.trials(1).attempt(), 2);
  EXPECT_EQ(stored.samples_size(), 1);  // of the last attempt
}

TEST_F(DispatcherTest, ARunFailsWithAReasonWhenNoAttemptIsLeft) {
  std::string campaign = Submit(Sweep({500}, 0));
  v1::Assignment run = Acquire("n1");
  Pass(absl::Seconds(31));
  v1::Run failed = Run(run.run_id());
  EXPECT_EQ(failed.state(), v1::Run::FAILED);
  EXPECT_EQ(failed.result().verdict(), v1::Result::FAILED);
  EXPECT_THAT(failed.result().message(), HasSubstr("n1"));
  EXPECT_EQ(Campaign(campaign).state(), v1::Campaign::DONE);
  EXPECT_EQ(Campaign(campaign).runs_ended(), 1);
}

TEST_F(DispatcherTest, AFinishedRunNeverChanges) {
  std::string campaign = Submit(Sweep());
  v1::Assignment run = Acquire("n1");
  ASSERT_TRUE(Finish(run, v1::Result::SUSTAINABLE, 1000).ok());
  EXPECT_EQ(Campaign(campaign).state(), v1::Campaign::DONE);
  std::string before = Run(run.run_id()).SerializeAsString();
  Pass(absl::Seconds(60));
  EXPECT_TRUE(Finish(run, v1::Result::FAILED, 7).ok());  // said twice: no harm, no change
  EXPECT_FALSE(dispatcher_->Report(ReportOf(run, 5)).ok());
  Cancel(campaign);
  Cancel(campaign);
  EXPECT_EQ(Run(run.run_id()).SerializeAsString(), before);
  EXPECT_EQ(Campaign(campaign).state(), v1::Campaign::DONE);
  EXPECT_EQ(Run(run.run_id()).result().sustainable().syscalls_per_sec(), 1000);
}

TEST_F(DispatcherTest, ARetryableFailureIsTriedAgainAndAPlainOneIsNot) {
  std::string campaign = Submit(Sweep({500}, 1));
  v1::Assignment first = Acquire("n1");
  ASSERT_TRUE(Finish(first, v1::Result::FAILED, 0, /*retryable=*/true).ok());
  EXPECT_EQ(Run(first.run_id()).state(), v1::Run::QUEUED);
  EXPECT_FALSE(Run(first.run_id()).has_result());
  EXPECT_TRUE(Finish(first, v1::Result::FAILED, 0, true).ok());
  v1::Assignment second = Acquire("n1");
  ASSERT_TRUE(Finish(second, v1::Result::FAILED, 0, true).ok());
  EXPECT_EQ(Run(first.run_id()).state(), v1::Run::FAILED);
  EXPECT_THAT(Run(first.run_id()).result().message(), HasSubstr("said so; that was the last"));
  EXPECT_EQ(Campaign(campaign).state(), v1::Campaign::DONE);
  Submit(Sweep({500}, 1));
  v1::Assignment plain = Acquire("n1");
  ASSERT_TRUE(Finish(plain, v1::Result::FAILED).ok());
  EXPECT_EQ(Run(plain.run_id()).state(), v1::Run::FAILED);
  EXPECT_TRUE(absl::IsInvalidArgument(Finish(plain, v1::Result::VERDICT_UNSPECIFIED).status()));
}

TEST_F(DispatcherTest, CellsThatContradictEachOtherAreMeasuredOnceMore) {
  std::string campaign = Submit(Sweep({100, 200, 400}));
  ASSERT_TRUE(Finish(Acquire("n1"), v1::Result::SUSTAINABLE, 50e3).ok());
  ASSERT_TRUE(Finish(Acquire("n1"), v1::Result::SUSTAINABLE, 40e3).ok());
  v1::Assignment last = Acquire("n1");
  EXPECT_EQ(Acquire("n2").run_id(), "");
  ASSERT_TRUE(Finish(last, v1::Result::SUSTAINABLE, 90e3).ok());
  EXPECT_EQ(Campaign(campaign).state(), v1::Campaign::RUNNING);
  EXPECT_EQ(Campaign(campaign).runs_total(), 5);

  // On the node that gave the answers, as further repeats.
  EXPECT_EQ(Acquire("n2").run_id(), "");
  v1::Assignment first = Acquire("n1");
  EXPECT_EQ(first.cell().cpu_millis(), 100);
  EXPECT_EQ(Run(first.run_id()).repeat(), 2);
  ASSERT_TRUE(Finish(first, v1::Result::SUSTAINABLE, 60e3).ok());
  v1::Assignment second = Acquire("n1");
  EXPECT_EQ(second.cell().cpu_millis(), 200);
  // It contradicts still; once more is enough.
  ASSERT_TRUE(Finish(second, v1::Result::SUSTAINABLE, 41e3).ok());
  EXPECT_EQ(Campaign(campaign).state(), v1::Campaign::DONE);
  EXPECT_EQ(Acquire("n1").run_id(), "");
}

TEST_F(DispatcherTest, EachSettingIsACellOfItsOwn) {
  v1::SubmitSweepRequest request = Sweep({100, 200});
  request.mutable_spec()->add_buffer_preset(4);
  request.mutable_spec()->add_buffer_preset(6);
  std::string campaign = Submit(request);
  EXPECT_EQ(Campaign(campaign).runs_total(), 4);
  std::vector<std::string> given;
  for (double rate : {50e3, 100e3, 40e3, 80e3}) {
    v1::Assignment run = Acquire("n1");
    given.push_back(absl::StrCat(run.cell().buffer_preset(), "/", run.cell().cpu_millis(), "/",
                                 run.hints_size()));
    EXPECT_EQ(Run(run.run_id()).cell().buffer_preset(), run.cell().buffer_preset());
    ASSERT_TRUE(Finish(run, v1::Result::SUSTAINABLE, rate).ok());
  }
  // A hint only from the same preset; and less with the next preset contradicts nothing.
  EXPECT_THAT(given, ::testing::ElementsAre("4/100/0", "4/200/1", "6/100/0", "6/200/1"));
  EXPECT_EQ(Campaign(campaign).state(), v1::Campaign::DONE);
}

TEST_F(DispatcherTest, ASecondLookKeepsTheSettings) {
  v1::SubmitSweepRequest request = Sweep({100, 200});
  request.mutable_spec()->add_buffer_preset(6);
  std::string campaign = Submit(request);
  ASSERT_TRUE(Finish(Acquire("n1"), v1::Result::SUSTAINABLE, 50e3).ok());
  ASSERT_TRUE(Finish(Acquire("n1"), v1::Result::SUSTAINABLE, 40e3).ok());
  EXPECT_EQ(Campaign(campaign).runs_total(), 4);
  EXPECT_EQ(Acquire("n1").cell().buffer_preset(), 6);
}

TEST_F(DispatcherTest, ThatMoreCpuSustainsNothingIsLookedAtAgain) {
  std::string campaign = Submit(Sweep({100, 200}));
  ASSERT_TRUE(Finish(Acquire("n1"), v1::Result::SUSTAINABLE, 50e3).ok());
  ASSERT_TRUE(Finish(Acquire("n1"), v1::Result::BELOW_MINIMUM, 0).ok());
  EXPECT_EQ(Campaign(campaign).runs_total(), 4);
}

TEST_F(DispatcherTest, AGeneratorsCeilingAndACancelledSweepGetNoSecondLook) {
  std::string bound = Submit(Sweep({100, 200}));
  ASSERT_TRUE(Finish(Acquire("n1"), v1::Result::SUSTAINABLE, 50e3).ok());
  ASSERT_TRUE(Finish(Acquire("n1"), v1::Result::GENERATOR_BOUND, 40e3).ok());
  EXPECT_EQ(Campaign(bound).state(), v1::Campaign::DONE);

  std::string cancelled = Submit(Sweep({100, 200}));
  ASSERT_TRUE(Finish(Acquire("n1"), v1::Result::SUSTAINABLE, 50e3).ok());
  v1::Assignment last = Acquire("n1");
  Cancel(cancelled);
  ASSERT_TRUE(Finish(last, v1::Result::SUSTAINABLE, 40e3).ok());
  EXPECT_EQ(Acquire("n1").run_id(), "");
}

TEST_F(DispatcherTest, ACancellationReachesTheWorkerWithItsNextReport) {
  std::string campaign = Submit(Sweep({500, 1000}));
  v1::Assignment run = Acquire("n1");
  EXPECT_FALSE(dispatcher_->Report(ReportOf(run, 1))->cancel());
  Cancel(campaign);
  EXPECT_EQ(Campaign(campaign).state(), v1::Campaign::RUNNING);
  EXPECT_EQ(Campaign(campaign).runs_ended(), 1);  // the queued one, at once
  EXPECT_EQ(Acquire("n2").run_id(), "");
  EXPECT_TRUE(dispatcher_->Report(ReportOf(run, 2))->cancel());
  ASSERT_TRUE(Finish(run, v1::Result::FAILED, 0, false, /*cancelled=*/true).ok());
  EXPECT_EQ(Run(run.run_id()).state(), v1::Run::CANCELLED);
  EXPECT_EQ(Campaign(campaign).state(), v1::Campaign::CANCELLED);
  EXPECT_EQ(Everything(run.run_id()).trials_size(), 2);
}

TEST_F(DispatcherTest, ACancelledRunWhoseWorkerVanishedIsCancelledByItsLease) {
  std::string campaign = Submit(Sweep());
  v1::Assignment run = Acquire("n1");
  Cancel(campaign);
  Pass(absl::Seconds(31));
  EXPECT_EQ(Run(run.run_id()).state(), v1::Run::CANCELLED);
  EXPECT_EQ(Campaign(campaign).state(), v1::Campaign::CANCELLED);
}

TEST_F(DispatcherTest, ARestartGoesOnWithOneFreshLease) {
  Submit(Sweep({500, 1000}));
  v1::Assignment run = Acquire("n1");
  ASSERT_TRUE(dispatcher_->Report(ReportOf(run, 1)).ok());
  clock_.Sleep(absl::Hours(5));
  Restart(std::string(kHeldByServer));
  ASSERT_TRUE(dispatcher_->Report(ReportOf(run, 1)).ok());  // again: it heard no answer
  ASSERT_TRUE(dispatcher_->Report(ReportOf(run, 2)).ok());
  EXPECT_EQ(Everything(run.run_id()).trials_size(), 2);
  EXPECT_EQ(Acquire("n2").cell().cpu_millis(), 1000);
  ASSERT_TRUE(Finish(run, v1::Result::SUSTAINABLE, 1000).ok());
  Restart(std::string(kHeldByServer));
  Pass(absl::Seconds(31));
  EXPECT_NE(Acquire("n1").run_id(), "");  // n2 did not come back
}

TEST_F(DispatcherTest, AStandstillOfTheControllerEndsNoLease) {
  Submit(Sweep());
  v1::Assignment run = Acquire("n1");
  Pass(absl::Seconds(5));
  clock_.Sleep(absl::Minutes(10));  // nobody could report meanwhile
  EXPECT_FALSE(dispatcher_->LeasesToExpire());
  EXPECT_TRUE(dispatcher_->Report(ReportOf(run, 1)).ok());
  Pass(absl::Seconds(31));
  EXPECT_EQ(Run(run.run_id()).state(), v1::Run::QUEUED);
}

TEST_F(DispatcherTest, WhatAKilledBenchctlLeftIsCancelledAndKept) {
  Restart(std::string(kHeldByCommand));
  std::string campaign = Submit(Sweep({500, 1000}));
  v1::Assignment run = Acquire("n1");
  ASSERT_TRUE(dispatcher_->Report(ReportOf(run, 1)).ok());
  Restart(std::string(kHeldByCommand));
  EXPECT_EQ(Campaign(campaign).state(), v1::Campaign::CANCELLED);
  EXPECT_EQ(Run(run.run_id()).state(), v1::Run::CANCELLED);
  EXPECT_THAT(Run(run.run_id()).result().message(), HasSubstr("interrupted"));
  EXPECT_EQ(Everything(run.run_id()).trials_size(), 1);
  EXPECT_EQ(Acquire("n1").run_id(), "");
  EXPECT_FALSE(dispatcher_->Report(ReportOf(run, 2)).ok());
}

TEST_F(DispatcherTest, ACommandLeavesTheCampaignsOfAServerAlone) {
  std::string campaign = Submit(Sweep());
  Restart(std::string(kHeldByCommand));
  EXPECT_EQ(Acquire("n1").run_id(), "");
  EXPECT_EQ(Campaign(campaign).state(), v1::Campaign::RUNNING);
  Restart(std::string(kHeldByServer));
  EXPECT_NE(Acquire("n1").run_id(), "");
}

TEST_F(DispatcherTest, HintsComeFromNeighboursAndEarlierAttempts) {
  Submit(Sweep({250, 500}));
  v1::Assignment first = Acquire("n1");
  EXPECT_EQ(first.hints_size(), 0);
  ASSERT_TRUE(Finish(first, v1::Result::SUSTAINABLE, 1000).ok());
  v1::Assignment second = Acquire("n1");
  ASSERT_EQ(second.hints_size(), 1);
  EXPECT_DOUBLE_EQ(second.hints(0).syscalls_per_sec(), 2000);
  EXPECT_EQ(second.hints(0).cell().cpu_millis(), 500);
  ASSERT_TRUE(dispatcher_->Report(ReportOf(second, 1, 1600, v1::Trial::GOOD)).ok());
  ASSERT_TRUE(dispatcher_->Report(ReportOf(second, 2, 2500, v1::Trial::BAD)).ok());
  Pass(absl::Seconds(31));
  v1::Assignment third = Acquire("n1");
  ASSERT_EQ(third.hints_size(), 2);
  EXPECT_NEAR(third.hints(0).syscalls_per_sec(), 2000, 1e-6);  // between 1600 and 2500
}

TEST_F(DispatcherTest, ProgressShowsOnlyWhileARunRuns) {
  std::string campaign = Submit(Sweep());
  v1::Assignment run = Acquire("n1");
  v1::ReportRequest report = ReportOf(run, 1);
  report.mutable_progress()->set_stage("ramp");
  ASSERT_TRUE(dispatcher_->Report(report).ok());
  v1::GetProgressRequest request;
  request.set_campaign_id(campaign);
  v1::GetProgressResponse seen = *queries_->GetProgress(request);
  ASSERT_EQ(seen.progress_size(), 1);
  EXPECT_EQ(seen.progress(0).run_id(), run.run_id());
  EXPECT_EQ(seen.trials_size(), 1);
  request.set_after_cursor(seen.cursor());
  EXPECT_EQ(queries_->GetProgress(request)->trials_size(), 0);
  ASSERT_TRUE(Finish(run, v1::Result::SUSTAINABLE, 1000).ok());
  EXPECT_EQ(queries_->GetProgress(request)->progress_size(), 0);
}

TEST_F(DispatcherTest, ListsRefuseLimitsOutOfRange) {
  v1::ListRunsRequest runs;
  runs.set_limit(-1);
  EXPECT_TRUE(absl::IsInvalidArgument(queries_->ListRuns(runs).status()));
  v1::ListCampaignsRequest campaigns;
  campaigns.set_limit(1'000'000);
  EXPECT_TRUE(absl::IsInvalidArgument(queries_->ListCampaigns(campaigns).status()));
}

}  // namespace
}  // namespace bench
