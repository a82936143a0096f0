#include "worker/search/measurement.h"

namespace bench {

absl::string_view TrialPhaseName(TrialPhase phase) {
  switch (phase) {
    case TrialPhase::kBaseline:
      return "BASELINE";
    case TrialPhase::kCalibration:
      return "CALIBRATION";
    case TrialPhase::kRamp:
      return "RAMP";
    case TrialPhase::kBisection:
      return "BISECTION";
    case TrialPhase::kConfirmation:
      return "CONFIRMATION";
    case TrialPhase::kDoubling:
      return "DOUBLING";
    case TrialPhase::kRound:
      return "ROUND";
  }
  return "UNKNOWN";
}

}  // namespace bench
