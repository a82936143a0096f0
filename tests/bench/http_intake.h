// How many alerts a second the HTTP receiver takes over connections that are kept. One Falco posts
// one at a time over one connection, and is as fast as two programs can take turns: a bare server
// that reads the same bytes and answers without a look says how fast that is here. Between two CPUs
// that is how fast one wakes the other, which on a virtual machine takes longer than all the rest;
// so both are also measured with both ends on one CPU, which tells what a post costs. Over several
// connections the receiver's own time decides.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace bench {

struct HttpIntake {
  double alerts_per_sec = 0;           // over one connection
  double bare_posts_per_sec = 0;       // its yardstick
  double alerts_per_core_sec = 0;      // the same, who posts and who receives on one CPU together
  double bare_posts_per_core_sec = 0;  // its yardstick
  int connections = 0;
  double alerts_per_sec_together = 0;  // over that many
};

// `alert`: what is posted.
absl::StatusOr<HttpIntake> MeasureHttpIntake(const std::string& alert);

}  // namespace bench
