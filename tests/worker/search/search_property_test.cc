// What holds for any search, whatever the judge says.
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/worker/search/scripted_search.h"
#include "worker/search/edge_search.h"
#include "worker/search/methods.h"

namespace bench {
namespace {

constexpr TrialClass kClasses[] = {TrialClass::kGood,      TrialClass::kNoise,     TrialClass::kBad,
                                   TrialClass::kStrongBad, TrialClass::kGenerator, TrialClass::kOom,
                                   TrialClass::kVoid,      TrialClass::kOutput};

// A judge with habits of its own, drawn from the seed: some classes often, others never.
class RandomJudge {
 public:
  explicit RandomJudge(uint64_t seed) : random_(seed) {
    std::vector<double> weights;
    for (size_t i = 0; i < std::size(kClasses); ++i) {
      double weight = Uniform(0, 1);
      weights.push_back(weight < 0.4 ? 0.0 : weight * weight);
    }
    weights[0] += 0.3;
    classes_ = std::discrete_distribution<int>(weights.begin(), weights.end());
    edge_ = 1000 * std::pow(20e3, Uniform(0, 1));
    obeys_edge_ = Uniform(0, 1);
  }

  TrialOutcome operator()(TrialRequest request) {
    if (request.sleep_between_actions > absl::ZeroDuration()) {
      request.syscalls_per_sec =
          3 / absl::ToDoubleSeconds(request.sleep_between_actions + absl::Microseconds(4));
    }
    double rate = request.syscalls_per_sec;
    TrialOutcome outcome = Uniform(0, 1) < obeys_edge_
                               ? HardEdge(request, edge_)
                               : Outcome(request, kClasses[classes_(random_)]);
    outcome.sensor_cpu_share = Uniform(-0.5, 2);
    if (Uniform(0, 1) < 0.3) outcome.achieved_syscalls_per_sec = rate * Uniform(0, 1.2);
    if (Uniform(0, 1) < 0.3) {
      outcome.judgement.capacity_syscalls_per_sec = rate * Uniform(-0.5, 3);
    }
    outcome.drops = outcome.judgement.trial_class == TrialClass::kBad ? 10 : 0;
    outcome.achieved_actions_per_sec = outcome.achieved_syscalls_per_sec / 3;
    return outcome;
  }

  double Uniform(double from, double to) {
    return std::uniform_real_distribution<double>(from, to)(random_);
  }

 private:
  std::mt19937_64 random_;
  std::discrete_distribution<int> classes_;
  double edge_ = 0;
  double obeys_edge_ = 0;
};

SearchOptions RandomOptions(uint64_t seed) {
  RandomJudge random(seed + 1'000'000);
  SearchOptions options;
  options.precision = random.Uniform(0.005, 0.5);
  options.time_budget = random.Uniform(0, 1) < 0.5 ? absl::Hours(10) : absl::Minutes(4);
  options.round_duration = absl::Seconds(random.Uniform(1, 20));
  if (random.Uniform(0, 1) < 0.3) options.hint_syscalls_per_sec = random.Uniform(1, 30e6);
  if (random.Uniform(0, 1) < 0.2) options.min_syscalls_per_sec = random.Uniform(0.1, 3);
  if (random.Uniform(0, 1) < 0.2) options.max_syscalls_per_sec = random.Uniform(1100, 5000);
  if (random.Uniform(0, 1) < 0.25) {  // no alert tells the lag
    options.ring_syscalls = 1000 * std::pow(1000, random.Uniform(0, 1));
  }
  return options;
}

class AnySearch : public testing::TestWithParam<const char*> {
 protected:
  ScriptedRun Run(uint64_t seed) {
    options_ = RandomOptions(seed);
    search_ = *MakeSearchMethod(GetParam(), options_);
    RandomJudge judge(seed);
    return Drive(*search_, std::ref(judge), kFarTooMany);
  }

  static constexpr int kFarTooMany = 1000;
  static constexpr int kSeeds = 400;
  SearchOptions options_;
  std::unique_ptr<SearchMethod> search_;
};

TEST_P(AnySearch, EndsWithinABoundedNumberOfTrials) {
  for (int seed = 0; seed < kSeeds; ++seed) {
    ScriptedRun run = Run(seed);
    ASSERT_LE(run.trials(), EdgeSearch::kMaxTrials) << seed;
    EXPECT_FALSE(search_->Next(run.elapsed).has_value()) << seed;
  }
}

TEST_P(AnySearch, ReportsOnlyRatesThatWereTriedAndInOrder) {
  for (int seed = 0; seed < kSeeds; ++seed) {
    ScriptedRun run = Run(seed);
    double low = run.result.sustainable_syscalls_per_sec;
    double high = run.result.upper_syscalls_per_sec;
    EXPECT_TRUE(low == 0 || run.Tried(low)) << seed << ": " << low;
    if (high != 0) {
      EXPECT_TRUE(run.Tried(high)) << seed << ": " << high;
      EXPECT_LT(low, high) << seed;
    }
    EXPECT_EQ(low, search_->lower_syscalls_per_sec());
    EXPECT_EQ(high, search_->upper_syscalls_per_sec());
    if (run.result.verdict == Verdict::kSustainable) {
      EXPECT_GT(low, 0) << seed;
      EXPECT_GT(high, 0) << seed;
      EXPECT_GE(run.result.confirmed_trials, 1) << seed;
    }
    EXPECT_FALSE(run.result.message.empty());
  }
}

TEST_P(AnySearch, AsksOnlyForRatesWithinItsBounds) {
  for (int seed = 0; seed < kSeeds; ++seed) {
    for (const TrialOutcome& outcome : Run(seed).outcomes) {
      const TrialRequest& request = outcome.request;
      EXPECT_GT(request.duration, absl::ZeroDuration());
      if (request.sleep_between_actions > absl::ZeroDuration()) continue;
      ASSERT_GT(request.syscalls_per_sec, 0) << seed;
      ASSERT_LE(request.syscalls_per_sec, options_.max_syscalls_per_sec) << seed;
    }
  }
}

TEST_P(AnySearch, GivesTheSameAnswerForTheSameTrials) {
  for (int seed = 0; seed < kSeeds / 10; ++seed) {
    ScriptedRun first = Run(seed);
    ScriptedRun second = Run(seed);
    EXPECT_EQ(first.trials(), second.trials());
    EXPECT_EQ(first.result.verdict, second.result.verdict);
    EXPECT_EQ(first.result.sustainable_syscalls_per_sec,
              second.result.sustainable_syscalls_per_sec);
    EXPECT_EQ(first.result.report, second.result.report);
  }
}

TEST_P(AnySearch, HasAResultAtAnyTime) {
  for (int seed = 0; seed < kSeeds / 10; ++seed) {
    std::unique_ptr<SearchMethod> search = *MakeSearchMethod(GetParam(), RandomOptions(seed));
    RandomJudge judge(seed);
    for (int trial = 0; trial < kFarTooMany; ++trial) {
      SearchResult result = search->Result();
      EXPECT_TRUE(result.upper_syscalls_per_sec == 0 ||
                  result.sustainable_syscalls_per_sec < result.upper_syscalls_per_sec);
      std::optional<TrialRequest> request = search->Next({});
      if (!request) break;
      search->Record(judge(*request));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Methods, AnySearch, testing::Values("search", "doubling"),
                         [](const auto& method) { return std::string(method.param); });

}  // namespace
}  // namespace bench
