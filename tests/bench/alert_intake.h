// How many alerts a second one core takes in through a pipe, beside counting the newlines of the
// same stream.
#pragma once

#include <string>

namespace bench {

struct IntakeSpeed {
  int bytes_per_alert = 0;
  double alerts_per_core_sec = 0;
  double newlines_per_core_sec = 0;     // the yardstick
  double core_share_at_1k_per_sec = 0;  // as in a trial
  double core_share_at_20k_per_sec = 0;
};

// An alert of the size that Falco's stable rules make, with its newline.
std::string SampleAlert();

IntakeSpeed MeasureAlertIntake();

}  // namespace bench
