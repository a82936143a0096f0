#include "tests/bench/search_study.h"

#include <algorithm>
#include <cmath>
#include <future>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/stats/quantile.h"
#include "common/status/status_macros.h"
#include "tests/bench/textbook_searches.h"
#include "tests/worker/rig/simulated_search.h"
#include "worker/rig/sim_model.h"
#include "worker/search/lateness.h"
#include "worker/search/methods.h"

namespace bench {
namespace {

constexpr int kFreshTrials = 200;
constexpr double kCapacitySpread = 0.5;  // of its logarithm, either way
constexpr double kFarAway = 50e6;
// Of a sensor under a small limit, as measured: see docs/method.md.
constexpr double kVmCostFalls = 0.3;

absl::StatusOr<SimNoise> NoiseNamed(const std::string& name) {
  if (name == "quiet") return QuietNoise();
  if (name == "typical") return SimNoise{};
  if (name == "nasty") return NastyNoise();
  if (name == "vm") return VmNoise();
  return absl::InvalidArgumentError(
      absl::StrCat("no noise \"", name, "\"; there are quiet, typical, nasty and vm"));
}

absl::StatusOr<std::unique_ptr<SearchMethod>> MethodNamed(const std::string& name,
                                                          const SearchOptions& options) {
  if (name == "bisection") {
    return std::make_unique<TextbookSearch>(BisectionRules(options), options);
  }
  if (name == "rfc2544") return std::make_unique<TextbookSearch>(Rfc2544Rules(), options);
  if (name == "search" || name == "doubling") return MakeSearchMethod(name, options);
  return absl::InvalidArgumentError(
      absl::StrCat("no method \"", name, "\"; there are search, doubling, bisection and rfc2544"));
}

// Of an even number, between the two in the middle; the lower one's verdict.
SearchResult MedianOf(std::vector<SearchResult> answers) {
  std::sort(answers.begin(), answers.end(), [](const SearchResult& a, const SearchResult& b) {
    return a.sustainable_syscalls_per_sec < b.sustainable_syscalls_per_sec;
  });
  SearchResult median = answers[(answers.size() - 1) / 2];
  const SearchResult& above = answers[answers.size() / 2];
  median.sustainable_syscalls_per_sec =
      (median.sustainable_syscalls_per_sec + above.sustainable_syscalls_per_sec) / 2;
  median.upper_syscalls_per_sec =
      (median.upper_syscalls_per_sec + above.upper_syscalls_per_sec) / 2;
  return median;
}

// One run: the searches of one modelled host.
struct RunOfStudy {
  double seconds = 0;
  int trials = 0;
  double error = 0;  // of the median answer
  bool covered = false;
  Verdict verdict = Verdict::kFailed;
  double low_bad_share = 0;
  double high_bad_share = 1;
};

class Study {
 public:
  Study(const StudyOptions& options, const SimNoise& noise) : options_(options), noise_(noise) {}

  RunOfStudy Run(int index) const {
    SimRandom random(options_.seed * 1000003 + static_cast<uint64_t>(index) * 7919);
    SimModelOptions model = ModelOf(random, index);
    const double truth = Truth(model);
    std::vector<SearchResult> answers;
    RunOfStudy run;
    for (int i = 0; i < options_.repeat; ++i) {
      model.seed = model.seed * 6364136223846793005ULL + 1442695040888963407ULL;
      SearchOptions search;
      search.precision = options_.precision;
      search.time_budget = absl::Seconds(options_.time_budget_sec);
      if (options_.hint_error >= 0) {
        search.hint_syscalls_per_sec = truth * std::exp(random.Normal(options_.hint_error));
      }
      if (options_.no_lag) search.ring_syscalls = RingSyscalls(model);
      SimulatedSearch found = Search(model, search);
      run.seconds += absl::ToDoubleSeconds(found.model_time);
      run.trials += found.trials;
      answers.push_back(found.result);
    }
    const SearchResult median = MedianOf(std::move(answers));
    run.verdict = median.verdict;
    run.error = median.sustainable_syscalls_per_sec / truth - 1;
    run.covered = median.sustainable_syscalls_per_sec <= truth &&
                  (median.upper_syscalls_per_sec >= truth || median.upper_syscalls_per_sec == 0);
    if (noise_.wander_sd > 0) {
      // No answer is no clean rate.
      run.low_bad_share = median.sustainable_syscalls_per_sec > 0
                              ? BadShare(model, median.sustainable_syscalls_per_sec)
                              : 1;
      run.high_bad_share = BadShare(model, median.upper_syscalls_per_sec);
    }
    return run;
  }

