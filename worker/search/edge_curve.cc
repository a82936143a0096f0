#include "worker/search/edge_curve.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace bench {
namespace {

struct Weighted {
  double value;
  double prior;
};

// ln r from a share of 27% to one of 73%, halved: from a line to the widest zone seen. The zones
// measured under CPU limits lie around 0.05. To know that holds the 10% point of a soft edge still,
// which otherwise moves with each guess at the width.
constexpr std::array<Weighted, 6> kWidths = {
    {{0.003, 0.15}, {0.006, 0.2}, {0.012, 0.22}, {0.024, 0.12}, {0.05, 0.23}, {0.08, 0.08}}};
constexpr std::array<Weighted, 3> kStrays = {{{0.01, 0.4}, {0.05, 0.35}, {0.15, 0.25}}};
// An overload is strong where the curve has risen by this many widths more; on a shallow ring,
// which hides a part of it, later; where its signals are weak ones only, never.
constexpr double kStrongAfterWidths = 1.3;
constexpr std::array<Weighted, 3> kStrongAfter = {{{0, 0.63}, {0.06, 0.27}, {2, 0.1}}};
constexpr double kReach = 0.35;  // of the grid beyond what was tried, in ln r
constexpr int kFinestGrid = 240;
// Of capacities, in widths of the edge; and the share of them that mean nothing (their density is
// that of the whole grid, about 1).
constexpr double kCapacityScatter = 1.0;
constexpr double kOutliers = 0.05;
// A guess may be wrong altogether.
constexpr double kGuessTrust = 0.9;

double Logistic(double x) {
  constexpr double kFar = 16;  // what is beyond is nothing, and most of the grid is
  if (x > kFar) return 1;
  if (x < -kFar) return 0;
  return 1 / (1 + std::exp(-x));
}

struct Chances {
  double good;
  double bad;
  double strong_bad;
};

// The least chance of anything: the model may be wrong.
constexpr double kLeast = 1e-3;

Chances ChancesOf(double log_rate, double threshold, double width, double stray,
                  double strong_after) {
  double overload = Logistic((log_rate - threshold) / width);
  double strong = Logistic((log_rate - threshold - strong_after) / width - kStrongAfterWidths);
  double good = (1 - stray) * (1 - overload);
  return {std::max(kLeast, good), std::max(kLeast, 1 - good - strong), std::max(kLeast, strong)};
}

double ZOf(double share) {
  return std::log(share / (1 - share));
}

const double kLowZ = ZOf(EdgeCurve::kSustainableShare);
const double kHighZ = ZOf(EdgeCurve::kUpperShare);

}  // namespace

void EdgeCurve::Moments::Add(double w, const Point& point) {
  double at_low = point.threshold + kLowZ * point.width;
  double at_high = point.threshold + kHighZ * point.width;
  weight += w;
  low += w * at_low;
  low_squared += w * at_low * at_low;
  high += w * at_high;
  high_squared += w * at_high * at_high;
}

double EdgeCurve::Moments::Variance() const {
  if (weight <= 0) return 0;
  double low_mean = low / weight;
  double high_mean = high / weight;
  return std::max(0.0, low_squared / weight - low_mean * low_mean) +
         std::max(0.0, high_squared / weight - high_mean * high_mean);
}

EdgeCurve::EdgeCurve(const std::vector<EdgeObservation>& observations,
                     const std::vector<Capacity>& capacities, const std::vector<Guess>& guesses,
                     double precision) {
  double lowest_bad = 0;
  double highest_good = 0;
  for (const EdgeObservation& seen : observations) {
    if (seen.any_bad() > 0 && (lowest_bad == 0 || seen.rate < lowest_bad)) lowest_bad = seen.rate;
    if (seen.good > 0) highest_good = std::max(highest_good, seen.rate);
  }
  if (lowest_bad == 0) lowest_bad = highest_good;
  if (highest_good == 0) highest_good = lowest_bad;
  double from = std::log(std::min(lowest_bad, highest_good)) - kReach;
  double to = std::log(std::max(lowest_bad, highest_good)) + kReach;
  double step = std::max(precision / 4, (to - from) / kFinestGrid);
  for (double threshold = from; threshold <= to; threshold += step) {
    for (const Weighted& width : kWidths) {
      for (const Weighted& stray : kStrays) {
        for (const Weighted& after : kStrongAfter) {
          points_.push_back({threshold, width.value, stray.value, after.value,
                             width.prior * stray.prior * after.prior});
        }
      }
    }
  }
  Weigh(observations, capacities, guesses);
}

