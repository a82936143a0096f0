// The fake's own word: what its release takes, refuses and sends, where no feed would notice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <atomic>
#include <filesystem>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "common/os/capture_output.h"
#include "tests/fakes/fake_falco_play.h"
#include "tests/fakes/free_port.h"
#include "tests/worker/feeds/fake_falco_rig.h"
#include "tests/worker/feeds/feed_helpers.h"
#include "worker/falco/falco_version.h"

namespace bench {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

// Of the release, with these arguments and --version.
absl::StatusOr<std::string> Version(const std::string& release, std::vector<std::string> argv) {
  FakeFalcoPlay play;
  play.Set("VERSION", release);
  argv.insert(argv.begin(), BENCH_BIN_DIR "/fake-falco");
  argv.emplace_back("--version");
  return CaptureOutput(argv, kLong);
}

TEST(FakeFalco, TakesWhatItsReleaseTakes) {
  const struct {
    std::string release;
    std::vector<std::string> arguments;
    std::string printed;
  } kTaken[] = {
      {"0.22.0", {"-s", "x", "--stats_interval", "200"}, "Driver version: "},
      {"0.28.0", {"-s", "x", "--stats-interval=200"}, "Driver version: "},
      {"0.33.1", {"-o", "json_output=true"}, "Libs version:  0.9.2"},
      {"0.34.1", {"-o", "json_output=true"}, R"({"default_driver_version":)"},
      {"0.35.1", {"-s", "x"}, "Engine:        17"},
      {"0.40.0", {"-A", "-o", "no.such.key=1"}, "Engine:        0.46.0"},
      {"0.44.1", {"-o", "base_syscalls={custom_set: [\"!read\"], repair: true}"}, "Falco version"},
      {"0.44.1", {"-o", "grpc.enabled=true", "-U"}, "Falco version: 0.44.1"},
  };
  for (const auto& taken : kTaken) {
    auto printed = Version(taken.release, taken.arguments);
    ASSERT_TRUE(printed.ok()) << taken.release << ": " << printed.status();
    EXPECT_THAT(*printed, HasSubstr(taken.printed)) << taken.release;
    EXPECT_EQ(ParseFalcoVersion(*printed)->falco, taken.release);
  }
}

TEST(FakeFalco, RefusesWhatItsReleaseRefuses) {
  const struct {
    std::string release;
    std::vector<std::string> arguments;
    std::string words;
  } kRefused[] = {
      {"0.28.0", {"--stats_interval", "200"}, "unrecognized option '--stats_interval'"},
      {"0.36.0", {"-s", "x"}, "does not exist"},
      {"0.41.0", {"-A"}, "does not exist"},
      {"0.44.1", {"-o", "json_output"}, "Must be of the form key=val"},
      {"0.44.1", {"-o", "metrics.interval=99ms"}, "minimum value of 100ms"},
      {"0.44.1", {"-o", "file_output.enabled=true"}, "no filename"},
      {"0.44.1", {"-o", "http_output.enabled=true"}, "no url"},
      {"0.44.1", {"-c", "/absent"}, "Could not find configuration file at /absent"},
  };
  for (const auto& refused : kRefused) {
    const absl::Status status = Version(refused.release, refused.arguments).status();
    EXPECT_TRUE(absl::IsFailedPrecondition(status)) << refused.release << " " << refused.words;
    EXPECT_THAT(std::string(status.message()), HasSubstr(refused.words));
  }
}

TEST(FakeFalco, ServesThePagesOfItsRelease) {
  for (const bool knows_versions : {false, true}) {
    FakeFalcoPlay play;
    play.Set("VERSION", knows_versions ? "0.34.1" : "0.33.1");
    FakeFalcoRig rig;
    const int port = FreePort();
    FakeFalcoRig::Interfaces interfaces;
    interfaces.config = absl::StrCat("metrics: {enabled: true}\nwebserver: {enabled: true, ",
                                     "listen_port: ", port, ", prometheus_metrics_enabled: true}");
    rig.Start(interfaces);
    ASSERT_FALSE(HasFailure());
    httplib::Client client("127.0.0.1", port);
    ASSERT_TRUE(WaitUntil([&] { return static_cast<bool>(client.Get("/healthz")); }));
    EXPECT_EQ(client.Get("/healthz")->body, R"({"status": "ok"})");
    EXPECT_EQ(client.Get("/metrics")->status, 404);  // not before 0.38
    const httplib::Result versions = client.Get("/versions");
    EXPECT_EQ(versions->status, knows_versions ? 200 : 404);
    if (knows_versions) {
      EXPECT_EQ(ParseFalcoVersion(versions->body)->falco, "0.34.1");
    }
  }
}

TEST(FakeFalco, BuffersItsAlertFileAsItsReleaseDoes) {
  const struct {
    std::string release;
    std::vector<std::string> arguments;
    bool buffered;
  } kCases[] = {{"0.43.0", {}, true},
                {"0.43.0", {"-U"}, false},
                {"0.44.1", {}, false},
                {"0.44.1", {"-o", "buffered_outputs=true"}, true}};
  constexpr uintmax_t kBlockBytes = 8191;
  for (const auto& each : kCases) {
    FakeFalcoPlay play;
    play.Set("VERSION", each.release);
    play.Set("ALERTS_PER_SEC", "50");
    FakeFalcoRig rig;
    const std::string path = rig.dir() / "alerts";
    FakeFalcoRig::Interfaces interfaces;
    interfaces.config = absl::StrCat("json_output: true\nfile_output: {enabled: true, ",
                                     "keep_alive: true, filename: ", path, "}\n");
    interfaces.arguments = each.arguments;
    rig.Start(interfaces);
    ASSERT_FALSE(HasFailure());
    uintmax_t bytes = 0;
    std::error_code none_yet;
    ASSERT_TRUE(WaitUntil([&] {
      bytes = std::filesystem::file_size(path, none_yet);
      return !none_yet && bytes > 0;
    }));
    EXPECT_EQ(bytes >= kBlockBytes, each.buffered) << each.release << " " << bytes;
  }
}

TEST(FakeFalco, PostsItsAlertsOverOneConnection) {
  absl::Mutex mutex;
  std::set<int> connections;
  httplib::Request last;
  std::atomic<int> posted = 0;
  httplib::Server server;
  server.set_keep_alive_max_count(1000);
  server.Post("/alert", [&](const httplib::Request& request, httplib::Response&) {
    absl::MutexLock lock(&mutex);
    connections.insert(request.remote_port);
    last = request;
    ++posted;
  });
  const int port = server.bind_to_any_port("127.0.0.1");
  std::thread serving([&] { server.listen_after_bind(); });
  EXPECT_TRUE(WaitUntil([&] { return server.is_running(); }));
  FakeFalcoPlay play;
  play.Set("ALERTS_PER_SEC", "500");
  {
    FakeFalcoRig rig;
    FakeFalcoRig::Interfaces interfaces;
    interfaces.config = absl::StrCat("json_output: true\nhttp_output: {enabled: true, ",
                                     "url: \"http://127.0.0.1:", port, "/alert\"}\n");
    rig.Start(interfaces);
    EXPECT_TRUE(WaitUntil([&] { return posted >= 300; }));
  }
  server.stop();
  serving.join();
  EXPECT_THAT(connections, SizeIs(1));
  EXPECT_EQ(last.get_header_value("User-Agent"), "falcosecurity/falco");
  EXPECT_EQ(last.get_header_value("Content-Type"), "application/json");
  EXPECT_THAT(last.body, HasSubstr(R"("rule":"Read sensitive file untrusted")"));
}

}  // namespace
}  // namespace bench
