#include "worker/falco/effective_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "worker/falco/falco_arguments.h"
#include "worker/falco/merged_config.h"

namespace bench {
namespace {

MergedConfig Merge(const std::string& text, const std::vector<std::string>& overrides = {}) {
  const auto read = [&text](const std::string& path) -> absl::StatusOr<std::vector<ConfigText>> {
    if (path == "/etc/falco/falco.yaml") return std::vector<ConfigText>{{path, text}};
    return std::vector<ConfigText>();
  };
  const auto merged = MergeConfig({.overrides = overrides}, {.minor = 44}, read);
  EXPECT_TRUE(merged.ok()) << merged.status();
  return merged.value_or(MergedConfig());
}

std::string Attached(const std::string& text, const std::vector<std::string>& overrides = {}) {
  return EffectiveConfigSha256(Merge(text, overrides), FalcoUse::kAttached);
}

std::string Started(const std::string& text) {
  return EffectiveConfigSha256(Merge(text), FalcoUse::kStarted);
}

TEST(EffectiveConfig, ItIsWhatFilesAndCommandLineComeToThatCounts) {
  const std::string plain = Attached("priority: debug\njson_output: true\n");
  EXPECT_EQ(plain.size(), 64u);
  EXPECT_EQ(Attached("# ours\njson_output: true\npriority:   'debug'\n"), plain);
  EXPECT_EQ(Attached("json_output: true\npriority: error\n", {"priority=debug"}), plain);
  EXPECT_NE(Attached("priority: debug\njson_output: true\n", {"priority=error"}), plain);
  EXPECT_NE(Attached("priority: debug\njson_output: true\n", {"outputs_queue.capacity=5"}), plain);
}

TEST(EffectiveConfig, WhatStandsInListsCountsToo) {
  const std::vector<std::string> texts = {
      "base_syscalls: {custom_set: [open], repair: false}",
      "base_syscalls: {custom_set: [open, close], repair: false}",
      "base_syscalls: {repair: false}",
      "plugins: [{name: k8s, init_config: {a: 1, b: [x, y]}}]",
      "plugins: [{name: k8s, init_config: {a: 1, b: ['x, y']}}]",
      "plugins: [{name: k8s, init_config: {a: 2, b: [x, y]}}]",
      "plugins: [{name: k8s}, {name: json}]",
      "plugins: [{name: json}, {name: k8s}]",
      "load_plugins: [k8s]",
      "rules: [{disable: {rule: '*'}}]",
  };
  for (const std::string& one : texts) {
    for (const std::string& other : texts) {
      EXPECT_EQ(Attached(one) == Attached(other), &one == &other) << one << "\n" << other;
      EXPECT_EQ(Started(one) == Started(other), &one == &other) << one << "\n" << other;
    }
  }
  EXPECT_EQ(Attached("plugins: [{init_config: {b: [x, y], a: 1}, name: k8s}]"), Attached(texts[3]));
}

TEST(EffectiveConfig, WhatIsComparedByItselfIsLeftOut) {
  const std::string plain = "priority: debug\n";
  for (const char* line :
       {"rules_files: [/r.yaml]", "rules_file: /r.yaml", "engine: {kind: kmod}",
        "config_files: [/etc/falco/config.d]", "engine: {modern_ebpf: {buf_size_preset: 6}}",
        "engine: {modern_ebpf: {cpus_for_each_buffer: 1}}", "syscall_buf_size_preset: 6"}) {
    EXPECT_EQ(Attached(plain + line), Attached(plain)) << line;
    EXPECT_EQ(Started(plain + line), Started(plain)) << line;
  }
  EXPECT_NE(Attached(plain + "engine: {ebpf: {probe: /p.o}}"), Attached(plain));
}

TEST(EffectiveConfig, ASectionThatIsSwitchedOffSaysNothing) {
  EXPECT_EQ(Attached("http_output: {enabled: false, url: 'http://a'}"),
            Attached("http_output: {enabled: false, url: 'http://b'}"));
  EXPECT_NE(Attached("http_output: {enabled: true, url: 'http://a'}"),
            Attached("http_output: {enabled: true, url: 'http://b'}"));
  EXPECT_NE(Attached("http_output: {enabled: true}"), Attached("http_output: {enabled: false}"));
}

TEST(EffectiveConfig, WhatAMeasurementSetsItselfIsLeftOutOfOneThatItStarts) {
  const std::string plain = "priority: debug\n";
  for (const char* line :
       {"json_output: true", "http_output: {enabled: true, url: 'http://a'}",
        "metrics: {enabled: false, interval: 1h, output_file: /m}", "webserver: {enabled: true}"}) {
    EXPECT_EQ(Started(plain + line), Started(plain)) << line;
    EXPECT_NE(Attached(plain + line), Attached(plain)) << line;
  }
  EXPECT_NE(Started(plain + "outputs_queue: {capacity: 5}"), Started(plain));
  EXPECT_NE(Started(plain), Attached(plain));  // its outputs are others
}

TEST(EffectiveConfig, ArgumentsThatNoChecksumCoversAreKept) {
  const FalcoArguments arguments = ParseFalcoArguments(
      {"falco", "-c", "/a.yaml", "-U", "--pidfile", "/run/x.pid", "-D", "Some Rule", "-o", "a=b",
       "-r", "/r", "--modern-bpf", "-s", "/tmp/stats", "-A", "-P/run/y.pid"});
  EXPECT_THAT(arguments.others, ::testing::ElementsAre("-U", "-D", "Some Rule", "-A"));
}

}  // namespace
}  // namespace bench
