#include "worker/search/cause.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "absl/strings/str_format.h"
#include "common/units/quantity.h"
#include "worker/search/cpu_shortage.h"
#include "worker/search/slow_action.h"

namespace bench {
namespace {

// Of the rates above `upper`.
constexpr double kNear = 1.25;
constexpr double kRounding = 0.999;

// An alert in Falco's output queue is its text and its fields, kilobytes. What a sensor's memory
// grows by otherwise in some seconds, its tables of processes and files, is less than the floor.
constexpr double kLeastQueuedAlertBytes = 500;
constexpr double kLeastQueueBytes = 4 << 20;

// Late alerts without a drop, and memory that grew by as much as they take: they wait behind the
// kernel. A backlog in the ring takes no memory of its own.
bool GrewOutputQueue(const TrialMeasurement& trial) {
  const double seconds = absl::ToDoubleSeconds(trial.duration);
  if (trial.drops > 0 || trial.lag.count == 0 || seconds <= 0) return false;
  const double alerts_per_sec = static_cast<double>(trial.alerts_received) / seconds;
  const double waiting = alerts_per_sec * trial.lag.end_ms / 1000;
  return static_cast<double>(trial.resident_growth_bytes) >=
         std::max(kLeastQueueBytes, waiting * kLeastQueuedAlertBytes);
}

struct Overload {
  int trials = 0;
  int output_trials = 0;
  const JudgedTrial* death = nullptr;  // the one at the lowest rate
  bool dies_first = false;             // at no lower rate was a trial bad
  int queue_growths = 0;
  int64_t queue_bytes = 0;  // the most
  CpuUse cpu;
  double loss = 0;
};

bool SpeaksAgainstSensor(TrialClass trial_class) {
  return trial_class == TrialClass::kBad || trial_class == TrialClass::kStrongBad ||
         trial_class == TrialClass::kOutput || trial_class == TrialClass::kOom;
}

// Of what a rate was tried with: what it really was, where the generator fell short.
double RateOf(const TrialMeasurement& trial) {
  const double asked = trial.request.syscalls_per_sec;
  const double achieved = trial.achieved_syscalls_per_sec;
  if (asked <= 0) return achieved;  // it slept between its actions
  return achieved > 0 && achieved < kGeneratorShortfall * asked ? achieved : asked;
}

Overload AverageOverload(double upper_syscalls_per_sec, const std::vector<JudgedTrial>& trials) {
  Overload overload;
  double lowest = 0;  // of the overloaded trials from `upper` on
  for (const JudgedTrial& trial : trials) {
    const double rate = RateOf(trial.measurement);
    if (!SpeaksAgainstSensor(trial.judgement.trial_class)) continue;
    if (rate < upper_syscalls_per_sec * kRounding) continue;
    if (lowest == 0 || rate < lowest) lowest = rate;
  }
  for (const JudgedTrial& trial : trials) {
    const TrialMeasurement& m = trial.measurement;
    TrialClass trial_class = trial.judgement.trial_class;
    const double rate = RateOf(m);
    if (rate < upper_syscalls_per_sec * kRounding || rate > lowest * kNear) continue;
    if (trial_class == TrialClass::kOutput) ++overload.output_trials;
    if (trial_class == TrialClass::kOom &&
        (overload.death == nullptr || rate < RateOf(overload.death->measurement))) {
      overload.death = &trial;
    }
    if (trial_class != TrialClass::kBad && trial_class != TrialClass::kStrongBad) continue;
    ++overload.trials;
    overload.cpu.cores += m.cpu_cores;
    overload.cpu.throttled_ratio += m.cpu_throttled_ratio;
    overload.cpu.max_thread_cores += m.max_thread_cores;
    overload.cpu.runqueue_wait_ratio += m.runqueue_wait_ratio;
    if (GrewOutputQueue(m)) {
      ++overload.queue_growths;
      overload.queue_bytes = std::max(overload.queue_bytes, m.resident_growth_bytes);
    }
    if (m.events > 0) overload.loss += static_cast<double>(m.drops) / static_cast<double>(m.events);
  }
  overload.dies_first =
      overload.death != nullptr && RateOf(overload.death->measurement) * kRounding <= lowest;
  if (overload.trials > 0) {
    overload.cpu.cores /= overload.trials;
    overload.cpu.throttled_ratio /= overload.trials;
    overload.cpu.max_thread_cores /= overload.trials;
    overload.cpu.runqueue_wait_ratio /= overload.trials;
    overload.loss /= overload.trials;
  }
  return overload;
}

// By the last trial in which it fell short.
CauseFinding GeneratorCause(const std::vector<JudgedTrial>& trials) {
  const auto last = std::find_if(trials.rbegin(), trials.rend(), [](const JudgedTrial& trial) {
    return trial.judgement.trial_class == TrialClass::kGenerator;
  });
  if (last == trials.rend()) {
    return {Cause::kGenerator, "the generator could make no more load; the sensor kept up"};
  }
  const TrialMeasurement& m = last->measurement;
  if (auto slow = FindSlowAction(m.action_times, m.achieved_syscalls_per_sec)) {
    return {
        Cause::kAction,
        absl::StrFormat("%s took %.0f us a run, %s of the generator's time; without it "
                        "about %s syscalls/s could be made (choose others with --actions or --mix)",
                        slow->action, slow->mean_us, FormatPercent(slow->time_share),
                        FormatRate(slow->syscalls_per_sec_without))};
  }
  return {Cause::kGenerator,
          absl::StrFormat("the generator made %s syscalls/s of %s with %.2f cores; the sensor kept "
                          "up",
                          FormatRate(m.achieved_syscalls_per_sec),
                          FormatRate(m.request.syscalls_per_sec), m.generator_cpu_cores)};
}

std::optional<CauseFinding> CpuCause(const CpuUse& cpu, int32_t cpu_millis) {
  const double limit_cores = cpu_millis / 1000.0;
  switch (FindCpuShortage(cpu, cpu_millis)) {
    case CpuShortage::kNone:
      break;
    case CpuShortage::kLimit:
      return CauseFinding{
          Cause::kCpuLimit,
          absl::StrFormat("overloaded, it used %.2f cores of %.2f and was throttled in %s of "
                          "the periods",
                          cpu.cores, limit_cores, FormatPercent(cpu.throttled_ratio))};
    case CpuShortage::kOneThread:
      return CauseFinding{
          Cause::kSingleThread,
          absl::StrFormat("one thread used %.2f of a core, %s: more CPU would not help",
                          cpu.max_thread_cores,
                          cpu_millis > 0 ? absl::StrFormat("below the limit of %.2f", limit_cores)
                                         : "without a limit")};
    case CpuShortage::kOthers:
      return CauseFinding{
          Cause::kUnknown,
          absl::StrFormat("a thread that used %.2f of a core was ready to run for %s of the time "
                          "more and had no CPU: others had it, not the limit (see doctor for "
                          "what runs on this host, and for pinning)",
                          cpu.max_thread_cores, FormatPercent(cpu.runqueue_wait_ratio))};
  }
  return std::nullopt;
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
  // The message tells what disturbed it.
  if (result.verdict == Verdict::kNoisyHost) return {};
  if (result.verdict == Verdict::kGeneratorBound) {
    const auto& flags = result.flags;
    if (std::find(flags.begin(), flags.end(), kFlagMaxRate) != flags.end()) {
      return {Cause::kUnknown, "nothing limited it up to the highest rate allowed"};
    }
    return GeneratorCause(trials);
  }
  if (result.upper_syscalls_per_sec <= 0) return {};
  Overload overload = AverageOverload(result.upper_syscalls_per_sec, trials);
  if (overload.dies_first) {
    const TrialMeasurement& m = overload.death->measurement;
    return {m.oom_killed ? Cause::kMemoryLimit : Cause::kUnknown,
            absl::StrFormat("at %s syscalls/s: %s", FormatRate(RateOf(m)),
                            overload.death->judgement.reason)};
  }
  if (overload.output_trials > overload.trials) {
    return {Cause::kOutputQueue, "alerts went missing while the kernel dropped no event"};
  }
  if (overload.trials == 0) return {};
  if (2 * overload.queue_growths > overload.trials) {
    return {Cause::kOutputQueue,
            absl::StrFormat("alerts came late while the kernel dropped no event, and the sensor's "
                            "memory grew by %.0f MiB: they wait in its output queue",
                            std::ldexp(static_cast<double>(overload.queue_bytes), -20))};
  }
  if (std::optional<CauseFinding> found = CpuCause(overload.cpu, cpu_millis)) return *found;
  if (overload.loss > 0) {
    return {Cause::kRingBuffer,
            absl::StrFormat("lost %s of the events with CPU to spare (%.2f cores used): a larger "
                            "buffer may help",
                            FormatPercent(overload.loss), overload.cpu.cores)};
  }
  return {};
}

}  // namespace bench
