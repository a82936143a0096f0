#include "worker/rig/lag_tracker.h"

#include <algorithm>
#include <cmath>

namespace bench {
namespace {

constexpr double kBucketMs = 100;

// The value below which `share` of the values lie; reorders `values`, which must not be empty.
template <typename T>
double Quantile(std::vector<T>& values, double share) {
  auto at = static_cast<size_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
  return values[at];
}

struct Line {
  double slope = 0;
  double t_statistic = 0;
};

// Ordinary least squares of y over x, with the slope's t-statistic.
Line FitLine(const std::vector<double>& x, const std::vector<double>& y) {
  auto n = static_cast<double>(x.size());
  if (x.size() < 3) return {};
  double mean_x = 0;
  double mean_y = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    mean_x += x[i] / n;
    mean_y += y[i] / n;
  }
  double sxx = 0;
  double sxy = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    sxx += (x[i] - mean_x) * (x[i] - mean_x);
    sxy += (x[i] - mean_x) * (y[i] - mean_y);
  }
  if (sxx <= 0) return {};
  Line line = {.slope = sxy / sxx};
  double residuals = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    double residual = y[i] - mean_y - line.slope * (x[i] - mean_x);
    residuals += residual * residual;
  }
  double standard_error = std::sqrt(residuals / (n - 2) / sxx);
  constexpr double kExactFit = 1e9;
  line.t_statistic =
      standard_error > 0 ? line.slope / standard_error : std::copysign(kExactFit, line.slope);
  return line;
}

}  // namespace

LagTracker::LagTracker(absl::Time load_start, double late_threshold_ms)
    : load_start_(load_start), late_threshold_ms_(late_threshold_ms) {}

void LagTracker::Add(absl::Time event_time, absl::Time received_at) {
  double lag_ms = std::max(0.0, absl::ToDoubleMilliseconds(received_at - event_time));
  delays_.push_back(
      {.at_ms = static_cast<float>(absl::ToDoubleMilliseconds(event_time - load_start_)),
       .lag_ms = static_cast<float>(lag_ms)});
  recent_.push_back(lag_ms);
}

double LagTracker::TakeRecentMedianMs() {
  if (recent_.empty()) return -1;
  double median = Quantile(recent_, 0.5);
  recent_.clear();
  return median;
}

LagSummary LagTracker::Summarize(absl::Duration load_duration) const {
  LagSummary summary;
  summary.late_threshold_ms = late_threshold_ms_;
  double end_ms = absl::ToDoubleMilliseconds(load_duration);
  double begin_ms = end_ms / 4;

  std::vector<float> lags;
  std::map<int64_t, std::vector<float>> buckets;  // by the event's 100 ms
  std::vector<float> last_second;
  int64_t late = 0;
  for (const Delay& delay : delays_) {
    if (delay.at_ms < begin_ms || delay.at_ms > end_ms) continue;
    lags.push_back(delay.lag_ms);
    buckets[static_cast<int64_t>(delay.at_ms / kBucketMs)].push_back(delay.lag_ms);
    if (delay.at_ms >= end_ms - 1000) last_second.push_back(delay.lag_ms);
    if (delay.lag_ms > late_threshold_ms_) ++late;
  }
  summary.count = static_cast<int64_t>(lags.size());
  if (lags.empty()) return summary;
  summary.median_ms = Quantile(lags, 0.5);
  summary.p90_ms = Quantile(lags, 0.9);
  summary.p95_ms = Quantile(lags, 0.95);
  summary.late_share = static_cast<double>(late) / static_cast<double>(lags.size());
  if (!last_second.empty()) summary.end_ms = Quantile(last_second, 0.5);

  std::vector<double> at_sec;
  std::vector<double> medians;
  for (auto& [index, values] : buckets) {
    at_sec.push_back((static_cast<double>(index) + 0.5) * kBucketMs / 1000);
    medians.push_back(Quantile(values, 0.5));
    summary.peak_ms = std::max(summary.peak_ms, medians.back());
  }
  Line line = FitLine(at_sec, medians);
  summary.slope_ms_per_sec = line.slope;
  summary.slope_t_statistic = line.t_statistic;
  return summary;
}

}  // namespace bench
