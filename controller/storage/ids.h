#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace bench {

// Short ids that sort by when they were made: "c-20261122-c3k09x2d" is the date in UTC, then 4
// characters of the time of day (eighths of a second) and 4 of chance. Ids of one generator never
// repeat and always ascend, however fast they are made or how the clock jumps. Not thread-safe.
class IdGenerator {
 public:
  // `random` returns any 64 bits.
  explicit IdGenerator(std::function<uint64_t()> random) : random_(std::move(random)) {}
  std::string Next(absl::string_view prefix, absl::Time now);

 private:
  const std::function<uint64_t()> random_;
  uint64_t last_ = 0;  // eighths of a second since 1970, then 20 bits of chance or count
};

// From the kernel's random numbers.
IdGenerator RandomIdGenerator();

}  // namespace bench
