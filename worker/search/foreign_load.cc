#include "worker/search/foreign_load.h"

#include <algorithm>
#include <vector>

namespace bench {

double ForeignBurstEvents(const TrialMeasurement& trial) {
  constexpr absl::Duration kWindow = absl::Seconds(1);
  constexpr size_t kFewestWindows = 3;
  std::vector<double> ratios;  // events for a syscall, second by second
  const TrialSample* from = nullptr;
  const TrialSample* first = nullptr;
  const TrialSample* last = nullptr;
  for (const TrialSample& sample : trial.samples) {
    // Counters may come more rarely than samples: look only where they moved.
    if (last != nullptr && sample.events == last->events) continue;
    last = &sample;
    if (first == nullptr) first = from = &sample;
    if (sample.at - from->at < kWindow) continue;
    auto issued = static_cast<double>(sample.issued_syscalls - from->issued_syscalls);
    if (issued > 0) ratios.push_back(static_cast<double>(sample.events - from->events) / issued);
    from = &sample;
  }
  if (ratios.size() < kFewestWindows) return 0;
  auto middle = ratios.begin() + static_cast<std::ptrdiff_t>(ratios.size() / 2);
  std::nth_element(ratios.begin(), middle, ratios.end());
  auto issued = static_cast<double>(last->issued_syscalls - first->issued_syscalls);
  auto events = static_cast<double>(last->events - first->events);
  return std::max(0.0, events - *middle * issued);
}

}  // namespace bench
