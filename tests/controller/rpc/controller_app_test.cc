// The services as clients and workers meet them: over the in-process channel and over loopback.
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "bench/v1/admin.grpc.pb.h"
#include "bench/v1/agent.grpc.pb.h"
#include "common/rpc/call.h"
#include "common/rpc/channel.h"
#include "controller/app.h"
#include "grpcpp/generic/generic_stub.h"
#include "tests/fakes/temp_dir.h"

namespace bench {
namespace {

using ::testing::HasSubstr;
using Admin = class v1::AdminService::Stub::async;
using Agent = class v1::AgentService::Stub::async;

// One of the two overloads that gRPC makes of each call.
template <typename Stub, typename Request, typename Response>
using Method = void (Stub::*)(grpc::ClientContext*, const Request*, Response*,
                              std::function<void(grpc::Status)>);

constexpr absl::Duration kTimeout = absl::Seconds(30);

class ControllerAppTest : public ::testing::TestWithParam<bool> {
 protected:
  bool loopback() const { return GetParam(); }

  void SetUp() override { Start(); }

  void Start(absl::Duration lease_ttl = absl::Seconds(30)) {
    ControllerOptions options;
    options.db_path = dir_ / "bench.db";
    options.listen = loopback() ? "127.0.0.1:0" : "";
    options.lease_ttl = lease_ttl;
    auto started = ControllerApp::Start(options);
    ASSERT_TRUE(started.ok()) << started.status();
    app_ = *std::move(started);
    EXPECT_EQ(app_->port() > 0, loopback());
    auto channel = loopback() ? InsecureChannel(absl::StrCat("127.0.0.1:", app_->port()))
                              : app_->InProcessChannel();
    admin_ = v1::AdminService::NewStub(channel);
    agent_ = v1::AgentService::NewStub(channel);
  }

  void Restart(absl::Duration lease_ttl = absl::Seconds(30)) {
    app_.reset();
    Start(lease_ttl);
  }

  template <typename Request, typename Response>
  absl::StatusOr<Response> AdminCall(Method<Admin, Request, Response> method,
                                     const Request& request) {
    return CallUnary<Response>(admin_->async(), method, request, kTimeout);
  }
  template <typename Request, typename Response>
  absl::StatusOr<Response> AgentCall(Method<Agent, Request, Response> method,
                                     const Request& request) {
    return CallUnary<Response>(agent_->async(), method, request, kTimeout);
  }

  void Register(const std::string& node) {
    v1::RegisterRequest request;
    request.mutable_node()->set_name(node);
    auto response = AgentCall(&Agent::Register, request);
    ASSERT_TRUE(response.ok()) << response.status();
  }

  std::string Submit(int retries = 0) {
    v1::SubmitSweepRequest request;
    v1::SweepSpec* spec = request.mutable_spec();
    spec->add_cpu_millis(500);
    spec->add_memory_bytes(512 << 20);
    spec->set_sensor("reference");
    spec->set_profile("recipe");
    spec->set_method("search");
    spec->set_repeats(1);
    spec->set_precision(0.05);
    spec->set_round_duration_sec(10);
    spec->set_run_timeout_sec(600);
    spec->set_retries(retries);
    auto response = AdminCall(&Admin::SubmitSweep, request);
    EXPECT_TRUE(response.ok()) << response.status();
    return response.ok() ? response->campaign().id() : "";
  }

  v1::Assignment Acquire(const std::string& node, double wait_sec) {
    v1::AcquireRunRequest request;
    request.set_node(node);
    request.set_wait_sec(wait_sec);
    auto response = AgentCall(&Agent::AcquireRun, request);
    EXPECT_TRUE(response.ok()) << response.status();
    return response.ok() ? response->assignment() : v1::Assignment();
  }

  absl::StatusOr<v1::ReportResponse> Report(const v1::Assignment& run, int64_t sequence) {
    v1::ReportRequest request;
    request.set_run_id(run.run_id());
    request.set_epoch(run.epoch());
    request.set_sequence(sequence);
    request.add_trials()->set_number(static_cast<int>(sequence));
    return AgentCall(&Agent::Report, request);
  }

  absl::StatusOr<v1::FinishResponse> Finish(const v1::Assignment& run) {
    v1::FinishRequest request;
    request.set_run_id(run.run_id());
    request.set_epoch(run.epoch());
    request.mutable_result()->set_verdict(v1::Result::SUSTAINABLE);
    return AgentCall(&Agent::Finish, request);
  }

  v1::GetCampaignResponse Campaign(const std::string& id) {
    v1::GetCampaignRequest request;
    request.set_campaign_id(id);
    auto response = AdminCall(&Admin::GetCampaign, request);
    EXPECT_TRUE(response.ok()) << response.status();
    return response.ok() ? *response : v1::GetCampaignResponse();
  }

