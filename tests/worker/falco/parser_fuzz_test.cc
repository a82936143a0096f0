// A bounded fuzz run over the recorded samples, with a fixed seed: crashes, sanitizer reports and
// the checks of parser_fuzz.cc are what it can find.
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "tests/worker/falco/testdata.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

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

class Mutator {
 public:
  explicit Mutator(uint64_t seed) : random_(seed) {}

  size_t Below(size_t bound) { return bound == 0 ? 0 : random_() % bound; }

  void Mutate(std::string& text, const std::string& other) {
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
    const size_t at = Below(text.size());
    switch (Below(6)) {
      case 0:
        if (!text.empty()) text[at] = static_cast<char>(random_());
        break;
      case 1:
        text.insert(at, kPieces[Below(std::size(kPieces))]);
        break;
      case 2:
        text.erase(at, Below(40));
        break;
      case 3:
        text.insert(at, text.substr(Below(text.size()), Below(60)));
        break;
      case 4:
        text.resize(at);
        break;
      default:
        text.insert(at, other.substr(Below(other.size()), Below(200)));
    }
  }

 private:
  std::mt19937_64 random_;
};

TEST(ParserFuzz, SurvivesMutatedSamples) {
  const std::vector<std::string> corpus = Corpus();
  Mutator mutator(20261122);
  for (int run = 0; run < kRuns; ++run) {
    std::string text = corpus[mutator.Below(corpus.size())];
    for (size_t n = mutator.Below(8) + 1; n > 0; --n) {
      mutator.Mutate(text, corpus[mutator.Below(corpus.size())]);
    }
    ASSERT_EQ(LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(text.data()), text.size()),
              0);
  }
}

}  // namespace
}  // namespace bench
