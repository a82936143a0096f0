#include "worker/falco/config_faults.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bench {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr FalcoVersion kNew = {.minor = 44};
constexpr FalcoVersion kLegacy = {.minor = 33};

// A Falco that can be attached to without a word.
FalcoConfig Good() {
  FalcoConfig config;
  config.json_output = true;
  config.watch_config_files = false;
  config.rule_matching = "all";
  config.outputs_capacity = 1000;
  config.file_output = {.enabled = true, .keep_alive = true, .filename = "/alerts"};
  config.metrics = {.enabled = true,
                    .interval = absl::Milliseconds(500),
                    .output_file = "/metrics",
                    .rules_counters = true,
                    .kernel_event_counters = true};
  return config;
}

std::vector<std::string> Ids(const FalcoConfig& config, const FalcoVersion& version = kNew,
                             FalcoUse use = FalcoUse::kAttached) {
  std::vector<std::string> ids;
  for (const ConfigFault& fault : FindConfigFaults(config, version, use)) {
    EXPECT_FALSE(fault.seen.empty());
    EXPECT_FALSE(fault.lines.empty());
    ids.push_back(fault.id);
  }
  return ids;
}

TEST(ConfigFaults, AWellConfiguredFalcoHasNone) {
  EXPECT_THAT(Ids(Good()), IsEmpty());
  EXPECT_EQ(CounterChannelOf(Good(), kNew), CounterChannel::kMetricsFile);
  EXPECT_THAT(AlertChannelsOf(Good(), kNew), ElementsAre(AlertChannel::kFile));
}

TEST(ConfigFaults, FalcosOwnDefaultsTellNoCounters) {
  const std::vector<ConfigFault> faults =
      FindConfigFaults(FalcoConfig(), kNew, FalcoUse::kAttached);
  ASSERT_FALSE(faults.empty());
  EXPECT_STREQ(faults[0].id, "counters");
  EXPECT_TRUE(faults[0].fatal);
  EXPECT_THAT(faults[0].lines, testing::HasSubstr("output_file"));
  EXPECT_THAT(FindConfigFaults(FalcoConfig(), kLegacy, FalcoUse::kAttached)[0].lines,
              testing::HasSubstr("-s "));
}

TEST(ConfigFaults, OfOneThatWeStartOnlyWhatOurOverridesLeave) {
  EXPECT_THAT(Ids(FalcoConfig(), kNew, FalcoUse::kStarted),
              ElementsAre("output_queue", "rule_matching"));
}

struct Case {
  const char* id;
  void (*spoil)(FalcoConfig* config);
  FalcoVersion version = kNew;
};

TEST(ConfigFaults, EachIsFound) {
  const Case cases[] = {
      {"counter_interval", [](FalcoConfig* c) { c->metrics.interval = absl::Minutes(15); }},
      {"slow_counters", [](FalcoConfig* c) { c->metrics.interval = absl::Seconds(3); }},
      {"kernel_counters", [](FalcoConfig* c) { c->metrics.kernel_event_counters = false; }},
      {"alerts", [](FalcoConfig* c) { c->json_output = false; }},
      {"alerts", [](FalcoConfig* c) { c->file_output.enabled = false; }},
      {"no_alerts",
       [](FalcoConfig* c) {
         c->json_output = false;
         c->metrics.rules_counters = false;
       }},
      {"keep_alive", [](FalcoConfig* c) { c->file_output.keep_alive = false; }},
      {"throttled_alerts", [](FalcoConfig* c) { c->outputs_per_sec = 1; }, {.minor = 36}},
      {"output_queue", [](FalcoConfig* c) { c->outputs_capacity = 0; }},
      {"reload", [](FalcoConfig* c) { c->watch_config_files = true; }},
      {"rule_matching", [](FalcoConfig* c) { c->rule_matching = "first"; }},
      {"priority", [](FalcoConfig* c) { c->priority = "Critical"; }},
      {"buffered", [](FalcoConfig* c) { c->buffered_outputs = true; }},
  };
  for (const Case& each : cases) {
    FalcoConfig config = Good();
    EXPECT_THAT(Ids(config, each.version), Not(Contains(each.id)));
    each.spoil(&config);
    EXPECT_THAT(Ids(config, each.version), ElementsAre(each.id));
  }
}

TEST(Channels, AreThoseThatTheReleaseHas) {
  FalcoConfig config = Good();
  config.stats_file = "/stats";
  EXPECT_EQ(CounterChannelOf(config, kNew), CounterChannel::kMetricsFile);
  EXPECT_EQ(CounterChannelOf(config, kLegacy), CounterChannel::kStatsFile);
  config.metrics.output_file.clear();
  config.webserver.enabled = config.webserver.prometheus = true;
  EXPECT_EQ(CounterChannelOf(config, kNew), CounterChannel::kPrometheus);
  EXPECT_EQ(CounterChannelOf(config, {.minor = 37}), CounterChannel::kNone);
  config.webserver.enabled = false;
  EXPECT_EQ(CounterChannelOf(config, kNew), CounterChannel::kNone);

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
  EXPECT_THAT(LocalHttpOf("http://localhost/").addresses, ElementsAre("127.0.0.1", "::1"));
  EXPECT_THAT(LocalHttpOf("http://0.0.0.0:1").addresses, ElementsAre("127.0.0.1"));
  for (const char* elsewhere :
       {"http://falcosidekick:2801", "https://127.0.0.1:1", "http://127.0.0.1:0",
        "http://127.0.0.1:99999", "http://127.0.0.1x", "", "127.0.0.1:80"}) {
    EXPECT_EQ(LocalHttpOf(elsewhere).port, 0) << elsewhere;
  }
}

TEST(ConfigFaults, AChannelThatIsNotReadTellsNothing) {
  const std::vector<ConfigFault> faults = FindConfigFaultsOfAttached(Good(), kNew, false);
  ASSERT_EQ(faults.size(), 1);
  EXPECT_STREQ(faults[0].id, "alerts");
  EXPECT_THAT(FindConfigFaultsOfAttached(Good(), kNew, true), IsEmpty());
}

}  // namespace
}  // namespace bench