 private:
  static double RingSyscalls(const SimModelOptions& model) {
    return model.ring_events / model.events_per_syscall;
  }

  SimModelOptions ModelOf(SimRandom& random, int index) const {
    SimModelOptions model;
    model.capacity_events_per_sec = options_.capacity_events_per_sec *
                                    std::exp(random.Uniform(-kCapacitySpread, kCapacitySpread));
    model.ring_events = options_.ring_events;
    model.noise = noise_;
    model.seed = options_.seed * 2654435761ULL + static_cast<uint64_t>(index) + 1;
    model.cores = options_.cpu_millis / 1000.0;
    model.throttle_allowance_ms = ThrottleAllowanceMs(options_.cpu_millis);
    model.generator_ceiling_syscalls_per_sec = kFarAway;
    if (options_.generator_max_syscalls_per_sec > 0) {
      model.generator_ceiling_syscalls_per_sec = options_.generator_max_syscalls_per_sec;
    }
    if (options_.no_lag) model.alerts_per_syscall = 0;
    if (noise_.wander_sd > 0) model.cost_falls_exponent = kVmCostFalls;
    if (options_.oom_at_syscalls_per_sec > 0) {
      model.memory_limit_bytes =
          model.base_memory_bytes +
          static_cast<int64_t>(options_.oom_at_syscalls_per_sec * model.events_per_syscall *
                               model.memory_bytes_per_event_per_sec);
    }
    if (options_.dip > 0) {
      model.dip_from = 0.6 * model.capacity_events_per_sec;
      model.dip_to = 0.75 * model.capacity_events_per_sec;
      model.dip_share = 1 - options_.dip;
    }
    model.trend = options_.trend;
    return model;
  }

  // The highest sustainable rate, syscalls/s.
  double Truth(const SimModelOptions& model) const {
    double edge = (model.capacity_events_per_sec * std::min(1.0, 1 + model.trend) -
                   model.background_events_per_sec) /
                  model.events_per_syscall;
    // Below the dip, or in it, all is well; above, it isn't everywhere.
    if (const double in_dip = model.dip_share * model.capacity_events_per_sec;
        options_.dip > 0 && in_dip < model.dip_to) {
      edge = std::min(edge, std::max(in_dip, model.dip_from));
    }
    for (const double most :
         {options_.oom_at_syscalls_per_sec, options_.generator_max_syscalls_per_sec}) {
      if (most > 0) edge = std::min(edge, most);
    }
    return edge;
  }

  // Of a look at the model while it idles, after which it knows what is late there.
  JudgeOptions JudgeOf(SimModel& model) const {
    TrialMeasurement idle = model.RunTrial(
        {.phase = TrialPhase::kBaseline, .syscalls_per_sec = 500, .duration = absl::Seconds(10)});
    model.SetLateThreshold(LateThresholdMs(model.options().throttle_allowance_ms, idle.lag.p90_ms));
    return {.precision = options_.precision,
            .throttle_allowance_ms = model.options().throttle_allowance_ms,
            .baseline_lag_ms = idle.lag.median_ms,
            .baseline_drops = idle.drops,
            .ring_events = model.options().ring_events,
            .ring_syscalls = options_.no_lag ? RingSyscalls(model.options()) : 0};
  }

  SimulatedSearch Search(const SimModelOptions& model_options, const SearchOptions& search) const {
    SimModel model(model_options);
    JudgeOptions judge = JudgeOf(model);
    std::unique_ptr<SearchMethod> method = *MethodNamed(options_.method, search);
    return RunSimulatedSearch(*method, model, judge);
  }

