// A bounded fuzz run over configurations, with a fixed seed: crashes, sanitizer reports, endless
// files and the checks of config_fuzz.cc are what it can find.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/worker/falco/mutations.h"

namespace bench {
namespace {

constexpr int kRuns = 4'000;

TEST(ConfigFuzz, SurvivesMutatedConfigurations) {
  const std::vector<std::string> corpus = {
      ("config_files: [/a, {path: /b, strategy: add-only}]\nmetrics: &m {enabled: true, interval: "
       "1h30m, output_file: '${A}/m'}\nengine: {kind: modern_ebpf, ring: *m}\n"),
      ("json_output: true\nfile_output:\n  enabled: true\n  keep_alive: true\n  filename: /x\n"
       "outputs: {rate: 1, max_burst: 1000}\nrules_files:\n  - /r1\n  - /r2\n"),
      ("grpc: {enabled: true, bind_address: 'unix:///run/f.sock'}\ngrpc_output: {enabled: true}\n"
       "http_output: {enabled: true, url: 'http://[::1]:2801'}\n"),
      "metrics.interval=500ms",
      "config_files[]=/etc/more.yaml",
      "metrics={enabled: true}",
      "15m",
      "1w2d3h",
      "${B}$${C}"};
  static constexpr const char* kPieces[] = {"{",
                                            "}",
                                            "[",
                                            "]",
                                            ": ",
                                            "- ",
                                            "\n",
                                            "\n  ",
                                            "&a ",
                                            "*a",
                                            "<<: *m",
                                            "!!binary ",
                                            "${",
                                            "}",
                                            "'",
                                            "\"",
                                            "#",
                                            "config_files: ",
                                            "metrics: ",
                                            "=",
                                            "[]",
                                            "\xff",
                                            "99999999999999999999"};
  FuzzWithMutations(corpus, kPieces, kRuns);
}

// Each level is ten times the one before.
TEST(ConfigFuzz, AliasesDontMakeASmallFileEndless) {
  for (const char* leaf : {"{}", "1", "[1, 1]"}) {
    std::string text = absl::StrCat("a0: &a0 ", leaf, "\n");
    for (int level = 1; level <= 9; ++level) {
      absl::StrAppend(&text, "a", level, ": &a", level, " {");
      for (int n = 0; n < 10; ++n) absl::StrAppend(&text, "k", n, ": *a", level - 1, ", ");
      absl::StrAppend(&text, "}\n");
    }
    EXPECT_EQ(LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(text.data()), text.size()),
              0);
  }
}

}  // namespace
}  // namespace bench
