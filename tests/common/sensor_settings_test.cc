#include "common/settings/sensor_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace bench {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::string Refusal(const SettingsAxes& axes, const char* sensor = "falco") {
  return std::string(CheckSettingsAxes(axes, sensor, SettingFlag).message());
}

TEST(SensorSettings, AreWrittenAsTheFlagsTakeThem) {
  SensorSettings settings;
  EXPECT_EQ(SettingsText(settings), "");
  settings = {.driver = "kmod",
              .buffer_preset = 6,
              .cpus_per_buffer = kOneBufferForAllCpus,
              .rules = {"/a.yaml", "/b.yml"},
              .base_syscalls = "open+!mkdir+repair"};
  EXPECT_EQ(SettingsText(settings),
            "driver=kmod buffer-preset=6 cpus-per-buffer=all rules=/a.yaml+/b.yml "
            "base-syscalls=open+!mkdir+repair");
  EXPECT_EQ(SettingFlag(Setting::kCpusPerBuffer), "--cpus-per-buffer");
  EXPECT_EQ(SettingName(Setting::kCpusPerBuffer), "cpus_per_buffer");
}

TEST(BaseSyscalls, ArePartsJoinedByPlus) {
  auto parsed = ParseBaseSyscalls("read+!mkdir+all+repair");
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_THAT(parsed->custom_set, ElementsAre("read", "!mkdir"));
  EXPECT_TRUE(parsed->all);
  EXPECT_TRUE(parsed->repair);
  parsed = ParseBaseSyscalls("default");
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_THAT(parsed->custom_set, IsEmpty());
  EXPECT_FALSE(parsed->all);
  EXPECT_FALSE(parsed->repair);
}

TEST(BaseSyscalls, NothingElsePasses) {
  for (const char* wrong : {"", "+", "open+", "Open", "open,close", "default+repair", "!", "a\"b",
                            "a}b", "open close"}) {
    auto parsed = ParseBaseSyscalls(wrong);
    ASSERT_FALSE(parsed.ok()) << wrong;
    EXPECT_THAT(std::string(parsed.status().message()), HasSubstr("try repair")) << wrong;
  }
}

TEST(SettingsAxes, AcceptsWhatEachSensorHas) {
  EXPECT_EQ(Refusal({}), "");
  EXPECT_EQ(Refusal({}, "simulated"), "");
  EXPECT_EQ(Refusal({.driver = {"modern_ebpf"},
                     .buffer_preset = {0, 1, 10},
                     .cpus_per_buffer = {0, 1, kOneBufferForAllCpus},
                     .rules = {{}, {"/a.yaml"}, {"/a.yaml", "/b.yml"}},
                     .base_syscalls = {"", "default", "repair"}}),
            "");
  for (const char* sensor : {"auto", "reference"}) {
    EXPECT_EQ(Refusal({.buffer_preset = {4}, .cpus_per_buffer = {1}}, sensor), "");
  }
}

TEST(SettingsAxes, RefusesWhatCantBeAndNamesTheFlag) {
  const std::vector<std::pair<SettingsAxes, std::pair<const char*, const char*>>> cases = {
      {{.driver = {"gvisor"}}, {"--driver: ", "modern_ebpf, kmod, ebpf"}},
      {{.driver = {"kmod", "kmod"}}, {"--driver: ", "kmod is given twice"}},
      {{.buffer_preset = {11}}, {"--buffer-preset: ", "1 (1 MB) to 10"}},
      {{.buffer_preset = {-1}}, {"--buffer-preset: ", "1 (1 MB) to 10"}},
      {{.cpus_per_buffer = {-2}}, {"--cpus-per-buffer: ", "or all"}},
      {{.cpus_per_buffer = {2, 2}}, {"--cpus-per-buffer: ", "2 is given twice"}},
      {{.rules = {{"rules.yaml"}}}, {"--rules: ", "absolute path"}},
      {{.rules = {{"/etc/passwd"}}}, {"--rules: ", ".yaml or .yml"}},
      {{.rules = {{"/a\n.yaml"}}}, {"--rules: ", "absolute path"}},
      {{.rules = {{"/a.yaml"}, {"/a.yaml"}}}, {"--rules: ", "given twice"}},
      {{.base_syscalls = {"rm -rf"}}, {"--base-syscalls: ", "joined by '+'"}},
      {{.driver = {"modern_ebpf", "kmod"}, .cpus_per_buffer = {2}},
       {"--cpus-per-buffer: ", "kmod has a buffer for each CPU"}},
  };
  for (const auto& [axes, expected] : cases) {
    EXPECT_THAT(Refusal(axes), AllOf(StartsWith(expected.first), HasSubstr(expected.second)));
  }
}

TEST(SettingsAxes, RefusesWhatTheSensorDoesNotHave) {
  for (const char* sensor : {"auto", "reference", "simulated"}) {
    EXPECT_THAT(Refusal({.driver = {"kmod"}}, sensor), StartsWith("--driver: only for"));
    EXPECT_THAT(Refusal({.rules = {{"/a.yaml"}}}, sensor), StartsWith("--rules: only for"));
    EXPECT_THAT(Refusal({.base_syscalls = {"all"}}, sensor),
                StartsWith("--base-syscalls: only for --sensor falco"));
  }
  EXPECT_THAT(Refusal({.buffer_preset = {4}}, "simulated"), StartsWith("--buffer-preset: only"));
  EXPECT_THAT(std::string(CheckSettings({.driver = "kmod"}, "reference").message()),
              StartsWith("driver: only for --sensor falco"));
  EXPECT_TRUE(CheckSettings({}, "reference").ok());
}

TEST(SettingsAxes, MakeEachCombinationOnce) {
  EXPECT_THAT(ExpandSettings({}), ElementsAre(SensorSettings()));
  std::vector<std::string> texts;
  for (const SensorSettings& each :
       ExpandSettings({.driver = {"modern_ebpf", "kmod"}, .buffer_preset = {6, 0}})) {
    texts.push_back(SettingsText(each));
  }
  EXPECT_THAT(texts, ElementsAre("driver=modern_ebpf buffer-preset=6", "driver=modern_ebpf",
                                 "driver=kmod buffer-preset=6", "driver=kmod"));
}

}  // namespace
}  // namespace bench
