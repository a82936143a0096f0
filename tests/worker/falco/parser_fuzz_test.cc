// A bounded fuzz run over the recorded samples, with a fixed seed: crashes, sanitizer reports and
// the checks of parser_fuzz.cc are what it can find.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/worker/falco/mutations.h"
#include "tests/worker/falco/testdata.h"

namespace bench {
namespace {

constexpr int kRuns = 60'000;

std::vector<std::string> Corpus() {
  std::vector<std::string> corpus;
  for (const char* file :
       {"metrics-idle-5lines.jsonl", "metrics-drop-5lines.jsonl", "metrics-reload-6lines.jsonl",
        "stdout-alerts-cap025.jsonl", "drop-alert.json", "timeouts-alert.json"}) {
    for (std::string& line : RecordedLines(file)) corpus.push_back(std::move(line));
  }
  corpus.push_back(Recorded("prometheus-idle.txt"));
  corpus.push_back(Recorded("prometheus-under-drop.txt"));
  corpus.emplace_back(
      R"({"sample": 2, "cur": {"events": 51, "drops": 7, "preemptions": 2}, "delta": )"
      R"({"events": 9, "drops": 1, "preemptions": 1}, "drop_pct": 13.3},)");
  corpus.emplace_back(
      R"({"sample":1,"syscall":{"cur":{"drop_pct":0.1,"drops":7,"events":51,"preemptions":2}}})");
  corpus.emplace_back(R"(falcosecurity_scap_n_evts_total 7
falcosecurity_scap_n_drops_buffer_total{dir="exit",drop="open"} 3
falcosecurity_scap_n_drops_total 5 1795338821938
falcosecurity_falco_rules_matches_total{rule_name="A \"b\" c",source="syscall"} 1e3
)");
  corpus.push_back(Recorded("version-0.44.1.txt"));
  corpus.push_back(Recorded("version-0.44.1.json"));
  corpus.emplace_back("2026-11-22T09:13:46.772314796Z");
  return corpus;
}

TEST(ParserFuzz, SurvivesMutatedSamples) {
  static constexpr const char* kPieces[] = {"\"",
                                            "\\",
                                            "{",
                                            "}",
                                            "[",
                                            "]",
                                            ":",
                                            ",",
                                            "\n",
                                            "-1",
                                            "1e999",
                                            "null",
                                            "true",
                                            "\\u0000",
                                            "\xff",
                                            "\xf0\x9f",
                                            "9999999999999999999999",
                                            " NaN\n",
                                            "falcosecurity_scap_n_evts_total "};
  FuzzWithMutations(Corpus(), kPieces, kRuns);
}

}  // namespace
}  // namespace bench