void EdgeCurve::Weigh(const std::vector<EdgeObservation>& observations,
                      const std::vector<Capacity>& capacities, const std::vector<Guess>& guesses) {
  std::vector<double> log_rates;
  log_rates.reserve(observations.size());
  for (const EdgeObservation& seen : observations) log_rates.push_back(std::log(seen.rate));
  std::vector<double> logs(points_.size());
  double most = -1e300;
  for (size_t i = 0; i < points_.size(); ++i) {
    const Point& point = points_[i];
    double log_weight = std::log(point.weight);
    for (const Guess& guess : guesses) {
      double z = (point.threshold - std::log(guess.rate)) / guess.sd;
      log_weight += std::log(kGuessTrust * std::exp(-z * z / 2) + (1 - kGuessTrust));
    }
    for (const Capacity& capacity : capacities) {
      double sd = std::hypot(capacity.error, kCapacityScatter * point.width);
      double z = (std::log(capacity.rate) - point.threshold) / sd;
      log_weight += std::log((1 - kOutliers) * std::exp(-z * z / 2) / sd + kOutliers);
    }
    for (size_t j = 0; j < observations.size(); ++j) {
      const EdgeObservation& seen = observations[j];
      Chances chances =
          ChancesOf(log_rates[j], point.threshold, point.width, point.stray, point.strong_after);
      // Most rates were seen to end in one way only.
      if (seen.good > 0) log_weight += seen.good * std::log(chances.good);
      if (seen.bad > 0) log_weight += seen.bad * std::log(chances.bad);
      if (seen.strong_bad > 0) log_weight += seen.strong_bad * std::log(chances.strong_bad);
      if (seen.short_bad > 0) {
        log_weight += seen.short_bad * std::log(std::max(kLeast, 1 - chances.good));
      }
    }
    logs[i] = log_weight;
    most = std::max(most, log_weight);
  }
  double sum = 0;
  for (size_t i = 0; i < points_.size(); ++i) {
    points_[i].weight = std::exp(logs[i] - most);
    sum += points_[i].weight;
  }
  log_evidence_ = most + std::log(sum / static_cast<double>(points_.size()));
  constexpr double kNegligible = 1e-7;
  std::erase_if(points_, [sum](const Point& point) { return point.weight < kNegligible * sum; });
  for (Point& point : points_) point.weight /= sum;
}

double EdgeCurve::OverloadShare(double rate) const {
  const double log_rate = std::log(rate);
  double share = 0;
  for (const Point& point : points_) {
    share += point.weight * Logistic((log_rate - point.threshold) / point.width);
  }
  return share;
}

EdgeCurve::End EdgeCurve::At(double share) const {
  double z = ZOf(share);
  double mean = 0;
  double squared = 0;
  for (const Point& point : points_) {
    double at = point.threshold + z * point.width;
    mean += point.weight * at;
    squared += point.weight * at * at;
  }
  return {std::exp(mean), std::sqrt(std::max(0.0, squared - mean * mean))};
}

double EdgeCurve::Quantile(double share, double probability) const {
  double z = ZOf(share);
  std::vector<std::pair<double, double>> at;
  at.reserve(points_.size());
  for (const Point& point : points_) {
    at.emplace_back(point.threshold + z * point.width, point.weight);
  }
  std::sort(at.begin(), at.end());
  double sum = 0;
  for (const auto& [log_rate, weight] : at) {
    sum += weight;
    if (sum >= probability) return std::exp(log_rate);
  }
  return std::exp(at.back().first);
}

double EdgeCurve::Variance() const {
  Moments moments;
  for (const Point& point : points_) moments.Add(point.weight, point);
  return moments.Variance();
}

double EdgeCurve::ExpectedVariance(double rate) const {
  Moments good;
  Moments bad;
  Moments strong_bad;
  const double log_rate = std::log(rate);
  for (const Point& point : points_) {
    Chances chances =
        ChancesOf(log_rate, point.threshold, point.width, point.stray, point.strong_after);
    good.Add(point.weight * chances.good, point);
    bad.Add(point.weight * chances.bad, point);
    strong_bad.Add(point.weight * chances.strong_bad, point);
  }
  return good.weight * good.Variance() + bad.weight * bad.Variance() +
         strong_bad.weight * strong_bad.Variance();
}

}  // namespace bench
