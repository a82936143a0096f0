// Why the limit is where it is. Pure. Never decides the verdict.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "worker/search/judge.h"
#include "worker/search/search_method.h"

namespace bench {

enum class Cause {
  kUnknown,       // also where others had the CPUs: the detail says so
  kCpuLimit,      // the sensor used up its CPU limit
  kSingleThread,  // one of its threads had a full core, below the limit
  kMemoryLimit,
  kRingBuffer,   // events were lost with CPU to spare: the ring can't hold the bursts
  kOutputQueue,  // alerts went missing behind the kernel
  kGenerator,
  kAction,  // the generator, held up by one slow action
};

absl::string_view CauseName(Cause cause);  // "CPU_LIMIT", …

struct CauseFinding {
  Cause cause = Cause::kUnknown;
  std::string detail;  // with the figures
};

// A judged trial, as the run keeps it.
struct JudgedTrial {
  TrialMeasurement measurement;
  Judgement judgement;
};

// `cpu_millis`: the sensor's limit; 0 = none. Looks at the trials at `upper`, or little above it:
// what limits far above may be something else.
CauseFinding FindCause(const SearchResult& result, int32_t cpu_millis,
                       const std::vector<JudgedTrial>& trials);

}  // namespace bench
