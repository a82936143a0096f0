// Where a sensor's edge lies and how wide it is, as far as the trials so far tell.
//
// The chance that a trial at rate r shows an overload is modelled as a logistic curve in ln r:
// sigma((ln r - threshold) / width). Threshold, width and the share of trials that are bad for
// reasons of their own (bursts of other events) are a posterior on a grid, so that each trial
// teaches about all rates. The next trial goes where it is expected to narrow the two ends most:
// the psi method of psychophysics (Kontsevich and Tyler, 1999). Pure; a value type.
#pragma once

#include <vector>

namespace bench {

// The trials of one rate; a short one counts as a part of one.
struct EdgeObservation {
  double rate = 0;
  double good = 0;
  double bad = 0;         // weakly: may have another reason
  double strong_bad = 0;  // may hardly
  double short_bad = 0;   // too short to tell how strongly

  double any_bad() const { return bad + strong_bad + short_bad; }
};

class EdgeCurve {
 public:
  // The ends that are looked for: shares of overloaded trials.
  static constexpr double kSustainableShare = 0.10;
  static constexpr double kUpperShare = 0.70;

  struct Guess {  // of the threshold, before any trial; sd of its logarithm
    double rate = 0;
    double sd = 0;
  };
  // What an overloaded trial showed of the capacity itself: on a hard edge they agree, on a soft
  // one they scatter as widely as it is.
  struct Capacity {
    double rate = 0;
    double error = 0;  // sd of its logarithm, of the measuring alone
  };
  // An end: the rate, and the standard deviation of its logarithm.
  struct End {
    double rate = 0;
    double sd = 0;
  };

  // `precision`: no finer than a quarter of it. At least one observation; `guesses` may be empty.
  EdgeCurve(const std::vector<EdgeObservation>& observations,
            const std::vector<Capacity>& capacities, const std::vector<Guess>& guesses,
            double precision);

  // The expected share of overloaded trials at this rate.
  double OverloadShare(double rate) const;
  End At(double share) const;
  // The rate below which the share is reached with this probability only.
  double Quantile(double share, double probability) const;
  // The two ends' variances together, as expected after one more full trial at this rate.
  double ExpectedVariance(double rate) const;
  double Variance() const;  // now
  // How likely this model makes all that was seen: its logarithm, to compare curves over the same
  // trials with.
  double log_evidence() const { return log_evidence_; }

 private:
  struct Point {
    double threshold = 0;
    double width = 0;
    double stray = 0;         // share of the trials that are bad without an overload
    double strong_after = 0;  // how far above the threshold half of the trials are strongly bad
    double weight = 0;        // its probability
  };
  struct Moments {
    double weight = 0;
    double low = 0, low_squared = 0;
    double high = 0, high_squared = 0;
    void Add(double w, const Point& point);
    double Variance() const;  // of both ends
  };

  void Weigh(const std::vector<EdgeObservation>& observations,
             const std::vector<Capacity>& capacities, const std::vector<Guess>& guesses);

  std::vector<Point> points_;  // weights sum to 1
  double log_evidence_ = 0;
};

}  // namespace bench
