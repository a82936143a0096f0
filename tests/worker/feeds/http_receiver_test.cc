#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vector>

#include "common/os/files.h"
#include "tests/fakes/temp_dir.h"
#include "tests/fakes/test_certificates.h"
#include "tests/worker/feeds/feed_helpers.h"
#include "worker/feeds/feed.h"

namespace bench {
namespace {

using ::testing::HasSubstr;

std::unique_ptr<HttpReceiver> Receive(const HttpReceiverOptions& options, AlertInbox& inbox) {
  auto receiver = ReceiveHttpAlerts(options, inbox);
  EXPECT_TRUE(receiver.ok()) << receiver.status();
  return receiver.ok() ? *std::move(receiver) : nullptr;
}

bool Post(httplib::Client& client, const std::string& body) {
  const httplib::Result result = client.Post("/alert", body, "application/json");
  return result && result->status == 200;
}

TEST(HttpReceiver, TakesAlertsOverOneConnectionThatIsKept) {
  AlertInbox inbox;
  inbox.SetMarker("falco-bench-r1-t2");
  auto receiver = Receive({}, inbox);
  httplib::Client client("127.0.0.1", receiver->port());
  client.set_keep_alive(true);
  client.set_tcp_nodelay(true);
  constexpr int kAlerts = 500;  // more than a server answers on one connection by default
  const absl::Time before = absl::Now();
  for (int i = 0; i < kAlerts; ++i) {
    ASSERT_TRUE(Post(client, AlertJson("R", i % 2 == 0 ? "falco-bench-r1-t2" : ""))) << i;
  }
  const std::vector<AlertRecord> alerts = Await(inbox, kAlerts);
  ASSERT_EQ(alerts.size(), kAlerts);
  EXPECT_TRUE(alerts[0].of_marker);
  EXPECT_FALSE(alerts[1].of_marker);
  EXPECT_GE(alerts[0].received_at, before);
  EXPECT_TRUE(receiver->status().ok());
}

TEST(HttpReceiver, CountsWhatIsNoAlert) {
  AlertInbox inbox;
  auto receiver = Receive({}, inbox);
  httplib::Client client("127.0.0.1", receiver->port());
  EXPECT_TRUE(Post(client, "Warning Sensitive file opened (json_output is off)"));
  EXPECT_TRUE(Post(client, R"({"rule":"Falco internal: syscall event drop","source":"internal",)"
                           R"("time":"2026-11-22T09:13:46Z"})"));
  EXPECT_EQ(inbox.Intake().unreadable_lines, 1);
  EXPECT_EQ(inbox.Intake().internal_alerts, 1);
  EXPECT_EQ(inbox.Intake().alerts, 0);
}

TEST(HttpReceiver, SaysThatThePortIsTaken) {
  AlertInbox inbox;
  auto receiver = Receive({}, inbox);
  const auto second = ReceiveHttpAlerts({.port = receiver->port()}, inbox);
  EXPECT_TRUE(absl::IsUnavailable(second.status()));
  EXPECT_THAT(std::string(second.status().message()),
              HasSubstr(absl::StrCat("127.0.0.1:", receiver->port())));
}

TEST(HttpReceiver, ListensOnTheAddressThatIsNamed) {
  AlertInbox inbox;
  auto receiver = ReceiveHttpAlerts({.address = "::1"}, inbox);
  if (!receiver.ok()) GTEST_SKIP() << "this host has no ::1: " << receiver.status();
  httplib::Client client("::1", (*receiver)->port());
  EXPECT_TRUE(Post(client, AlertJson("R")));
  EXPECT_EQ(Await(inbox, 1).size(), 1);
  httplib::Client other("127.0.0.1", (*receiver)->port());
  EXPECT_FALSE(Post(other, AlertJson("R")));
  EXPECT_FALSE(HttpPortIsFree("::1", (*receiver)->port()));
}

TEST(HttpReceiver, APortIsFreeWhereNobodyListens) {
  AlertInbox inbox;
  auto receiver = Receive({}, inbox);
  const int port = receiver->port();
  EXPECT_FALSE(HttpPortIsFree("127.0.0.1", port));
  EXPECT_TRUE(HttpPortIsFree("127.0.0.2", port));
  receiver.reset();
  EXPECT_TRUE(HttpPortIsFree("127.0.0.1", port));
  EXPECT_TRUE(HttpPortIsFree("2001:db8::1", port));  // of no interface here
}

// Connections on which half a request was sent, and nothing after it.
std::vector<UniqueFd> HalfRequests(int port, size_t count) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const std::string head = "POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\n{\"rule\"";
  std::vector<UniqueFd> halves(count);
  for (UniqueFd& half : halves) {
    half.Reset(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(connect(half.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(write(half.get(), head.data(), head.size()), static_cast<ssize_t>(head.size()));
  }
  return halves;
}

TEST(HttpReceiver, HalfARequestHoldsUpNobodyElse) {
  AlertInbox inbox;
  auto receiver = Receive({}, inbox);
  const std::vector<UniqueFd> halves = HalfRequests(receiver->port(), 20);
  httplib::Client client("127.0.0.1", receiver->port());
  client.set_read_timeout(1);
  EXPECT_TRUE(Post(client, AlertJson("R")));
}

// More than it reads at a time: each is given up after two seconds.
TEST(HttpReceiver, ManyHalfRequestsAreGivenUp) {
  AlertInbox inbox;
  auto receiver = Receive({}, inbox);
  const std::vector<UniqueFd> halves = HalfRequests(receiver->port(), 60);
  httplib::Client client("127.0.0.1", receiver->port());
  client.set_read_timeout(20);
  EXPECT_TRUE(Post(client, AlertJson("R")));
  EXPECT_EQ(Await(inbox, 1).size(), 1);
  EXPECT_EQ(inbox.Intake().unreadable_lines, 0);
}

TEST(HttpReceiver, SpeaksTls) {
  const TestCertificates certificates;
  AlertInbox inbox;
  auto receiver =
      Receive({.cert_file = certificates.server_cert, .key_file = certificates.server_key}, inbox);
  httplib::Client client(absl::StrCat("https://localhost:", receiver->port()));
  client.set_ca_cert_path(certificates.ca);
  EXPECT_TRUE(Post(client, AlertJson("R")));
  EXPECT_EQ(Await(inbox, 1).size(), 1);
  httplib::Client plain("127.0.0.1", receiver->port());
  EXPECT_FALSE(Post(plain, AlertJson("R")));
}

TEST(HttpReceiver, AsksForACertificateOfItsAuthority) {
  const TestCertificates certificates;
  AlertInbox inbox;
  auto receiver = Receive({.cert_file = certificates.server_cert,
                           .key_file = certificates.server_key,
                           .client_ca_file = certificates.ca},
                          inbox);
  auto post_as = [&](const std::string& cert, const std::string& key) {
    httplib::Client client(absl::StrCat("https://localhost:", receiver->port()), cert, key);
    client.set_ca_cert_path(certificates.ca);
    return Post(client, AlertJson("R"));
  };
  EXPECT_TRUE(post_as(certificates.client_cert, certificates.client_key));
  EXPECT_FALSE(post_as(certificates.stranger_cert, certificates.stranger_key));
  EXPECT_FALSE(post_as("", ""));
  EXPECT_EQ(inbox.Intake().alerts, 1);
}

TEST(HttpReceiver, NamesAFileThatCannotBeUsed) {
  TempDir dir;
  AlertInbox inbox;
  const std::string text = dir.Write("no.pem", "not a certificate");
  EXPECT_THAT(
      std::string(
          ReceiveHttpAlerts({.cert_file = text, .key_file = text}, inbox).status().message()),
      HasSubstr(text));
  EXPECT_THAT(std::string(ReceiveHttpAlerts({.cert_file = dir / "absent", .key_file = text}, inbox)
                              .status()
                              .message()),
              HasSubstr("absent"));
}

}  // namespace
}  // namespace bench