  TempDir dir_;
  std::unique_ptr<ControllerApp> app_;
  std::unique_ptr<v1::AdminService::Stub> admin_;
  std::unique_ptr<v1::AgentService::Stub> agent_;
};

INSTANTIATE_TEST_SUITE_P(Channels, ControllerAppTest, ::testing::Bool(),
                         [](const auto& kind) { return kind.param ? "Loopback" : "InProcess"; });

TEST_P(ControllerAppTest, CarriesARunFromSubmitToResult) {
  auto version = AdminCall(&Admin::GetVersion, v1::GetVersionRequest());
  ASSERT_TRUE(version.ok()) << version.status();
  EXPECT_FALSE(version->version().empty());
  Register("n1");
  std::string campaign = Submit();
  v1::Assignment run = Acquire("n1", 0);
  ASSERT_NE(run.run_id(), "");
  ASSERT_TRUE(Report(run, 1).ok());
  ASSERT_TRUE(Report(run, 1).ok());
  ASSERT_TRUE(Finish(run).ok());
  ASSERT_TRUE(Finish(run).ok());
  v1::GetCampaignResponse seen = Campaign(campaign.substr(0, campaign.size() - 1));
  EXPECT_EQ(seen.campaign().state(), v1::Campaign::DONE);
  ASSERT_EQ(seen.runs_size(), 1);
  EXPECT_EQ(seen.runs(0).state(), v1::Run::DONE);
  EXPECT_EQ(seen.runs(0).trials(), 1);

  v1::GetRunRequest get_run;
  get_run.set_run_id(run.run_id());
  get_run.set_with_trials(true);
  EXPECT_EQ(AdminCall(&Admin::GetRun, get_run)->trials_size(), 1);
  EXPECT_EQ(AdminCall(&Admin::ListRuns, v1::ListRunsRequest())->runs_size(), 1);
  EXPECT_EQ(AdminCall(&Admin::ListCampaigns, v1::ListCampaignsRequest())->campaigns_size(), 1);
  EXPECT_EQ(AdminCall(&Admin::ListNodes, v1::ListNodesRequest())->nodes_size(), 1);
  v1::GetProgressRequest progress;
  progress.set_campaign_id(campaign);
  EXPECT_EQ(AdminCall(&Admin::GetProgress, progress)->trials_size(), 1);
}

TEST_P(ControllerAppTest, ErrorsKeepTheirCodeAndWords) {
  auto refused = AdminCall(&Admin::SubmitSweep, v1::SubmitSweepRequest());
  EXPECT_TRUE(absl::IsInvalidArgument(refused.status()));
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("cpu_millis"));
  v1::GetRunRequest unknown;
  unknown.set_run_id("r-none");
  EXPECT_TRUE(absl::IsNotFound(AdminCall(&Admin::GetRun, unknown).status()));
  v1::AcquireRunRequest stranger;
  stranger.set_node("stranger");
  EXPECT_TRUE(absl::IsNotFound(AgentCall(&Agent::AcquireRun, stranger).status()));
}

TEST_P(ControllerAppTest, ALongPollWakesWhenWorkArrives) {
  Register("n1");
  absl::Time submitted;
  std::thread submitter([&] {
    absl::SleepFor(absl::Milliseconds(300));
    submitted = absl::Now();
    Submit();
  });
  v1::Assignment run = Acquire("n1", 20);
  absl::Time woken = absl::Now();
  submitter.join();
  EXPECT_NE(run.run_id(), "");
  EXPECT_LT(woken - submitted, absl::Seconds(1));
}

TEST_P(ControllerAppTest, ALongPollEndsEmptyAfterItsTime) {
  Register("n1");
  absl::Time begin = absl::Now();
  EXPECT_EQ(Acquire("n1", 0.3).run_id(), "");
  EXPECT_GE(absl::Now() - begin, absl::Milliseconds(290));
  EXPECT_LT(absl::Now() - begin, absl::Seconds(5));
}

TEST_P(ControllerAppTest, APollThatItsClientGaveUpTakesNoRun) {
  Register("n1");
  v1::AcquireRunRequest request;
  request.set_node("n1");
  request.set_wait_sec(20);
  auto gone = CallUnary<v1::AcquireRunResponse>(agent_->async(), &Agent::AcquireRun, request,
                                                absl::Milliseconds(200));
  EXPECT_TRUE(absl::IsDeadlineExceeded(gone.status()));
  absl::SleepFor(absl::Milliseconds(300));  // for the cancellation to arrive
  std::string campaign = Submit();
  absl::SleepFor(absl::Milliseconds(200));
  EXPECT_EQ(Campaign(campaign).runs(0).state(), v1::Run::QUEUED);
  EXPECT_NE(Acquire("n1", 0).run_id(), "");
}

TEST_P(ControllerAppTest, ShutdownEndsLongPolls) {
  Register("n1");
  absl::Status ended;
  std::thread poller([&] {
    v1::AcquireRunRequest request;
    request.set_node("n1");
    request.set_wait_sec(30);
    ended = AgentCall(&Agent::AcquireRun, request).status();
  });
  absl::SleepFor(absl::Milliseconds(200));
  absl::Time begin = absl::Now();
  app_->Shutdown();
  app_->Shutdown();
  poller.join();
  EXPECT_TRUE(absl::IsUnavailable(ended)) << ended;
  EXPECT_LT(absl::Now() - begin, absl::Seconds(4));
}

TEST_P(ControllerAppTest, ACancellationIsBroughtBackByReport) {
  Register("n1");
  std::string campaign = Submit();
  v1::Assignment run = Acquire("n1", 0);
  EXPECT_FALSE(Report(run, 1)->cancel());
  v1::CancelCampaignRequest request;
  request.set_campaign_id(campaign);
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(AdminCall(&Admin::CancelCampaign, request).ok());
  }
  EXPECT_TRUE(Report(run, 2)->cancel());
}

