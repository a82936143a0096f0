#include "benchctl/view/yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include "bench/v1/model.pb.h"

namespace bench {
namespace {

using ::testing::HasSubstr;

// yaml-cpp tags what stood in quotes with "!".
bool IsQuoted(const YAML::Node& node) {
  return node.Tag() == "!";
}

TEST(Yaml, TellsWhatTheJsonTells) {
  v1::Manifest manifest;
  manifest.mutable_sensor()->set_kind("falco");
  manifest.set_cpus(2);
  manifest.set_steal_ratio(0.25);
  manifest.set_smt_active(true);
  manifest.add_rules_files()->set_path("/etc/falco/falco_rules.yaml");
  manifest.add_rules_files()->set_path("/etc/falco/rules: of \"mine\".yaml");
  const YAML::Node read = YAML::Load(RenderYaml(manifest));
  EXPECT_EQ(read["sensor"]["kind"].as<std::string>(), "falco");
  EXPECT_EQ(read["cpus"].as<int>(), 2);
  EXPECT_EQ(read["steal_ratio"].as<double>(), 0.25);
  EXPECT_TRUE(read["smt_active"].as<bool>());
  ASSERT_EQ(read["rules_files"].size(), 2);
  EXPECT_EQ(read["rules_files"][1]["path"].as<std::string>(), "/etc/falco/rules: of \"mine\".yaml");
}

TEST(Yaml, AStringThatLooksLikeSomethingElseStaysAString) {
  for (const char* text : {"", "1", "0.44", "1e3", "2026-01-02", "0x10", "yes", "OFF", "~", "null",
                           "True", "n", ".5", "-", "#x", "a: b", " a", "line\nbreak"}) {
    v1::Manifest manifest;
    manifest.set_kernel(text);
    const std::string yaml = RenderYaml(manifest);
    const YAML::Node kernel = YAML::Load(yaml)["kernel"];
    EXPECT_EQ(kernel.as<std::string>(), text) << yaml;
    EXPECT_TRUE(IsQuoted(kernel)) << yaml;
  }
}

TEST(Yaml, AnEmptyListStandsOnTheLineOfItsName) {
  EXPECT_THAT(RenderYaml(v1::Manifest()), HasSubstr("\nrules_files: []\n"));
}

TEST(Yaml, AWordStandsWithoutQuotesAndANumberToo) {
  v1::Manifest manifest;
  manifest.set_governor("performance");
  manifest.set_cpus(2);
  EXPECT_THAT(RenderYaml(manifest), HasSubstr("\ngovernor: performance\n"));
  EXPECT_THAT(RenderYaml(manifest), HasSubstr("\ncpus: 2\n"));
}

}  // namespace
}  // namespace bench
