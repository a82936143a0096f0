#include "worker/search/methods.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "worker/search/doubling_search.h"
#include "worker/search/edge_search.h"

namespace bench {
namespace {

absl::Status Validate(const SearchOptions& options) {
  constexpr double kFinest = 0.005;
  constexpr double kCoarsest = 0.5;
  if (!(options.precision >= kFinest && options.precision <= kCoarsest)) {
    return absl::InvalidArgumentError(
        absl::StrCat("precision ", options.precision, " is not within 0.5% and 50%; try 5%"));
  }
  constexpr absl::Duration kShortestRound = absl::Seconds(1);
  if (options.round_duration < kShortestRound) {
    return absl::InvalidArgumentError(absl::StrCat("a deciding trial of ",
                                                   absl::FormatDuration(options.round_duration),
                                                   " is too short to tell anything; try 10s"));
  }
  // A budget that is spent already is no mistake: the search times out at once.
  for (absl::Duration duration : {options.round_duration, options.ramp_duration}) {
    if (duration <= absl::ZeroDuration() || duration == absl::InfiniteDuration()) {
      return absl::InvalidArgumentError(absl::StrCat("a search needs durations above zero, not ",
                                                     absl::FormatDuration(duration)));
    }
  }
  if (!(options.min_syscalls_per_sec > 0 &&
        options.min_syscalls_per_sec < options.max_syscalls_per_sec)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the lowest rate (", options.min_syscalls_per_sec,
        ") must be above zero and below the highest (", options.max_syscalls_per_sec, ")"));
  }
  if (!(options.hint_syscalls_per_sec >= 0)) {
    return absl::InvalidArgumentError("a hint must not be negative; 0 = none");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<SearchMethod>> MakeSearchMethod(absl::string_view name,
                                                               const SearchOptions& options) {
  if (absl::Status valid = Validate(options); !valid.ok()) return valid;
  if (name == "search") return std::make_unique<EdgeSearch>(options);
  if (name == "doubling") return std::make_unique<DoublingSearch>(options);
  return absl::InvalidArgumentError(
      absl::StrCat("no search method \"", name, "\"; there are \"search\" and \"doubling\""));
}

}  // namespace bench
