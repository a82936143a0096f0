#include "worker/search/cause.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_format.h"
#include "common/units/quantity.h"
#include "worker/search/slow_action.h"

namespace bench {
namespace {

// A sensor that is at its limit is not at it in every moment of a trial.
constexpr double kFullShare = 0.85;
constexpr double kManyThrottledPeriods = 0.5;

struct Overload {
  int trials = 0;
  int output_trials = 0;
  double cpu_cores = 0;
  double throttled_ratio = 0;
  double max_thread_cores = 0;
  double loss = 0;
};

Overload AverageOverload(double upper_syscalls_per_sec, const std::vector<JudgedTrial>& trials) {
  Overload overload;
  for (const JudgedTrial& trial : trials) {
    const TrialMeasurement& m = trial.measurement;
    TrialClass trial_class = trial.judgement.trial_class;
    if (m.request.syscalls_per_sec < upper_syscalls_per_sec * 0.999) continue;
    if (trial_class == TrialClass::kOutput) ++overload.output_trials;
    if (trial_class != TrialClass::kBad && trial_class != TrialClass::kStrongBad) continue;
    ++overload.trials;
    overload.cpu_cores += m.cpu_cores;
    overload.throttled_ratio += m.cpu_throttled_ratio;
    overload.max_thread_cores += m.max_thread_cores;
    if (m.events > 0) overload.loss += static_cast<double>(m.drops) / static_cast<double>(m.events);
  }
  if (overload.trials > 0) {
    overload.cpu_cores /= overload.trials;
    overload.throttled_ratio /= overload.trials;
    overload.max_thread_cores /= overload.trials;
    overload.loss /= overload.trials;
  }
  return overload;
}

// By the last trial in which it fell short.
CauseFinding GeneratorCause(const std::vector<JudgedTrial>& trials) {
  CauseFinding finding = {Cause::kGenerator,
                          "the generator could make no more load; the sensor kept up"};
  for (const JudgedTrial& trial : trials) {
    if (trial.judgement.trial_class != TrialClass::kGenerator) continue;
    const TrialMeasurement& m = trial.measurement;
    std::optional<SlowAction> slow = FindSlowAction(m.action_times, m.achieved_syscalls_per_sec);
    if (!slow) continue;
    finding = {
        Cause::kAction,
        absl::StrFormat("%s took %.0f us a run, %s of the generator's time; without it "
                        "about %s syscalls/s could be made (choose others with --actions or --mix)",
                        slow->action, slow->mean_us, FormatPercent(slow->time_share),
                        FormatRate(slow->syscalls_per_sec_without))};
  }
  return finding;
}

}  // namespace

absl::string_view CauseName(Cause cause) {
  switch (cause) {
    case Cause::kUnknown:
      return "UNKNOWN";
    case Cause::kCpuLimit:
      return "CPU_LIMIT";
    case Cause::kSingleThread:
      return "SINGLE_THREAD";
    case Cause::kMemoryLimit:
      return "MEMORY_LIMIT";
    case Cause::kRingBuffer:
      return "RING_BUFFER";
    case Cause::kOutputQueue:
      return "OUTPUT_QUEUE";
    case Cause::kGenerator:
      return "GENERATOR";
    case Cause::kAction:
      return "ACTION";
  }
  return "UNKNOWN";
}

CauseFinding FindCause(const SearchResult& result, int32_t cpu_millis,
                       const std::vector<JudgedTrial>& trials) {
  if (result.verdict == Verdict::kOutOfMemory) {
    return {Cause::kMemoryLimit, "the kernel killed the sensor at its memory limit"};
  }
  if (result.verdict == Verdict::kGeneratorBound) {
    return GeneratorCause(trials);
  }
  if (result.upper_syscalls_per_sec <= 0) return {};
  Overload overload = AverageOverload(result.upper_syscalls_per_sec, trials);
  if (overload.trials == 0) {
    if (overload.output_trials > 0) {
      return {Cause::kOutputQueue, "alerts went missing while the kernel dropped no event"};
    }
    return {};
  }
  double limit_cores = cpu_millis / 1000.0;
  if (cpu_millis > 0 && (overload.cpu_cores >= kFullShare * limit_cores ||
                         overload.throttled_ratio >= kManyThrottledPeriods)) {
    return {
        Cause::kCpuLimit,
        absl::StrFormat("overloaded, it used %.2f cores of %.2f and was throttled in %s of "
                        "the periods",
                        overload.cpu_cores, limit_cores, FormatPercent(overload.throttled_ratio))};
  }
  if (overload.max_thread_cores >= kFullShare) {
    return {Cause::kSingleThread,
            absl::StrFormat("one thread used %.2f of a core, %s: more CPU would not help",
                            overload.max_thread_cores,
                            cpu_millis > 0 ? absl::StrFormat("below the limit of %.2f", limit_cores)
                                           : "without a limit")};
  }
  if (overload.loss > 0) {
    return {Cause::kRingBuffer,
            absl::StrFormat("lost %s of the events with CPU to spare (%.2f cores used): a larger "
                            "buffer may help",
                            FormatPercent(overload.loss), overload.cpu_cores)};
  }
  return {};
}

}  // namespace bench
