#include "worker/search/judge.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/stats/quantile.h"
#include "common/units/quantity.h"
#include "worker/search/cpu_shortage.h"
#include "worker/search/foreign_load.h"

namespace bench {
namespace {

constexpr double kStrongLoss = 0.02;     // beyond max_loss
constexpr double kLateShare = 0.10;      // of the alerts
constexpr double kMissingAlerts = 0.02;  // of those expected
constexpr double kFewestLateAlerts = 3;  // fewer are chance
constexpr double kFewestAlertsExpected = 20;
constexpr double kSteadyRiseMinSeconds = 5;
constexpr double kSteadyRiseTStatistic = 5;
constexpr double kSteadyRiseEndMs = 150;
// In a short trial, or one stopped early, the ring hides all loss and a rise has little time to
// show, so a smaller one counts, as weaker evidence ...
constexpr double kShortRiseTStatistic = 4;
constexpr double kShortRiseEndMs = 50;
constexpr double kShortRiseSlopeMsPerSec = 25;
// ... unless the backlog is this deep already.
constexpr double kDeepBacklogMs = 1000;
// A stall shorter than this explains nothing; a longer one adds about its own length to the lag.
constexpr double kShortestStallMs = 20;
constexpr double kStallLatitude = 1.5;
// Counters are not read at the instant the load is: a burst as small as that reads as none.
constexpr double kShortestBurstMs = 100;
constexpr int kFewestAlertsToClear = 50;
// What a moment's drops are, where no lag tells more of them.
constexpr double kMomentsLoss = 0.001;
constexpr absl::Duration kMoment = absl::Seconds(1);
constexpr absl::Duration kAfterAMoment = absl::Seconds(3);
// A ring holds more or fewer events, as these are small or large.
constexpr double kRingDoubt = 0.25;

// What the trial says once the allowances are taken off.
struct Figures {
  double seconds = 0;
  double drops = 0;  // beyond what idling drops
  double loss = 0;
  bool lag_known = false;
  double lag_allowance_ms = 0;  // throttling's and the baseline's share of any lag
  double missing_alerts = 0;    // share; 0 where too few were expected to tell
  // A full ring would make alerts late enough to be told.
  bool full_ring_shows = false;
  double full_ring_ms = 0;  // the lag of a full ring; 0 = unknown
};

// A backlog this deep, of a full ring's, came near a loss, though it came and went.
constexpr double kDeepRing = 0.5;
// A full ring must make its alerts this many times as late as throttling may.
constexpr double kClearlyLate = 2;

double LateMs(const TrialMeasurement& trial, double lag_allowance_ms) {
  return std::max(trial.lag.late_threshold_ms, lag_allowance_ms);
}

Figures Read(const TrialMeasurement& trial, const JudgeOptions& options) {
  Figures figures;
  figures.seconds = absl::ToDoubleSeconds(trial.duration);
  figures.drops =
      std::max(0.0, static_cast<double>(trial.drops) - IdleDropsAllowed(options, trial.duration));
  if (trial.events > 0) figures.loss = figures.drops / static_cast<double>(trial.events);
  figures.lag_known = trial.lag.count > 0;
  figures.lag_allowance_ms = options.throttle_allowance_ms + options.baseline_lag_ms;
  if (figures.lag_known && trial.events > 0) {
    figures.full_ring_ms =
        options.ring_events * figures.seconds * 1000 / static_cast<double>(trial.events);
    figures.full_ring_shows =
        options.ring_events <= 0 ||
        figures.full_ring_ms >= kClearlyLate * LateMs(trial, figures.lag_allowance_ms);
  }
  if (trial.alerts_expected >= kFewestAlertsExpected) {
    double missing = trial.alerts_expected - static_cast<double>(trial.alerts_received);
    figures.missing_alerts = std::max(0.0, missing / trial.alerts_expected);
  }
  return figures;
}

enum class RiseShape { kSteady, kStep, kUnknown };

// A burst of other events makes a step in the lag that a straight line fits well too. A steady rise
// rises in both halves: from the first third to the second, and from the second to the last.
RiseShape ShapeOfRise(const TrialMeasurement& trial) {
  std::vector<double> lags;
  for (const TrialSample& sample : trial.samples) {
    if (sample.lag_ms >= 0 && sample.at > trial.duration / 4) lags.push_back(sample.lag_ms);
  }
  constexpr size_t kFewestSamples = 9;
  if (lags.empty()) return RiseShape::kSteady;  // a rig without them: nothing speaks against it
  if (lags.size() < kFewestSamples) return RiseShape::kUnknown;
  auto third = static_cast<std::ptrdiff_t>(lags.size() / 3);
  double first = Median({lags.begin(), lags.begin() + third});
  double second = Median({lags.begin() + third, lags.end() - third});
  double last = Median({lags.end() - third, lags.end()});
  double enough = 0.2 * (last - first);
  bool steady = last > first && second - first >= enough && last - second >= enough;
  return steady ? RiseShape::kSteady : RiseShape::kStep;
}

struct Overload {
  TrialClass trial_class = TrialClass::kGood;
  std::string reason;
};

std::string DescribeRise(const LagSummary& lag, const Figures& figures) {
  return absl::StrFormat(
      "alerts came later by %.0f ms each second, %.0f ms at the end (%.0f allowed)",
      lag.slope_ms_per_sec, lag.end_ms, figures.lag_allowance_ms);
}

// BAD or STRONG_BAD for a backlog that grows; GOOD otherwise.
Overload JudgeRise(const TrialMeasurement& trial, const Figures& figures,
                   const JudgeOptions& options) {
  const LagSummary& lag = trial.lag;
  if (!figures.lag_known || lag.slope_ms_per_sec <= 0) return {};
  double slope_limit = options.precision / 3 * 1000;  // x overload adds x seconds per second
  double excess_ms = lag.end_ms - figures.lag_allowance_ms;
  bool long_enough = figures.seconds >= kSteadyRiseMinSeconds;
  bool strong = lag.slope_ms_per_sec > slope_limit &&
                lag.slope_t_statistic > kSteadyRiseTStatistic &&
                (long_enough ? excess_ms > kSteadyRiseEndMs : excess_ms > kDeepBacklogMs);
  bool weak = !long_enough &&
              lag.slope_ms_per_sec > std::max(slope_limit, kShortRiseSlopeMsPerSec) &&
              lag.slope_t_statistic > kShortRiseTStatistic && excess_ms > kShortRiseEndMs;
  if (!strong && !weak) return {};
  RiseShape shape = ShapeOfRise(trial);
  if (shape == RiseShape::kStep) return {};
  // Too few samples for its shape: strong only if the trial was long enough for the line to tell.
  strong = strong && (long_enough || shape == RiseShape::kSteady);
  return {strong ? TrialClass::kStrongBad : TrialClass::kBad, DescribeRise(lag, figures)};
}

// What speaks against the sensor, the strongest first; GOOD when nothing does.
Overload JudgeSensor(const TrialMeasurement& trial, const Figures& figures,
                     const JudgeOptions& options) {
  std::string lost =
      absl::StrFormat("lost %.2g%% of the events (%.0f drops, max loss %s)", figures.loss * 100,
                      figures.drops, FormatPercent(options.max_loss));
  // A full ring makes its alerts late. Drops beside alerts in time came from another one, or from a
  // moment too short to say much: not strong, however many they are.
  bool in_time = figures.full_ring_shows && trial.lag.late_share <= 0;
  if (figures.loss > options.max_loss + kStrongLoss && !in_time) {
    return {TrialClass::kStrongBad, lost};
  }
  Overload rise = JudgeRise(trial, figures, options);
  if (rise.trial_class == TrialClass::kStrongBad) return rise;
  if (figures.drops > 0 && figures.loss > options.max_loss) return {TrialClass::kBad, lost};
  const LagSummary& lag = trial.lag;
  if (lag.late_share > kLateShare &&
      lag.late_share * static_cast<double>(lag.count) >= kFewestLateAlerts) {
    return {TrialClass::kBad,
            absl::StrFormat("%.0f%% of the alerts came later than %.0f ms, at most %.0f ms",
                            lag.late_share * 100, lag.late_threshold_ms, lag.peak_ms)};
  }
  if (figures.full_ring_shows && figures.full_ring_ms > 0 &&
      lag.peak_ms - figures.lag_allowance_ms > kDeepRing * figures.full_ring_ms) {
    return {TrialClass::kBad,
            absl::StrFormat("alerts came up to %.0f ms late, the backlog of a ring more than half "
                            "full",
                            lag.peak_ms)};
  }
  if (rise.trial_class == TrialClass::kBad) return rise;
  if (figures.drops > 0 && figures.missing_alerts > options.max_loss) {
    return {TrialClass::kBad, absl::StrFormat("%.1f%% of the alerts missing, %.0f drops",
                                              figures.missing_alerts * 100, figures.drops)};
  }
  return {};
}

// Could events that the load didn't make have made this loss and this lag? They wait in the queue
// for as long as the sensor takes for that many.
//
// Of several, each by itself: the sensor has worked one off before the next comes, or it is
// overloaded between them.
bool BurstExplains(const TrialMeasurement& trial, const Figures& figures,
                   const ForeignBursts& bursts) {
  if (bursts.events <= 0 || figures.seconds <= 0) return false;
  double events_per_ms =
      (static_cast<double>(trial.events) - bursts.events) / (figures.seconds * 1000);
  double burst_ms = bursts.largest / std::max(events_per_ms, 1e-9);
  if (burst_ms < kShortestBurstMs) return false;
  double peak_ms = std::max(trial.lag.peak_ms, trial.lag.end_ms) - figures.lag_allowance_ms;
  if (figures.lag_known && peak_ms > kStallLatitude * burst_ms) return false;
  return figures.drops <= bursts.events;
}

// Drops, and not one late alert in all the trial: a full ring makes its alerts late, so those drops
// were on another ring, which the load doesn't feed.
bool DropsAreElsewhere(const TrialMeasurement& trial, const Figures& figures) {
  if (figures.drops <= 0 || figures.loss > kStrongLoss) return false;
  if (trial.lag.count < kFewestAlertsToClear || !figures.full_ring_shows) return false;
  const double late_ms = LateMs(trial, figures.lag_allowance_ms);
  bool all_in_time = trial.lag.late_share <= 0;
  for (const TrialSample& sample : trial.samples) all_in_time &= sample.lag_ms <= late_ms;
  return all_in_time;
}

// Of a trial without a lag: few drops, all in one moment, and none in the seconds after it. A ring
// that an overload has filled goes on dropping.
bool DropsWereAMoment(const TrialMeasurement& trial, const Figures& figures) {
  if (figures.lag_known || figures.drops <= 0 || figures.loss > kMomentsLoss) return false;
  absl::Duration first = absl::InfiniteDuration();
  absl::Duration last;
  int64_t drops = 0;
  for (const TrialSample& sample : trial.samples) {
    if (sample.drops <= drops) continue;
    drops = sample.drops;
    first = std::min(first, sample.counted_at);
    last = sample.counted_at;
  }
  // Drops that no sample has came while it drained.
  return drops >= trial.drops && last - first <= kMoment && trial.duration - last >= kAfterAMoment;
}

// Could the host's longest stall have made this loss and this lag? A backlog deeper than the stall,
// or more drops than events came in it, is the sensor's own.
bool StallExplains(const TrialMeasurement& trial, const Figures& figures) {
  double stall_ms = trial.host_max_stall_ms;
  if (stall_ms < kShortestStallMs || figures.seconds <= 0) return false;
  double explained_ms = kStallLatitude * stall_ms;
  double peak_ms = std::max(trial.lag.peak_ms, trial.lag.end_ms) - figures.lag_allowance_ms;
  if (figures.lag_known && peak_ms > explained_ms) return false;
  double events_per_ms = static_cast<double>(trial.events) / (figures.seconds * 1000);
  return figures.drops <= events_per_ms * explained_ms;
}

// Something on the host took what the sensor would have used, and hadn't before.
bool OthersHadTheCpu(const TrialMeasurement& trial, const JudgeOptions& options) {
  return options.usual_wait.has_value() &&
         trial.runqueue_wait_ratio >= *options.usual_wait + kMuchWaiting &&
         FindCpuShortage(CpuUseOf(trial), options.cpu_millis) == CpuShortage::kOthers;
}

// Of an overloaded sensor. What it got through in the trial is what came, less the drops and less
// what was still queued at the end, which the last lag tells: c = (events - drops) / (T + lag).
//
// Without a lag the queue is a full ring: it drops.
std::optional<double> EstimateCapacity(const TrialMeasurement& trial, const Figures& figures,
                                       double ring_syscalls) {
  if (figures.seconds <= 0 || trial.achieved_syscalls_per_sec <= 0) return std::nullopt;
  double kept = trial.achieved_syscalls_per_sec * (1 - std::min(1.0, figures.loss));
  if (!figures.lag_known) {
    const double done = kept - ring_syscalls / figures.seconds;
    if (figures.drops <= 0 || done <= 0) return std::nullopt;
    return done;
  }
  double excess_ms = std::max(0.0, trial.lag.end_ms - figures.lag_allowance_ms);
  // Before the ring is full the slope says the same, and says it even where the backlog began late;
  // where it isn't clear, the backlog came and went, and tells nothing.
  if (figures.drops <= 0) {
    if (trial.lag.slope_t_statistic < kShortRiseTStatistic ||
        ShapeOfRise(trial) != RiseShape::kSteady) {
      return std::nullopt;
    }
    return trial.achieved_syscalls_per_sec / (1 + trial.lag.slope_ms_per_sec / 1000);
  }
  // Else those drops were not the load's, or of a moment that tells nothing of the rest.
  const bool in_time_at_last =
      trial.lag.late_share <= kLateShare && excess_ms <= trial.lag.late_threshold_ms;
  if (in_time_at_last && figures.full_ring_shows) return std::nullopt;
  return kept / (1 + excess_ms / 1000 / figures.seconds);
}

}  // namespace

absl::string_view TrialClassName(TrialClass trial_class) {
  switch (trial_class) {
    case TrialClass::kGood:
      return "GOOD";
    case TrialClass::kNoise:
      return "NOISE";
    case TrialClass::kBad:
      return "BAD";
    case TrialClass::kStrongBad:
      return "STRONG_BAD";
    case TrialClass::kGenerator:
      return "GENERATOR";
    case TrialClass::kOom:
      return "OOM";
    case TrialClass::kVoid:
      return "VOID";
    case TrialClass::kOutput:
      return "OUTPUT";
  }
  return "UNKNOWN";
}

double IdleDropsAllowed(const JudgeOptions& options, absl::Duration trial_duration) {
  if (options.baseline_drops <= 0) return 0;
  const double looks = std::max(1.0, absl::FDivDuration(trial_duration, options.baseline_duration));
  return 2 * looks * static_cast<double>(options.baseline_drops);
}

Judgement JudgeTrial(const TrialMeasurement& trial, const JudgeOptions& options) {
  if (trial.oom_killed) return {TrialClass::kOom, "the memory limit killed the sensor", {}};
  if (!trial.disturbance.empty()) return {TrialClass::kVoid, trial.disturbance, {}};
  if (trial.sensor_restarted) {
    return {TrialClass::kOom,
            absl::StrCat("the sensor did not live through the trial",
                         trial.sensor_exit.empty() ? "" : ": ", trial.sensor_exit),
            {}};
  }
  Figures figures = Read(trial, options);
  double offered = trial.request.syscalls_per_sec;
  double achieved = trial.achieved_syscalls_per_sec;
  bool paced = offered > 0 && trial.request.sleep_between_actions == absl::ZeroDuration();
  bool fell_short = paced && achieved < kGeneratorShortfall * offered;
  std::string stalled =
      absl::StrFormat("the host stood still for %.0f ms", trial.host_max_stall_ms);

  const bool elsewhere = DropsAreElsewhere(trial, figures);
  const bool a_moment = DropsWereAMoment(trial, figures);
  if (elsewhere || a_moment) figures.drops = figures.loss = 0;
  Overload overload = JudgeSensor(trial, figures, options);
  if (overload.trial_class != TrialClass::kGood) {
    if (StallExplains(trial, figures)) {
      return {
          TrialClass::kVoid, absl::StrCat(stalled, ", which explains it: ", overload.reason), {}};
    }
    const ForeignBursts bursts = FindForeignBursts(trial);
    if (BurstExplains(trial, figures, bursts)) {
      return {TrialClass::kVoid,
              absl::StrFormat("a burst of %.0f events that the load didn't make explains it: %s",
                              bursts.largest, overload.reason),
              {}};
    }
    if (OthersHadTheCpu(trial, options)) {
      return {TrialClass::kVoid,
              absl::StrFormat("the sensor was ready to run for %s of the time and had no CPU (%s "
                              "in the trials before), which explains it: %s",
                              FormatPercent(trial.runqueue_wait_ratio),
                              FormatPercent(*options.usual_wait), overload.reason),
              {}};
    }
    if (fell_short) {
      absl::StrAppend(&overload.reason, "; the generator made ", FormatRate(achieved), "/s of ",
                      FormatRate(offered));
    }
    Judgement judgement = {overload.trial_class, overload.reason,
                           EstimateCapacity(trial, figures, options.ring_syscalls)};
    if (!figures.lag_known && judgement.capacity_syscalls_per_sec) {
      judgement.capacity_doubt = kRingDoubt * options.ring_syscalls / figures.seconds /
                                 *judgement.capacity_syscalls_per_sec;
    }
    return judgement;
  }
  // Alerts that go missing do so at whatever rate was really made.
  if (trial.output_queue_drops > 0 && figures.drops <= 0) {
    return {TrialClass::kOutput,
            absl::StrFormat("its output queue had no room for %d alerts: look at who reads them",
                            trial.output_queue_drops),
            {}};
  }
  if (figures.missing_alerts > kMissingAlerts && figures.drops <= 0) {
    return {TrialClass::kOutput,
            absl::StrFormat("%.1f%% of the alerts missing without a drop: look at the sensor's "
                            "output queue and at who reads it",
                            figures.missing_alerts * 100),
            {}};
  }
  if (fell_short) {
    std::string reason = absl::StrCat("the generator made ", FormatRate(achieved), "/s of ",
                                      FormatRate(offered), ", the sensor kept up");
    double missed_ms = (1 - achieved / offered) * figures.seconds * 1000;
    if (trial.host_max_stall_ms >= kShortestStallMs &&
        missed_ms <= kStallLatitude * trial.host_max_stall_ms) {
      return {TrialClass::kVoid, absl::StrCat(stalled, ", which explains it: ", reason), {}};
    }
    return {TrialClass::kGenerator, reason, {}};
  }
  // It ended for its drops, or for late alerts, which are forgiven: the rest of it was not seen.
  if (trial.stopped_early) {
    return {TrialClass::kVoid,
            trial.drops > 0
                ? absl::StrFormat("stopped early for %d drops, which the load did not make",
                                  trial.drops)
                : absl::StrFormat("stopped early for alerts up to %.0f ms late, too few to tell",
                                  trial.lag.peak_ms),
            {}};
  }
  if (elsewhere) {
    return {TrialClass::kNoise,
            absl::StrFormat("%d drops, but no alert was late: on a ring that the load doesn't feed",
                            trial.drops),
            {}};
  }
  if (a_moment) {
    return {TrialClass::kNoise,
            absl::StrFormat("%d drops in one moment, and none in the seconds after it: a ring that "
                            "the load has filled goes on dropping",
                            trial.drops),
            {}};
  }
  if (!figures.lag_known) return {TrialClass::kGood, "no loss; no alerts to tell the lag", {}};
  return {TrialClass::kGood,
          absl::StrFormat("no loss beyond what is allowed, lag %.0f ms", trial.lag.median_ms),
          {}};
}

}  // namespace bench
