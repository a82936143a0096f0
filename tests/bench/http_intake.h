// How many alerts a second the HTTP receiver takes from one Falco, which posts one at a time over
// one connection; beside a bare server that reads the same bytes and answers without a look.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace bench {

struct HttpIntake {
  double alerts_per_sec = 0;
  double bare_posts_per_sec = 0;  // the yardstick
};

// `alert`: what is posted.
absl::StatusOr<HttpIntake> MeasureHttpIntake(const std::string& alert);

}  // namespace bench
