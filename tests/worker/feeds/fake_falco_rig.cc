#include "tests/worker/feeds/fake_falco_rig.h"

#include <gtest/gtest.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/fakes/free_port.h"

namespace bench {
namespace {

constexpr absl::Duration kScrapeInterval = absl::Milliseconds(50);

std::string HttpConfig(int port, const std::string& url, const std::string& more) {
  return absl::StrCat("json_output: true\nhttp_output:\n  enabled: true\n  url: ", url, "\n", more,
                      "metrics: {enabled: true, interval: 1s}\nwebserver:\n  enabled: true\n",
                      "  listen_port: ", port, "\n  prometheus_metrics_enabled: true\n");
}

FeedPlan PrometheusPlan(int port) {
  FeedPlan feeds;
  feeds.counters = FeedPlan::Counters::kPrometheus;
  feeds.scrape.port = port;
  feeds.scrape.interval = kScrapeInterval;
  feeds.alerts = FeedPlan::Alerts::kHttp;
  return feeds;
}

}  // namespace

void FakeFalcoRig::Start(const Interfaces& interfaces) {
  SpawnOptions options;
  options.argv = {BENCH_BIN_DIR "/fake-falco", "-c", dir_.Write("falco.yaml", interfaces.config)};
  options.argv.insert(options.argv.end(), interfaces.arguments.begin(), interfaces.arguments.end());
  options.stdout_to_null = true;
  options.stderr_to_null = true;
  auto process = ChildProcess::Spawn(options);
  ASSERT_TRUE(process.ok()) << process.status();
  process_ = *std::move(process);
  sensor_ = MakeAttachedSensor({.pid = process_.pid(), .feeds = interfaces.feeds});
  absl::Status started = sensor_->Start({});
  ASSERT_TRUE(started.ok()) << started;
}

FakeFalcoRig::Interfaces StatsFileAndUnixGrpc(const FakeFalcoRig& rig) {
  FakeFalcoRig::Interfaces made;
  const std::string socket = rig.dir() / "falco.sock";
  made.config = absl::StrCat("grpc:\n  enabled: true\n  bind_address: \"unix://", socket,
                             "\"\n  threadiness: 2\ngrpc_output:\n  enabled: true\n");
  made.arguments = {"-s", rig.dir() / "stats", "--stats-interval", "200"};
  made.feeds.counters = FeedPlan::Counters::kStatsFile;
  made.feeds.counter_file = rig.dir() / "stats";
  made.feeds.alerts = FeedPlan::Alerts::kGrpc;
  made.feeds.grpc.address = "unix:" + socket;
  return made;
}

FakeFalcoRig::Interfaces StatsFileAndMutualTlsGrpc(const FakeFalcoRig& rig) {
  FakeFalcoRig::Interfaces made = StatsFileAndUnixGrpc(rig);
  const TestCertificates& pem = rig.certificates();
  const std::string address = absl::StrCat("localhost:", FreePort());
  made.config = absl::StrCat("grpc: {enabled: true, bind_address: \"", address,
                             "\", cert_chain: ", pem.server_cert, ", private_key: ", pem.server_key,
                             ", root_certs: ", pem.ca, "}\ngrpc_output: {enabled: true}\n");
  made.feeds.grpc = {.address = address,
                     .ca_file = pem.ca,
                     .cert_file = pem.client_cert,
                     .key_file = pem.client_key};
  return made;
}

FakeFalcoRig::Interfaces MetricsAndAlertFile(const FakeFalcoRig& rig) {
  FakeFalcoRig::Interfaces made;
  made.config = absl::StrCat("json_output: true\nfile_output:\n  enabled: true\n",
                             "  keep_alive: false\n  filename: ", rig.dir() / "alerts.txt", "\n");
  made.arguments = {"-o", "metrics.enabled=true",
                    "-o", "metrics.interval=200ms",
                    "-o", "metrics.output_file=" + rig.dir() / "metrics.jsonl"};
  made.feeds.counter_file = rig.dir() / "metrics.jsonl";
  made.feeds.alerts = FeedPlan::Alerts::kFile;
  made.feeds.alert_file = rig.dir() / "alerts.txt";
  return made;
}

FakeFalcoRig::Interfaces PrometheusAndHttp(const FakeFalcoRig& /*rig*/) {
  FakeFalcoRig::Interfaces made;
  const int port = FreePort();
  made.feeds = PrometheusPlan(port);
  made.feeds.http.port = FreePort();
  made.config = HttpConfig(port, absl::StrCat("http://127.0.0.1:", made.feeds.http.port), "");
  return made;
}

FakeFalcoRig::Interfaces PrometheusAndMutualTlsHttp(const FakeFalcoRig& rig) {
  FakeFalcoRig::Interfaces made;
  const TestCertificates& pem = rig.certificates();
  const int port = FreePort();
  made.feeds = PrometheusPlan(port);
  made.feeds.http = {.port = FreePort(),
                     .cert_file = pem.server_cert,
                     .key_file = pem.server_key,
                     .client_ca_file = pem.ca};
  made.config =
      HttpConfig(port, absl::StrCat("https://localhost:", made.feeds.http.port, "/alert"),
                 absl::StrCat("  mtls: true\n  client_cert: ", pem.client_cert,
                              "\n  client_key: ", pem.client_key, "\n  ca_cert: ", pem.ca, "\n"));
  return made;
}

FakeFalcoRig::Interfaces MetricsAlone(const FakeFalcoRig& rig) {
  FakeFalcoRig::Interfaces made;
  made.config = absl::StrCat("metrics:\n  enabled: true\n  interval: 200ms\n  output_file: ",
                             rig.dir() / "metrics.jsonl", "\n");
  made.feeds.counter_file = rig.dir() / "metrics.jsonl";
  return made;
}

}  // namespace bench
