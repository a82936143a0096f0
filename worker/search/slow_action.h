// Which action of the load holds the generator up. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "worker/search/measurement.h"

namespace bench {

struct SlowAction {
  std::string action;
  double mean_us = 0;     // a run of it
  double time_share = 0;  // of a generator's time
  // What the generators that made `achieved` would make without it, other things equal.
  double syscalls_per_sec_without = 0;
};

// An action that takes half of the time or more, and each of whose system calls takes many times as
// long as the others' do; nullopt: none stands out, or nothing else is in the mix.
std::optional<SlowAction> FindSlowAction(const std::vector<ActionTime>& times,
                                         double achieved_syscalls_per_sec);

}  // namespace bench
