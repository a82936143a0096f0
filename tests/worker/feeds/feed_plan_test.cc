#include "worker/feeds/feed_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "worker/falco/config_places.h"

namespace bench {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

bool Free(const std::string& /*address*/, int /*port*/) {
  return true;
}

absl::Status Connects(const GrpcAlertsOptions& /*grpc*/) {
  return absl::OkStatus();
}

absl::Status CanBe(const std::string& /*path*/) {
  return absl::OkStatus();
}

FeedPlan Plan(const FalcoConfig& config, const FalcoVersion& version, PortIsFree port_is_free,
              const AlertTls& tls = {}) {
  return PlanFeeds(config, version, {port_is_free, Connects, CanBe}, tls);
}

TEST(PlanFeeds, ReadsTheFilesBelowTheContainersRoot) {
  FalcoConfig config;
  config.json_output = true;
  config.metrics = {.enabled = true, .output_file = "/m"};
  config.file_output = {.enabled = true, .filename = "/a"};
  PlaceFiles("/proc/7/root", &config);
  const FeedPlan plan = Plan(config, {.minor = 44}, Free);
  EXPECT_EQ(plan.counters, FeedPlan::Counters::kMetricsFile);
  EXPECT_EQ(plan.counter_file, "/proc/7/root/m");
  EXPECT_EQ(plan.alerts, FeedPlan::Alerts::kFile);
  EXPECT_EQ(plan.alert_file, "/proc/7/root/a");
}

TEST(PlanFeeds, ReachesAPageThatListensEverywhere) {
  FalcoConfig config;
  config.metrics.enabled = true;
  config.webserver = {
      .enabled = true, .port = 9, .address = "0.0.0.0", .tls = true, .prometheus = true};
  FeedPlan plan = Plan(config, {.minor = 44}, Free);
  EXPECT_EQ(plan.counters, FeedPlan::Counters::kPrometheus);
  EXPECT_EQ(plan.scrape.address, "127.0.0.1");
  EXPECT_EQ(plan.scrape.port, 9);
  EXPECT_TRUE(plan.scrape.tls);
  EXPECT_EQ(plan.alerts, FeedPlan::Alerts::kNone);
  config.webserver.address = "::1";
  EXPECT_EQ(Plan(config, {.minor = 44}, Free).scrape.address, "::1");
}

TEST(PlanFeeds, SpeaksGrpcOverASocketOrWithCertificates) {
  FalcoConfig config;
  config.stats_file = "/s";
  config.grpc.enabled = config.grpc.output_enabled = true;
  config.grpc.bind_address = "unix:///run/falco.sock";
  PlaceFiles("/r", &config);
  FeedPlan plan = Plan(config, {.minor = 33}, Free);
  EXPECT_EQ(plan.counters, FeedPlan::Counters::kStatsFile);
  EXPECT_EQ(plan.counter_file, "/r/s");
  EXPECT_EQ(plan.alerts, FeedPlan::Alerts::kGrpc);
  EXPECT_EQ(plan.grpc.address, "unix:/r/run/falco.sock");
  EXPECT_EQ(plan.grpc.ca_file, "");
  config.grpc.bind_address = "0.0.0.0:5060";
  config.grpc.root_certs = "/ca";
  PlaceFiles("/r", &config);
  plan = Plan(config, {.minor = 33}, Free);
  EXPECT_EQ(plan.grpc.address, "localhost:5060");
  EXPECT_EQ(plan.grpc.ca_file, "/r/ca");
}

TEST(PlanFeeds, AsksGrpcWhereItListensAndAsWhoWeAreGiven) {
  FalcoConfig config;
  config.grpc = {.enabled = true, .output_enabled = true, .bind_address = "10.0.0.5:5060"};
  FeedPlan plan = Plan(config, {.minor = 33}, Free);
  EXPECT_EQ(plan.grpc.address, "10.0.0.5:5060");
  EXPECT_EQ(plan.grpc.cert_file, config.grpc.cert_chain);
  plan = Plan(config, {.minor = 33}, Free, {.cert_file = "/c", .key_file = "/k", .ca_file = "/ca"});
  EXPECT_EQ(plan.grpc.cert_file, "/c");
  EXPECT_EQ(plan.grpc.key_file, "/k");
  EXPECT_EQ(plan.grpc.ca_file, "/ca");
}

TEST(PlanFeeds, ReceivesHttpsWhereThereIsACertificateToShow) {
  FalcoConfig config;
  config.json_output = true;
  config.http_output = {.enabled = true, .url = "https://localhost:2801/"};
  EXPECT_EQ(Plan(config, {.minor = 44}, Free).alerts, FeedPlan::Alerts::kNone);
  const AlertTls tls = {.cert_file = "/c", .key_file = "/k", .ca_file = "/ca"};
  FeedPlan plan = Plan(config, {.minor = 44}, Free, tls);
  EXPECT_EQ(plan.alerts, FeedPlan::Alerts::kHttp);
  EXPECT_EQ(plan.http.port, 2801);
  EXPECT_EQ(plan.http.cert_file, "/c");
  EXPECT_EQ(plan.http.key_file, "/k");
  EXPECT_EQ(plan.http.client_ca_file, "");  // it will show none
  config.http_output.mtls = true;
  plan = Plan(config, {.minor = 44}, Free, tls);
  EXPECT_EQ(plan.http.client_ca_file, "/ca");
  // Plain is plain, whoever we are.
  config.http_output.url = "http://localhost:2801/";
  EXPECT_EQ(Plan(config, {.minor = 44}, Free, tls).http.cert_file, "");
}

TEST(PlanFeeds, LeavesAPortToWhoeverListensThere) {
  FalcoConfig config;
  config.json_output = true;
  config.metrics = {.enabled = true, .output_file = "/m"};
  config.http_output = {.enabled = true, .url = "http://127.0.0.1:2801/"};
  const FeedPlan plan = Plan(config, {.minor = 44}, Free);
  EXPECT_EQ(plan.alerts, FeedPlan::Alerts::kHttp);
  EXPECT_EQ(plan.http.port, 2801);
  EXPECT_EQ(Plan(config, {.minor = 44}, [](const std::string&, int) { return false; }).alerts,
            FeedPlan::Alerts::kNone);
}

TEST(PlanFeeds, ListensWhereTheUrlPointsTo) {
  FalcoConfig config;
  config.json_output = true;
  config.http_output = {.enabled = true, .url = "http://[::1]:2801"};
  EXPECT_EQ(Plan(config, {.minor = 44}, Free).http.address, "::1");
  // A client of localhost tries both.
  config.http_output.url = "http://localhost:2801";
  EXPECT_EQ(Plan(config, {.minor = 44}, Free).http.address, "127.0.0.1");
  const FeedPlan taken = Plan(config, {.minor = 44}, [](const std::string& address, int port) {
    return address != "::1" || port != 2801;
  });
  EXPECT_EQ(taken.alerts, FeedPlan::Alerts::kNone);
  EXPECT_THAT(taken.no_better_alerts, HasSubstr("::1, port 2801"));
}

TEST(DescribeFeeds, HasNothingToExplainOfTheBest) {
  FalcoConfig config;
  config.json_output = true;
  config.metrics = {.enabled = true, .output_file = "/m"};
  config.file_output = {.enabled = true, .filename = "/a"};
  EXPECT_EQ(DescribeFeeds(Plan(config, {.minor = 44}, Free)),
            "counters are read from its metrics file /m, alerts from its file /a");
}

TEST(DescribeFeeds, SaysWhereARotatedFileIsWrittenTo) {
  const FeedPlan plan = {.counter_file = "/m",
                         .counters_go_to = "/m.1",
                         .alerts = FeedPlan::Alerts::kFile,
                         .alert_file = "/a",
                         .alerts_go_to = "/a (deleted)"};
  EXPECT_THAT(DescribeFeeds(plan), HasSubstr("metrics file /m, which was rotated away and it was "
                                             "not told: it still writes to /m.1, which is read"));
  EXPECT_THAT(DescribeFeeds(plan), HasSubstr("writes to /a (deleted), which is read"));
}

TEST(DescribeFeeds, SaysWhyThereIsNothingBetter) {
  FalcoConfig config;
  config.json_output = true;
  config.metrics.enabled = true;
  config.webserver = {.enabled = true, .port = 9, .address = "127.0.0.1", .prometheus = true};
  config.http_output = {.enabled = true, .url = "http://127.0.0.1:2801/"};
  EXPECT_EQ(DescribeFeeds(Plan(config, {.minor = 44}, Free)),
            "counters are read from its Prometheus page on 127.0.0.1, port 9 (no "
            "metrics.output_file), alerts from its http_output to 127.0.0.1, port 2801 (no "
            "file_output)");
  EXPECT_THAT(DescribeFeeds(Plan(config, {.minor = 43}, Free)),
              HasSubstr("(no file_output, no gRPC output)"));
  EXPECT_THAT(
      DescribeFeeds(Plan(config, {.minor = 44}, [](const std::string&, int) { return false; })),
      HasSubstr("alerts from nowhere (no file_output, http_output goes to 127.0.0.1, "
                "port 2801, where another program listens"));
}

TEST(DescribeFeeds, SaysWhatIsClosedToUs) {
  FalcoConfig config;
  config.json_output = config.buffered_outputs = config.own_network = true;
  config.metrics = {.enabled = true, .interval = absl::Minutes(15), .output_file = "/m"};
  config.webserver = {.enabled = true, .port = 9, .address = "127.0.0.1", .prometheus = true};
  config.file_output = {.enabled = true, .keep_alive = true, .filename = "/a"};
  config.http_output = {.enabled = true, .url = "http://127.0.0.1:2801/"};
  config.grpc.enabled = config.grpc.output_enabled = true;
  config.grpc.bind_address = "0.0.0.0:5060";
  EXPECT_EQ(DescribeFeeds(Plan(config, {.minor = 43}, Free)),
            "counters are read from its metrics file /m, alerts from nowhere (its file_output is "
            "buffered, its gRPC output is in another network namespace, its http_output is in "
            "another network namespace)");
  // A socket is a file, too.
  config.grpc.bind_address = "unix:///run/falco.sock";
  EXPECT_EQ(Plan(config, {.minor = 43}, Free).alerts, FeedPlan::Alerts::kGrpc);
  config.own_network = false;
  EXPECT_THAT(DescribeFeeds(Plan(config, {.minor = 44}, Free)),
              HasSubstr("its Prometheus page on 127.0.0.1, port 9 (its metrics.output_file is "
                        "written every 15m only)"));
}

TEST(DescribeFeeds, BlamesWhatDecides) {
  FalcoConfig config;
  config.stats_file = "/s";
  config.file_output = {.enabled = true, .filename = "/a"};
  config.http_output = {.enabled = true, .url = "http://127.0.0.1:2801/"};
  EXPECT_EQ(DescribeFeeds(Plan(config, {.minor = 33}, Free)),
            "counters are read from its -s file /s, alerts from nowhere (json_output is off, no "
            "gRPC output)");
  config.json_output = true;
  config.file_output.enabled = false;
  config.http_output.url = "https://127.0.0.1:2801";
  EXPECT_THAT(DescribeFeeds(Plan(config, {.minor = 44}, Free)),
              HasSubstr("its http_output to https://127.0.0.1:2801 wants TLS: give --alert-cert"));
  config.http_output.url = "http://falcosidekick:2801";
  EXPECT_THAT(DescribeFeeds(Plan(config, {.minor = 44}, Free)),
              HasSubstr("alerts from nowhere (no file_output, no http_output to this host)"));
}

// It is configured, but Falco couldn't bind it, or died on it.
TEST(PlanFeeds, AGrpcOutputThatDoesNotAnswerIsPassedOver) {
  FalcoConfig config;
  config.json_output = true;
  config.metrics = {.enabled = true, .output_file = "/m"};
  config.grpc.enabled = config.grpc.output_enabled = true;
  config.grpc.bind_address = "unix:///run/falco.sock";
  config.http_output = {.enabled = true, .url = "http://127.0.0.1:2801/"};
  const auto plan = [&config](absl::Status (*connects)(const GrpcAlertsOptions&)) {
    return PlanFeeds(config, {.minor = 43}, {Free, connects, CanBe}, {});
  };
  EXPECT_EQ(plan(Connects).alerts, FeedPlan::Alerts::kGrpc);
  EXPECT_THAT(plan(Connects).dead_alerts, IsEmpty());
  const auto dead = [](const GrpcAlertsOptions& grpc) {
    EXPECT_EQ(grpc.address, "unix:/run/falco.sock");
    return absl::UnavailableError("no connection within 5s");
  };
  EXPECT_EQ(plan(dead).alerts, FeedPlan::Alerts::kHttp);
  EXPECT_THAT(DescribeFeeds(plan(dead)),
              HasSubstr("alerts from its http_output to 127.0.0.1, port 2801 (no file_output, its "
                        "gRPC output at unix:/run/falco.sock doesn't answer: no connection within "
                        "5s)"));
  ASSERT_EQ(plan(dead).dead_alerts.size(), 1);
  EXPECT_FALSE(plan(dead).dead_alerts[0].fatal);
  EXPECT_THAT(plan(dead).dead_alerts[0].seen, HasSubstr("nobody answers at unix:/run/falco.sock"));
  EXPECT_THAT(plan(dead).dead_alerts[0].mend, HasSubstr("grpc_output: {enabled: false}"));
  config.http_output.enabled = false;
  EXPECT_EQ(plan(dead).alerts, FeedPlan::Alerts::kNone);
  // Nobody asks it where there is better.
  config.file_output = {.enabled = true, .filename = "/a"};
  EXPECT_EQ(plan(dead).alerts, FeedPlan::Alerts::kFile);
  EXPECT_THAT(plan(dead).dead_alerts, IsEmpty());
}

// Its directory was never made, say.
TEST(PlanFeeds, AnAlertFileThatCanNotBeIsPassedOver) {
  FalcoConfig config;
  config.json_output = true;
  config.metrics = {.enabled = true, .output_file = "/m"};
  config.file_output = {.enabled = true, .filename = "/gone/a"};
  config.http_output = {.enabled = true, .url = "http://127.0.0.1:2801/"};
  const auto plan = [&config] {
    return PlanFeeds(config, {.minor = 44},
                     {Free, Connects,
                      [](const std::string& path) {
                        return absl::NotFoundError("there is no directory of " + path);
                      }},
                     {});
  };
  EXPECT_EQ(plan().alerts, FeedPlan::Alerts::kHttp);
  EXPECT_EQ(plan().alert_file, "");
  EXPECT_THAT(DescribeFeeds(plan()),
              HasSubstr("alerts from its http_output to 127.0.0.1, port 2801 (its file_output to "
                        "/gone/a can't be read: there is no directory of /gone/a)"));
  ASSERT_EQ(plan().dead_alerts.size(), 1);
  EXPECT_THAT(plan().dead_alerts[0].mend, HasSubstr("make its directory"));
  config.http_output.enabled = false;
  EXPECT_EQ(plan().alerts, FeedPlan::Alerts::kNone);
}

}  // namespace
}  // namespace bench
