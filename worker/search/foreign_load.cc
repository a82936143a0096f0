#include "worker/search/foreign_load.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <vector>

#include "common/stats/quantile.h"

namespace bench {
namespace {

constexpr absl::Duration kWindow = absl::Seconds(1);
// Readings come when they come: three seconds have three windows all the same.
constexpr absl::Duration kNearlyAWindow = absl::Milliseconds(950);
constexpr size_t kFewestWindows = 3;
// At the trial's end: the middle one of so many readings, as one may be odd. Its start is sure:
// nothing issued, nothing counted.
constexpr size_t kReadingsAtTheEnd = 3;

struct Reading {
  absl::Duration at;
  double events = 0;
  double issued = 0;  // by then
};

// Issued when the sensor read its counters, between the samples around that moment.
double IssuedAt(const std::vector<TrialSample>& samples, absl::Duration at) {
  auto after = std::lower_bound(
      samples.begin(), samples.end(), at,
      [](const TrialSample& sample, absl::Duration moment) { return sample.at < moment; });
  if (after == samples.end()) return static_cast<double>(samples.back().issued_syscalls);
  TrialSample before = after == samples.begin() ? TrialSample() : *std::prev(after);
  double part = absl::FDivDuration(at - before.at, after->at - before.at);
  return static_cast<double>(before.issued_syscalls) +
         part * static_cast<double>(after->issued_syscalls - before.issued_syscalls);
}

// Only where the counters moved: they may come more rarely than samples.
std::vector<Reading> ReadingsOf(const std::vector<TrialSample>& samples) {
  std::vector<Reading> readings = {{}};  // the trial's start
  absl::Duration last;
  for (const TrialSample& sample : samples) {
    if (sample.counted_at <= last) continue;
    last = sample.counted_at;
    readings.push_back(
        {last, static_cast<double>(sample.events), IssuedAt(samples, sample.counted_at)});
  }
  return readings;
}

}  // namespace

ForeignBursts FindForeignBursts(const TrialMeasurement& trial) {
  const std::vector<Reading> readings = ReadingsOf(trial.samples);
  std::vector<double> ratios;  // events for a syscall, second by second
  size_t from = 0;
  for (size_t i = 1; i < readings.size(); ++i) {
    if (readings[i].at - readings[from].at < kNearlyAWindow) continue;
    double issued = readings[i].issued - readings[from].issued;
    if (issued > 0) ratios.push_back((readings[i].events - readings[from].events) / issued);
    from = i;
  }
  if (ratios.size() < kFewestWindows || readings.size() < 2 * kReadingsAtTheEnd) return {};
  const double usual = Median(ratios);
  std::vector<double> excess;
  excess.reserve(readings.size());
  for (const Reading& reading : readings) excess.push_back(reading.events - usual * reading.issued);
  auto at_the_end = static_cast<std::ptrdiff_t>(kReadingsAtTheEnd);
  ForeignBursts bursts = {.events =
                              std::max(0.0, Median({excess.end() - at_the_end, excess.end()}))};
  size_t begin = 0;
  for (size_t end = 1; end < readings.size(); ++end) {
    while (end - begin > 1 && readings[end].at - readings[begin].at > kWindow) ++begin;
    bursts.largest = std::max(bursts.largest, excess[end] - excess[begin]);
  }
  bursts.largest = std::min(bursts.largest, bursts.events);
  return bursts;
}

}  // namespace bench
