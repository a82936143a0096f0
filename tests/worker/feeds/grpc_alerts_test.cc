#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>

#include "absl/synchronization/mutex.h"
#include "common/os/files.h"
#include "falco/outputs.grpc.pb.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "tests/fakes/temp_dir.h"
#include "tests/fakes/test_certificates.h"
#include "tests/worker/feeds/feed_helpers.h"
#include "worker/feeds/feed.h"

namespace bench {
namespace {

using falco::outputs::request;
using falco::outputs::response;
using ::testing::HasSubstr;

// As Falco's: a queue that whoever asks empties.
class FakeOutputs final : public falco::outputs::service::Service {
 public:
  explicit FakeOutputs(bool knows_sub) : knows_sub_(knows_sub) {}

  void Push(const std::string& rule, const std::string& output, const std::string& source) {
    response alert;
    alert.set_rule(rule);
    alert.set_output(output);
    alert.set_source(source);
    alert.mutable_time()->set_seconds(1795339882);
    alert.mutable_time()->set_nanos(740957136);
    absl::MutexLock lock(&mutex_);
    queue_.push_back(alert);
  }

  grpc::Status sub(grpc::ServerContext*,
                   grpc::ServerReaderWriter<response, request>* stream) override {
    if (!knows_sub_) return {grpc::StatusCode::UNIMPLEMENTED, "no sub"};
    request asked;
    while (stream->Read(&asked)) {
      while (auto alert = Pop()) stream->Write(*alert);
    }
    return grpc::Status::OK;
  }

  grpc::Status get(grpc::ServerContext*, const request*,
                   grpc::ServerWriter<response>* writer) override {
    while (auto alert = Pop()) writer->Write(*alert);
    return grpc::Status::OK;
  }

 private:
  std::optional<response> Pop() {
    absl::MutexLock lock(&mutex_);
    if (queue_.empty()) return std::nullopt;
    response first = queue_.front();
    queue_.pop_front();
    return first;
  }

  const bool knows_sub_;
  absl::Mutex mutex_;
  std::deque<response> queue_;
};

class GrpcAlertsTest : public testing::TestWithParam<bool> {
 protected:
  void Serve(std::shared_ptr<grpc::ServerCredentials> credentials = nullptr) {
    grpc::ServerBuilder builder;
    if (credentials == nullptr) {
      builder.AddListeningPort(address_, grpc::InsecureServerCredentials());
    } else {
      builder.AddListeningPort("localhost:0", credentials, &port_);
    }
    builder.RegisterService(&outputs_);
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
  }
  ~GrpcAlertsTest() override {
    if (server_ != nullptr) server_->Shutdown(absl::ToChronoTime(absl::Now()));
  }

  std::unique_ptr<Feed> Stream(const GrpcAlertsOptions& options) {
    auto feed = StreamGrpcAlerts(options, inbox_);
    EXPECT_TRUE(feed.ok()) << feed.status();
    return feed.ok() ? *std::move(feed) : nullptr;
  }

  TempDir dir_;
  const std::string address_ = absl::StrCat("unix:", dir_ / "falco.sock");
  FakeOutputs outputs_{GetParam()};
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
  AlertInbox inbox_;
};

INSTANTIATE_TEST_SUITE_P(SubAndGet, GrpcAlertsTest, testing::Bool());

TEST_P(GrpcAlertsTest, TakesWhatGatheredAndWhatComes) {
  outputs_.Push("early", "", "syscall");
  Serve();
  inbox_.SetMarker("falco-bench-r1-t2");
  auto feed = Stream({.address = address_});
  EXPECT_EQ(Await(inbox_, 1).at(0).rule, "early");
  outputs_.Push("internal", "", "internal");
  outputs_.Push("A", "cmd falco-bench-r1-t2", "syscall");
  outputs_.Push("B", "", "syscall");
  const std::vector<AlertRecord> alerts = Await(inbox_, 2);
  ASSERT_EQ(alerts.size(), 2);
  EXPECT_TRUE(alerts[0].of_marker);
  EXPECT_FALSE(alerts[1].of_marker);
  EXPECT_EQ(absl::ToUnixNanos(alerts[0].event_time), 1795339882740957136);
  EXPECT_TRUE(feed->status().ok()) << feed->status();
}

TEST_P(GrpcAlertsTest, ComesBackAfterTheServerHasGone) {
  auto feed = Stream({.address = address_});
  EXPECT_TRUE(WaitUntil([&] { return !feed->status().ok(); }));
  EXPECT_THAT(std::string(feed->status().message()), HasSubstr(address_));
  Serve();
  outputs_.Push("A", "", "syscall");
  EXPECT_EQ(Await(inbox_, 1).size(), 1);
  server_->Shutdown(absl::ToChronoTime(absl::Now()));
  server_.reset();
  EXPECT_TRUE(WaitUntil([&] { return !feed->status().ok(); }));
  Serve();
  outputs_.Push("B", "", "syscall");
  EXPECT_EQ(Await(inbox_, 1).at(0).rule, "B");
}

TEST_P(GrpcAlertsTest, ShowsItsCertificateAndChecksTheServers) {
  const TestCertificates certificates;
  grpc::SslServerCredentialsOptions tls(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  tls.pem_root_certs = *ReadFile(certificates.ca);
  tls.pem_key_cert_pairs = {
      {*ReadFile(certificates.server_key), *ReadFile(certificates.server_cert)}};
  Serve(grpc::SslServerCredentials(tls));
  const std::string address = absl::StrCat("localhost:", port_);
  {
    auto stranger = Stream({.address = address,
                            .ca_file = certificates.ca,
                            .cert_file = certificates.stranger_cert,
                            .key_file = certificates.stranger_key});
    EXPECT_TRUE(WaitUntil([&] { return absl::IsUnavailable(stranger->status()); }));
  }
  auto feed = Stream({.address = address,
                      .ca_file = certificates.ca,
                      .cert_file = certificates.client_cert,
                      .key_file = certificates.client_key});
  outputs_.Push("A", "", "syscall");
  EXPECT_EQ(Await(inbox_, 1).size(), 1);
}

TEST(GrpcAlerts, NamesAFileThatCannotBeRead) {
  AlertInbox inbox;
  EXPECT_THAT(
      std::string(StreamGrpcAlerts({.address = "localhost:1", .ca_file = "/absent.pem"}, inbox)
                      .status()
                      .message()),
      HasSubstr("/absent.pem"));
}

TEST_P(GrpcAlertsTest, AConnectionThatIsTriedTakesNothing) {
  outputs_.Push("early", "", "syscall");
  Serve();
  EXPECT_TRUE(TryGrpcConnection({.address = address_}).ok());
  auto feed = Stream({.address = address_});
  EXPECT_EQ(Await(inbox_, 1).at(0).rule, "early");
}

TEST(TryGrpcConnection, ASocketWithoutAServerIsNone) {
  TempDir dir;
  const absl::Status status = TryGrpcConnection({.address = absl::StrCat("unix:", dir / "none")});
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(status.message(), HasSubstr("no connection within 5s"));
}

}  // namespace
}  // namespace bench