TEST_P(ControllerAppTest, ALeaseThatRunsOutGivesTheRunToAnotherNode) {
  Restart(absl::Seconds(2));
  Register("n1");
  Register("n2");
  Submit(/*retries=*/1);
  v1::Assignment first = Acquire("n1", 0);
  v1::Assignment second = Acquire("n2", 20);  // wakes when the lease of n1 is over
  EXPECT_EQ(second.run_id(), first.run_id());
  EXPECT_EQ(second.attempt(), 2);
  EXPECT_TRUE(absl::IsFailedPrecondition(Report(first, 1).status()));
  EXPECT_TRUE(Report(second, 1).ok());
}

TEST_P(ControllerAppTest, ARestartOnTheSameFile) {
  Register("n1");
  std::string campaign = Submit();
  v1::Assignment run = Acquire("n1", 0);
  ASSERT_TRUE(Report(run, 1).ok());
  Restart();
  if (loopback()) {
    // A server goes on: the worker hardly notices.
    EXPECT_TRUE(Report(run, 2).ok());
    EXPECT_TRUE(Finish(run).ok());
    EXPECT_EQ(Campaign(campaign).campaign().state(), v1::Campaign::DONE);
  } else {
    // A command's campaign ended with it.
    EXPECT_TRUE(absl::IsFailedPrecondition(Report(run, 2).status()));
    EXPECT_EQ(Campaign(campaign).campaign().state(), v1::Campaign::CANCELLED);
  }
  EXPECT_EQ(Campaign(campaign).runs(0).trials(), loopback() ? 2 : 1);
}

TEST(ControllerApp, RefusesPlainTextBeyondLoopback) {
  TempDir dir;
  ControllerOptions options;
  options.db_path = dir / "bench.db";
  options.listen = "0.0.0.0:0";
  auto refused = ControllerApp::Start(options);
  EXPECT_TRUE(absl::IsInvalidArgument(refused.status()));
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("--insecure"));
}

TEST(ControllerApp, NamesAnAddressThatIsTaken) {
  TempDir dir;
  ControllerOptions options;
  options.db_path = dir / "a.db";
  options.listen = "127.0.0.1:0";
  auto first = ControllerApp::Start(options);
  ASSERT_TRUE(first.ok()) << first.status();
  options.db_path = dir / "b.db";
  options.listen = absl::StrCat("127.0.0.1:", (*first)->port());
  auto second = ControllerApp::Start(options);
  EXPECT_TRUE(absl::IsUnavailable(second.status())) << second.status();
  EXPECT_THAT(std::string(second.status().message()), HasSubstr(options.listen));
}

TEST(ControllerApp, AnswersHealthChecksWhereItListens) {
  TempDir dir;
  ControllerOptions options;
  options.db_path = dir / "a.db";
  options.listen = "127.0.0.1:0";
  auto app = ControllerApp::Start(options);
  ASSERT_TRUE(app.ok()) << app.status();
  grpc::GenericStub stub(InsecureChannel(absl::StrCat("127.0.0.1:", (*app)->port())));
  grpc::ClientContext context;
  context.set_wait_for_ready(true);
  grpc::Slice empty("");
  grpc::ByteBuffer request(&empty, 1);
  grpc::ByteBuffer response;
  absl::Notification ended;
  grpc::Status result;
  stub.UnaryCall(&context, "/grpc.health.v1.Health/Check", {}, &request, &response,
                 [&](grpc::Status status) {
                   result = std::move(status);
                   ended.Notify();
                 });
  ended.WaitForNotification();
  ASSERT_TRUE(result.ok()) << result.error_message();
  grpc::Slice slice;
  ASSERT_TRUE(response.DumpToSingleSlice(&slice).ok());
  // HealthCheckResponse{status: SERVING}
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(slice.begin()), slice.size()), "\x08\x01");
}

TEST(ControllerApp, ServesAUnixSocket) {
  TempDir dir;
  ControllerOptions options;
  options.db_path = dir / "a.db";
  options.listen = "unix:" + (dir / "socket");
  auto app = ControllerApp::Start(options);
  ASSERT_TRUE(app.ok()) << app.status();
  EXPECT_EQ((*app)->port(), 0);
  auto admin = v1::AdminService::NewStub(InsecureChannel(options.listen));
  EXPECT_TRUE(CallUnary<v1::GetVersionResponse>(admin->async(), &Admin::GetVersion,
                                                v1::GetVersionRequest(), kTimeout)
                  .ok());
}

}  // namespace
}  // namespace bench