  double BadShare(SimModelOptions options, double rate) const {
    if (rate <= 0) return 0;
    options.seed ^= 0x9e3779b97f4a7c15ULL;
    SimModel model(options);
    JudgeOptions judge = JudgeOf(model);
    int bad = 0;
    for (int i = 0; i < kFreshTrials; ++i) {
      TrialMeasurement trial = model.RunTrial({.phase = TrialPhase::kConfirmation,
                                               .syscalls_per_sec = rate,
                                               .duration = absl::Seconds(10)});
      TrialClass seen = JudgeTrial(trial, judge).trial_class;
      if (seen == TrialClass::kBad || seen == TrialClass::kStrongBad || seen == TrialClass::kOom) {
        ++bad;
      }
    }
    return static_cast<double>(bad) / kFreshTrials;
  }

  const StudyOptions& options_;
  const SimNoise noise_;
};

StudyResult Summarize(const std::vector<RunOfStudy>& runs, const StudyOptions& options, bool zone) {
  StudyResult result;
  result.zone = zone;
  const double one = 1.0 / static_cast<double>(runs.size());
  std::vector<double> seconds;
  std::vector<double> trials;
  std::vector<double> errors;
  for (const RunOfStudy& run : runs) {
    seconds.push_back(run.seconds);
    trials.push_back(run.trials);
    errors.push_back(run.error);
    result.most_trials = std::max(result.most_trials, run.trials);
    if (run.error >= options.band_below && run.error <= options.band_above) result.in_band += one;
    if (run.error > options.band_above) result.over += one;
    if (run.covered) result.coverage += one;
    result.verdicts[std::string(VerdictName(run.verdict))] += one;
    if (run.low_bad_share <= 0.25) result.lo_ok += one;
    if (run.high_bad_share >= 0.5) result.hi_ok += one;
    result.low_bad_share += one * run.low_bad_share;
    result.high_bad_share += one * run.high_bad_share;
  }
  result.median_sec = Quantile(seconds, 0.5);
  result.p95_sec = Quantile(seconds, 0.95);
  result.median_trials = Quantile(trials, 0.5);
  result.median_error = Quantile(errors, 0.5);
  return result;
}

}  // namespace

absl::StatusOr<StudyResult> RunStudy(const StudyOptions& options) {
  // No comparison is true of what is no number.
  if (!(options.precision > 0 && options.precision < 1)) {
    return absl::InvalidArgumentError("--precision must be within 0 and 100%; try 5%");
  }
  if (!(options.dip >= 0 && options.dip < 1)) {
    return absl::InvalidArgumentError("--dip is the share of the capacity that is missing: 0 to 1");
  }
  if (!(options.trend > -1 && options.trend <= 1)) {
    return absl::InvalidArgumentError(
        "--trend is the share by which the capacity changes: above -1, at most 1");
  }
  if (!(options.time_budget_sec > 0 && options.time_budget_sec <= 24 * 3600)) {
    return absl::InvalidArgumentError(
        "--time-budget must be above 0 and at most a day, in seconds");
  }
  if (options.runs < 1 || options.repeat < 1 || !(options.capacity_events_per_sec > 0) ||
      !(options.ring_events > 0) || options.cpu_millis < 1) {
    return absl::InvalidArgumentError(
        "runs, repeat, capacity, ring and CPU must all be above zero");
  }
  BENCH_ASSIGN_OR_RETURN(SimNoise noise, NoiseNamed(options.noise));
  BENCH_RETURN_IF_ERROR(MethodNamed(options.method, {.precision = options.precision}).status());
  const Study study(options, noise);
  std::vector<RunOfStudy> runs(static_cast<size_t>(options.runs));
  // Each run has its own seed, so it is the same whichever thread does it.
  const size_t threads = std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::future<void>> workers;
  for (size_t first = 0; first < threads; ++first) {
    workers.push_back(std::async(std::launch::async, [&runs, &study, first, threads] {
      for (size_t i = first; i < runs.size(); i += threads)
        runs[i] = study.Run(static_cast<int>(i));
    }));
  }
  for (std::future<void>& worker : workers) worker.get();
  return Summarize(runs, options, noise.wander_sd > 0);
}

}  // namespace bench
