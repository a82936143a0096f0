// A bounded fuzz run without libFuzzer: samples, mutated with a fixed seed.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "absl/types/span.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace bench {

class Mutator {
 public:
  Mutator(uint64_t seed, absl::Span<const char* const> pieces) : random_(seed), pieces_(pieces) {}

  size_t Below(size_t bound) { return bound == 0 ? 0 : random_() % bound; }

  void Mutate(std::string& text, const std::string& other) {
    const size_t at = Below(text.size());
    switch (Below(6)) {
      case 0:
        if (!text.empty()) text[at] = static_cast<char>(random_());
        break;
      case 1:
        text.insert(at, pieces_[Below(pieces_.size())]);
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
  const absl::Span<const char* const> pieces_;
};

// `pieces`: what is put in here and there.
inline void FuzzWithMutations(const std::vector<std::string>& corpus,
                              absl::Span<const char* const> pieces, int runs) {
  Mutator mutator(20261122, pieces);
  for (int run = 0; run < runs; ++run) {
    std::string text = corpus[mutator.Below(corpus.size())];
    for (size_t n = mutator.Below(8) + 1; n > 0; --n) {
      mutator.Mutate(text, corpus[mutator.Below(corpus.size())]);
    }
    ASSERT_EQ(LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(text.data()), text.size()),
              0);
  }
}

}  // namespace bench
