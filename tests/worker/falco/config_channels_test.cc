#include "worker/falco/config_channels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const FalcoVersion kNew = {.minor = 44};
const FalcoVersion kLegacy = {.minor = 33};

FalcoConfig FilesAlone() {
  FalcoConfig config;
  config.json_output = true;
  config.file_output = {.enabled = true, .keep_alive = true, .filename = "/alerts"};
  config.metrics = {
      .enabled = true, .interval = absl::Milliseconds(500), .output_file = "/metrics"};
  return config;
}

TEST(Channels, AFileIsTheBest) {
  EXPECT_EQ(CounterChannelOf(FilesAlone(), kNew), CounterChannel::kMetricsFile);
  EXPECT_THAT(AlertChannelsOf(FilesAlone(), kNew), ElementsAre(AlertChannel::kFile));
}

TEST(Channels, AFileThatIsWrittenInBlocksIsNone) {
  FalcoConfig config = FilesAlone();
  config.buffered_outputs = true;
  EXPECT_THAT(AlertChannelsOf(config, kNew), IsEmpty());
  // One that is opened for each alert has it when it is closed.
  config.file_output.keep_alive = false;
  EXPECT_THAT(AlertChannelsOf(config, kNew), ElementsAre(AlertChannel::kFile));
}

TEST(Channels, AlertsThatDoNotTellWhoseTheyAreAreNotRead) {
  FalcoConfig config = FilesAlone();
  config.json_tells_whose = false;
  EXPECT_THAT(AlertChannelsOf(config, kNew), IsEmpty());
  config.grpc.enabled = config.grpc.output_enabled = true;  // has the fields whatever the JSON has
  EXPECT_THAT(AlertChannelsOf(config, {.minor = 43}), ElementsAre(AlertChannel::kGrpc));
}

TEST(Channels, AreThoseThatTheReleaseHas) {
  FalcoConfig config = FilesAlone();
  config.stats_file = "/stats";
  EXPECT_EQ(CounterChannelOf(config, kNew), CounterChannel::kMetricsFile);
  EXPECT_EQ(CounterChannelOf(config, kLegacy), CounterChannel::kStatsFile);
  config.metrics.output_file.clear();
  config.webserver.enabled = config.webserver.prometheus = true;
  EXPECT_EQ(CounterChannelOf(config, kNew), CounterChannel::kPrometheus);
  EXPECT_EQ(CounterChannelOf(config, {.minor = 37}), CounterChannel::kNone);
  config.webserver.enabled = false;
  EXPECT_EQ(CounterChannelOf(config, kNew), CounterChannel::kNone);
  // A page is made when it is asked for, a file when its time has come.
  config.metrics.output_file = "/metrics";
  config.metrics.interval = absl::Minutes(15);
  EXPECT_EQ(CounterChannelOf(config, kNew), CounterChannel::kMetricsFile);
  config.webserver.enabled = true;
  EXPECT_EQ(CounterChannelOf(config, kNew), CounterChannel::kPrometheus);

  config.grpc.enabled = config.grpc.output_enabled = true;
  config.http_output = {.enabled = true, .url = "http://localhost:2801/"};
  EXPECT_THAT(AlertChannelsOf(config, {.minor = 43}),
              ElementsAre(AlertChannel::kFile, AlertChannel::kGrpc, AlertChannel::kHttp));
  EXPECT_THAT(AlertChannelsOf(config, kNew), ElementsAre(AlertChannel::kFile, AlertChannel::kHttp));
}

TEST(Channels, AnHttpUrlMustBeOfThisHost) {
  EXPECT_EQ(LocalHttpOf("http://127.0.0.1:2801/x").port, 2801);
  EXPECT_THAT(LocalHttpOf("http://127.0.0.1:2801/x").addresses, ElementsAre("127.0.0.1"));
  EXPECT_EQ(LocalHttpOf("http://[::1]:9").port, 9);
  EXPECT_THAT(LocalHttpOf("http://[::1]:9").addresses, ElementsAre("::1"));
  EXPECT_EQ(LocalHttpOf("http://localhost/").port, 80);
  EXPECT_FALSE(LocalHttpOf("http://localhost/").tls);
  EXPECT_TRUE(LocalHttpOf("https://localhost:2801").tls);
  EXPECT_EQ(LocalHttpOf("https://localhost/").port, 443);
  EXPECT_THAT(LocalHttpOf("http://localhost/").addresses, ElementsAre("127.0.0.1", "::1"));
  EXPECT_THAT(LocalHttpOf("http://0.0.0.0:1").addresses, ElementsAre("127.0.0.1"));
  for (const char* elsewhere :
       {"http://falcosidekick:2801", "http://127.0.0.1:0", "http://127.0.0.1:99999",
        "http://127.0.0.1x", "", "127.0.0.1:80"}) {
    EXPECT_EQ(LocalHttpOf(elsewhere).port, 0) << elsewhere;
  }
}

}  // namespace
}  // namespace bench
