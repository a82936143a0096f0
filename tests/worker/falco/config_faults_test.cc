#include "worker/falco/config_faults.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bench {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

const FalcoVersion kNew = {.minor = 44};
const FalcoVersion kLegacy = {.minor = 33};

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
    EXPECT_FALSE(fault.mend.empty());
    ids.push_back(fault.id);
  }
  return ids;
}

TEST(ConfigFaults, AWellConfiguredFalcoHasNone) {
  EXPECT_THAT(Ids(Good()), IsEmpty());
}

TEST(ConfigFaults, FalcosOwnDefaultsTellNoCounters) {
  const std::vector<ConfigFault> faults =
      FindConfigFaults(FalcoConfig(), kNew, FalcoUse::kAttached);
  ASSERT_FALSE(faults.empty());
  EXPECT_STREQ(faults[0].id, "counters");
  EXPECT_TRUE(faults[0].fatal);
  EXPECT_THAT(faults[0].mend, testing::HasSubstr("output_file"));
  EXPECT_THAT(FindConfigFaults(FalcoConfig(), kLegacy, FalcoUse::kAttached)[0].mend,
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
      {"alerts", [](FalcoConfig* c) { c->json_tells_whose = false; }},
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
      {"buffered", [](FalcoConfig* c) { c->buffered_outputs = true; }, {.minor = 43}},
  };
  for (const Case& each : cases) {
    FalcoConfig config = Good();
    EXPECT_THAT(Ids(config, each.version), Not(Contains(each.id)));
    each.spoil(&config);
    EXPECT_THAT(Ids(config, each.version), ElementsAre(each.id));
  }
}

ConfigFault OnlyFault(const FalcoConfig& config, const FalcoVersion& version) {
  std::vector<ConfigFault> faults = FindConfigFaults(config, version, FalcoUse::kAttached);
  EXPECT_EQ(faults.size(), 1);
  return faults.empty() ? ConfigFault() : faults.front();
}

TEST(ConfigFaults, AMendSaysWhereItGoes) {
  FalcoConfig config = Good();
  config.buffered_outputs = true;
  EXPECT_EQ(OnlyFault(config, kNew).mend, "in its falco.yaml: buffered_outputs: false");
  EXPECT_EQ(OnlyFault(config, {.minor = 43}).mend, "on its command line: -U");
  config.file_output.enabled = false;
  EXPECT_THAT(OnlyFault(config, {.minor = 43}).mend,
              testing::AllOf(testing::StartsWith("in its falco.yaml: json_output"),
                             testing::EndsWith("and on its command line: -U")));
  config = Good();
  config.stats_file = "/stats";  // read every 5 s
  config.metrics.rules_counters = false;
  EXPECT_EQ(OnlyFault(config, kLegacy).mend, "on its command line: --stats-interval 1000");
}

TEST(ConfigFaults, ABufferedFileIsNotReadAndThatIsSaid) {
  FalcoConfig config = Good();
  config.buffered_outputs = true;
  EXPECT_THAT(OnlyFault(config, kNew).seen, testing::HasSubstr("counted by its rule counters"));
  config.metrics.rules_counters = false;
  EXPECT_THAT(OnlyFault(config, kNew).seen, testing::HasSubstr("lost alerts won't show"));
  // One that is opened for each alert has it when it is closed.
  config.file_output.keep_alive = false;
  EXPECT_THAT(Ids(config), IsEmpty());
}

TEST(ConfigFaults, ARateThatNoFalcoReachesThrottlesNothing) {
  const FalcoVersion throttling = {.minor = 36};
  FalcoConfig config = Good();
  config.outputs_per_sec = 1e6;
  EXPECT_THAT(Ids(config, throttling), IsEmpty());
  config.outputs_per_sec = 20e3;
  EXPECT_THAT(OnlyFault(config, throttling).seen, testing::HasSubstr("alerts to 20000/s"));
}

TEST(ConfigFaults, APageThatIsOutOfReachIsNotCalledMissing) {
  FalcoConfig config = Good();
  config.metrics.output_file.clear();
  config.webserver.enabled = config.webserver.prometheus = config.own_network = true;
  EXPECT_STREQ(OnlyFault(config, kNew).id, "counters");
  EXPECT_THAT(OnlyFault(config, kNew).seen, testing::HasSubstr("another network namespace"));
  config.own_network = false;
  EXPECT_THAT(Ids(config), IsEmpty());
}

TEST(ConfigFaults, AChannelThatIsNotReadTellsNothing) {
  const std::vector<ConfigFault> faults = FindConfigFaultsOfAttached(Good(), kNew, false);
  ASSERT_EQ(faults.size(), 1);
  EXPECT_STREQ(faults[0].id, "alerts");
  EXPECT_THAT(FindConfigFaultsOfAttached(Good(), kNew, true), IsEmpty());
}

}  // namespace
}  // namespace bench
