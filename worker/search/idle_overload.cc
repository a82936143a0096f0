#include "worker/search/idle_overload.h"

#include "absl/strings/str_cat.h"
#include "common/units/quantity.h"

namespace bench {
namespace {

// Above what drops of other causes ever came to on an idle host.
constexpr double kOverloadLoss = 0.02;
// Of the few events of a quiet host, a few drops are many percent.
constexpr int64_t kFewestDrops = 100;

}  // namespace

std::optional<IdleOverload> FindIdleOverload(const TrialMeasurement& idle, double events_per_sec,
                                             int32_t cpu_millis) {
  if (idle.events <= 0) return std::nullopt;
  const double loss = static_cast<double>(idle.drops) / static_cast<double>(idle.events);
  if (loss <= kOverloadLoss || idle.drops < kFewestDrops) return std::nullopt;

  IdleOverload overload;
  overload.result.verdict = Verdict::kBelowMinimum;
  overload.result.message =
      absl::StrCat("the host's own ", FormatRate(events_per_sec),
                   " events/s overload the sensor before there is any load: it lost ",
                   FormatPercent(loss), " of them; give it more CPU, or stop what makes them");
  // As a search that was rejected at next to nothing.
  JudgedTrial judged = {.measurement = idle};
  judged.measurement.request.syscalls_per_sec = 1;
  judged.judgement.trial_class = TrialClass::kStrongBad;
  SearchResult rejected = overload.result;
  rejected.upper_syscalls_per_sec = 1;
  overload.cause = FindCause(rejected, cpu_millis, {judged});
  return overload;
}

}  // namespace bench
