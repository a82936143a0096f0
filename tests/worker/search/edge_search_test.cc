#include "worker/search/edge_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "tests/worker/search/scripted_search.h"
#include "worker/search/methods.h"

namespace bench {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

ScriptedRun Search(const SearchOptions& options, const ScriptedJudge& judge) {
  EdgeSearch search(options);
  return Drive(search, judge);
}

double LogUniform(std::mt19937_64& random, double from, double to) {
  return from * std::pow(to / from, std::uniform_real_distribution<double>(0, 1)(random));
}

TEST(EdgeSearch, FindsAHardEdgeAnywhereWithinThePrecision) {
  std::mt19937_64 random(1);
  for (double precision : {0.05, 0.10}) {
    for (int i = 0; i < 150; ++i) {
      double capacity = LogUniform(random, 1100, 15e6);
      ScriptedRun run = Search({.precision = precision}, [&](const TrialRequest& request) {
        return HardEdge(request, capacity);
      });
      ASSERT_EQ(run.result.verdict, Verdict::kSustainable) << capacity;
      EXPECT_LE(run.result.sustainable_syscalls_per_sec, capacity);
      EXPECT_GT(run.result.upper_syscalls_per_sec, capacity);
      EXPECT_LE(run.result.upper_syscalls_per_sec,
                run.result.sustainable_syscalls_per_sec * (1 + precision) * 1.002);
      EXPECT_GE(run.result.confirmed_trials, 2);
      EXPECT_LE(run.trials(), 20) << capacity;
      EXPECT_THAT(run.result.flags, IsEmpty());
    }
  }
}

// What a trial says of the capacity, and the CPU share, may be off or missing: a wider interval,
// but no wrong one.
TEST(EdgeSearch, FindsAHardEdgeWhateverItsGuidesSay) {
  std::mt19937_64 random(2);
  std::uniform_real_distribution<double> share(0, 2);
  int sustainable = 0;
  for (int i = 0; i < 150; ++i) {
    double capacity = LogUniform(random, 1100, 15e6);
    ScriptedRun run = Search({.precision = 0.05}, [&](const TrialRequest& request) {
      TrialOutcome outcome = HardEdge(request, capacity);
      outcome.sensor_cpu_share = share(random);
      if (outcome.judgement.capacity_syscalls_per_sec) {
        outcome.judgement.capacity_syscalls_per_sec = capacity * LogUniform(random, 0.2, 5);
      }
      return outcome;
    });
    if (run.result.verdict == Verdict::kSustainable) {
      ++sustainable;
      EXPECT_LE(run.result.upper_syscalls_per_sec, run.result.sustainable_syscalls_per_sec * 2);
    }
    EXPECT_LE(run.result.sustainable_syscalls_per_sec, capacity);
    EXPECT_GT(run.result.upper_syscalls_per_sec, capacity);
  }
  EXPECT_GE(sustainable, 145);
}

TEST(EdgeSearch, AWrongHintCostsTrialsButNotTheAnswer) {
  std::mt19937_64 random(3);
  for (double wrong : {0.5, 0.9, 1.0, 1.1, 2.0}) {
    for (int i = 0; i < 50; ++i) {
      double capacity = LogUniform(random, 5000, 5e6);
      ScriptedRun run =
          Search({.hint_syscalls_per_sec = capacity * wrong},
                 [&](const TrialRequest& request) { return HardEdge(request, capacity); });
      ASSERT_EQ(run.result.verdict, Verdict::kSustainable);
      EXPECT_LE(run.result.sustainable_syscalls_per_sec, capacity);
      EXPECT_GT(run.result.upper_syscalls_per_sec, capacity);
      EXPECT_LE(run.trials(), 14) << wrong << " x " << capacity;
    }
  }
}

TEST(EdgeSearch, IsEconomicalOnAHardEdge) {
  std::vector<double> seconds;
  std::mt19937_64 random(4);
  for (int i = 0; i < 200; ++i) {
    double capacity = LogUniform(random, 20e3, 800e3);
    ScriptedRun run = Search({.precision = 0.10}, [&](const TrialRequest& request) {
      return HardEdge(request, capacity);
    });
    seconds.push_back(absl::ToDoubleSeconds(run.elapsed));
  }
  std::sort(seconds.begin(), seconds.end());
  EXPECT_LE(seconds[seconds.size() / 2], 100);
}

TEST(EdgeSearch, StartsAtTheLowestRateOrBelowTheHint) {
  EdgeSearch blind(SearchOptions{});
  EXPECT_EQ(blind.Next({})->syscalls_per_sec, 1000);
  EXPECT_EQ(blind.Next({})->phase, TrialPhase::kRamp);
  EXPECT_EQ(blind.Next({})->duration, absl::Seconds(3));
  EdgeSearch hinted(SearchOptions{.hint_syscalls_per_sec = 100e3});
  EXPECT_EQ(hinted.Next({})->syscalls_per_sec, 80e3);
}

TEST(EdgeSearch, AskingAgainGivesTheSameTrial) {
  EdgeSearch search(SearchOptions{});
  double first = search.Next({})->syscalls_per_sec;
  EXPECT_EQ(search.Next(absl::Hours(1))->syscalls_per_sec, first);
  search.Record(HardEdge(*search.Next({}), 50e3));
  EXPECT_GT(search.Next(absl::Seconds(5))->syscalls_per_sec, first);
}

TEST(EdgeSearch, ASoftEdgeIsAZoneBetweenTwoEndsThatMeanSomething) {
  // Never bad up to 100k, always from 140k on.
  int low_holds = 0;
  int high_holds = 0;
  int soft = 0;
  int sustainable = 0;
  constexpr int kRuns = 100;
  for (int seed = 0; seed < kRuns; ++seed) {
    std::mt19937_64 random(seed);
    std::uniform_real_distribution<double> chance(0, 1);
    auto bad_share = [](double rate) { return std::clamp((rate - 100e3) / 40e3, 0.0, 1.0); };
    ScriptedRun run = Search({.precision = 0.05, .time_budget = absl::Hours(1)},
                             [&](const TrialRequest& request) {
                               bool bad = chance(random) < bad_share(request.syscalls_per_sec);
                               return Outcome(request, bad ? TrialClass::kBad : TrialClass::kGood);
                             });
    if (run.result.verdict == Verdict::kSustainable) ++sustainable;
    double low = run.result.sustainable_syscalls_per_sec;
    double high = run.result.upper_syscalls_per_sec;
    if (bad_share(low) <= 0.6) ++low_holds;
    if (bad_share(high) >= 0.15) ++high_holds;
    bool flagged = testing::Value(run.result.flags, Contains(std::string(kFlagSoftEdge)));
    if (flagged) ++soft;
    EXPECT_EQ(flagged, run.result.message.find("between") != std::string::npos);
    EXPECT_TRUE(flagged || high <= low * 1.05 * 1.05) << low << " " << high;
  }
  EXPECT_GE(low_holds, kRuns * 85 / 100);
  EXPECT_GE(high_holds, kRuns * 85 / 100);
  EXPECT_GE(soft, kRuns * 8 / 10);
  EXPECT_GE(sustainable, kRuns * 98 / 100);
}

TEST(EdgeSearch, AGeneratorCeilingIsALowerBoundOnly) {
  for (double ceiling : {1500.0, 77e3, 1.5e6}) {
    std::mt19937_64 random(5);
    std::uniform_real_distribution<double> wavers(0.97, 1.0);
    ScriptedRun run = Search({}, [&](const TrialRequest& request) {
      double achieved = std::min(request.syscalls_per_sec, ceiling * wavers(random));
      TrialOutcome outcome =
          Outcome(request, achieved < kGeneratorShortfall * request.syscalls_per_sec
                               ? TrialClass::kGenerator
                               : TrialClass::kGood);
      outcome.achieved_syscalls_per_sec = achieved;
      outcome.sensor_cpu_share = 0.1;
      return outcome;
    });
    EXPECT_EQ(run.result.verdict, Verdict::kGeneratorBound) << run.result.message;
    EXPECT_GE(run.result.sustainable_syscalls_per_sec, 0.9 * ceiling);
    EXPECT_LE(run.result.sustainable_syscalls_per_sec, ceiling);
    EXPECT_EQ(run.result.upper_syscalls_per_sec, 0);
    EXPECT_GE(run.result.confirmed_trials, 3);
    EXPECT_TRUE(run.Tried(run.result.sustainable_syscalls_per_sec));
    EXPECT_LE(run.trials(), 20);
  }
}

// Where it can't make more, and nothing was bad, more looks would only have said so again.
TEST(EdgeSearch, ACeilingThatIsKnownWhenTheTimeIsUpIsTheAnswer) {
  const auto generator = [](const TrialRequest& request) {
    bool made = request.syscalls_per_sec <= 20e3;
    TrialOutcome outcome = Outcome(request, made ? TrialClass::kGood : TrialClass::kGenerator);
    outcome.achieved_syscalls_per_sec = std::min(request.syscalls_per_sec, 20e3);
    outcome.sensor_cpu_share = 0.1;
    return outcome;
  };
  const auto search = [&generator](absl::Duration budget) {
    return Search({.time_budget = budget, .ring_syscalls = 150e3}, generator).result;
  };
  const SearchResult enough = search(absl::Seconds(120));
  EXPECT_EQ(enough.verdict, Verdict::kGeneratorBound) << enough.message;
  EXPECT_EQ(enough.sustainable_syscalls_per_sec, 20e3);
  // One that was never held at it for as long as a trial takes is not known.
  EXPECT_EQ(search(absl::Seconds(20)).verdict, Verdict::kTimedOut);
}

// A sensor that is overloaded between 55k and 75k/s, and then not again up to 100k/s.
ScriptedRun SearchWithADip(double precision) {
  return Search({.precision = precision}, [](const TrialRequest& request) {
    const double rate = request.syscalls_per_sec;
    const bool in_dip = rate >= 55e3 && rate < 75e3;
    TrialOutcome outcome = HardEdge(request, in_dip ? 55e3 : 100e3);
    outcome.sensor_cpu_share = std::min(1.0, rate / 100e3);
    return outcome;
  });
}

TEST(EdgeSearch, WhatTheRampLeaptOverIsLookedAt) {
  for (double precision : {0.05, 0.10}) {
    ScriptedRun run = SearchWithADip(precision);
    EXPECT_EQ(run.result.verdict, Verdict::kSustainable) << run.result.message;
    EXPECT_LE(run.result.sustainable_syscalls_per_sec, 55e3);
    EXPECT_GE(run.result.sustainable_syscalls_per_sec, 45e3);
    EXPECT_LE(run.result.upper_syscalls_per_sec, 75e3);
  }
}

TEST(EdgeSearch, OneHiccupOfTheGeneratorIsNotItsCeiling) {
  int trial = 0;
  ScriptedRun run = Search({}, [&](const TrialRequest& request) {
    TrialOutcome outcome = HardEdge(request, 60e3);
    if (++trial == 3) {
      outcome = Outcome(request, TrialClass::kGenerator);
      outcome.achieved_syscalls_per_sec = request.syscalls_per_sec / 2;
    }
    return outcome;
  });
  EXPECT_EQ(run.result.verdict, Verdict::kSustainable) << run.result.message;
  EXPECT_GT(run.result.upper_syscalls_per_sec, 60e3);
}

// The sensor gives up at 80k; a generator that should make 100k makes 85k beside it.
TEST(EdgeSearch, OverloadAtAShortfallBoundsTheAchievedRate) {
  ScriptedRun run = Search({.precision = 0.10}, [&](const TrialRequest& request) {
    double achieved = std::min(request.syscalls_per_sec, 85e3);
    TrialOutcome outcome =
        Outcome(request, achieved > 80e3 ? TrialClass::kStrongBad : TrialClass::kGood);
    outcome.achieved_syscalls_per_sec = achieved;
    return outcome;
  });
  EXPECT_EQ(run.result.verdict, Verdict::kSustainable);
  EXPECT_LE(run.result.sustainable_syscalls_per_sec, 80e3);
  EXPECT_LE(run.result.upper_syscalls_per_sec, 85e3);
  EXPECT_GT(run.result.upper_syscalls_per_sec, 80e3);
}

TEST(EdgeSearch, TheHighestAllowedRateEndsTheRamp) {
  ScriptedRun run = Search({.max_syscalls_per_sec = 50e3},
                           [](const TrialRequest& request) { return HardEdge(request, 1e9); });
  EXPECT_EQ(run.result.verdict, Verdict::kGeneratorBound);
  EXPECT_EQ(run.result.sustainable_syscalls_per_sec, 50e3);
  EXPECT_THAT(run.result.flags, Contains(std::string(kFlagMaxRate)));
}

TEST(EdgeSearch, AnOomCliffIsTheUpperEnd) {
  int kills = 0;
  ScriptedRun run = Search({.precision = 0.10}, [&](const TrialRequest& request) {
    if (request.syscalls_per_sec > 40e3) {
      ++kills;
      return Outcome(request, TrialClass::kOom);
    }
    return HardEdge(request, 100e3);
  });
  EXPECT_EQ(run.result.verdict, Verdict::kSustainable);
  EXPECT_LE(run.result.sustainable_syscalls_per_sec, 40e3);
  EXPECT_GT(run.result.upper_syscalls_per_sec, 40e3);
  EXPECT_THAT(run.result.flags, Contains(std::string(kFlagOomAbove)));
  EXPECT_LE(kills, 4);  // each costs a restart of the sensor
}

TEST(EdgeSearch, OomEverywhereIsOutOfMemory) {
  for (double hint : {0.0, 300e3}) {
    ScriptedRun run = Search({.hint_syscalls_per_sec = hint}, [](const TrialRequest& request) {
      return Outcome(request, TrialClass::kOom);
    });
    EXPECT_EQ(run.result.verdict, Verdict::kOutOfMemory);
    EXPECT_EQ(run.result.sustainable_syscalls_per_sec, 0);
    EXPECT_LE(run.trials(), 8);
  }
}

TEST(EdgeSearch, ASensorThatDiesByItselfIsNoMatterOfMemory) {
  const auto crash = [](const TrialRequest& request) {
    TrialOutcome outcome = Outcome(request, TrialClass::kOom);
    outcome.oom_killed = false;
    outcome.judgement.reason = "the sensor did not live through the trial: killed by signal 11";
    return outcome;
  };
  ScriptedRun run = Search({}, crash);
  EXPECT_EQ(run.result.verdict, Verdict::kFailed);
  EXPECT_THAT(run.result.message, HasSubstr("signal 11 at every rate"));
  run = Search({}, [&crash](const TrialRequest& request) {
    return request.syscalls_per_sec > 40e3 ? crash(request) : HardEdge(request, 100e3);
  });
  EXPECT_EQ(run.result.verdict, Verdict::kSustainable);
  EXPECT_THAT(run.result.flags, Contains(std::string(kFlagDiesAbove)));
  EXPECT_THAT(run.result.flags, Not(Contains(std::string(kFlagOomAbove))));
}

TEST(EdgeSearch, OverloadAtTheLowestRateIsBelowMinimum) {
  for (double hint : {0.0, 300e3}) {
    ScriptedRun run = Search({.hint_syscalls_per_sec = hint}, [](const TrialRequest& request) {
      return Outcome(request, TrialClass::kBad);
    });
    EXPECT_EQ(run.result.verdict, Verdict::kBelowMinimum);
    EXPECT_EQ(run.result.upper_syscalls_per_sec, 1000);
    EXPECT_THAT(run.result.message, HasSubstr("more CPU"));
  }
}

// Another load on the host in the very first trial: the strongest evidence, and wrong.
TEST(EdgeSearch, OneStronglyBadTrialAtTheLowestRateIsNotBelievedForEver) {
  for (absl::Duration round : {absl::Seconds(10), absl::Seconds(3)}) {
    for (double capacity : {0.0, 700.0}) {
      int trial = 0;
      ScriptedRun run =
          Search({.precision = 0.10, .round_duration = round}, [&](const TrialRequest& request) {
            if (trial++ > 0) return HardEdge(request, 90e3);
            TrialOutcome outcome = Outcome(request, TrialClass::kStrongBad);
            if (capacity > 0) outcome.judgement.capacity_syscalls_per_sec = capacity;
            return outcome;
          });
      EXPECT_EQ(run.result.verdict, Verdict::kSustainable) << run.result.message;
      EXPECT_GE(run.result.sustainable_syscalls_per_sec, 70e3);
      EXPECT_LE(run.result.sustainable_syscalls_per_sec, 90e3);
      EXPECT_LE(run.trials(), 35);
    }
  }
}

// It once went on at that rate until its time was up.
TEST(EdgeSearch, TwoBadTrialsAtTheLowestRateAreNotBelievedForEver) {
  int trial = 0;
  ScriptedRun run = Search({.precision = 0.10}, [&](const TrialRequest& request) {
    return trial++ < 2 ? Outcome(request, TrialClass::kBad) : HardEdge(request, 90e3);
  });
  EXPECT_EQ(run.result.verdict, Verdict::kSustainable) << run.result.message;
  EXPECT_GE(run.result.sustainable_syscalls_per_sec, 70e3);
  EXPECT_LE(run.trials(), 35);
}

// The ramp met something else for three seconds, and what it took for the capacity misled it.
TEST(EdgeSearch, AShortBadTrialWithGoodOnesAboveItIsLookedAtAgain) {
  bool misled = false;
  ScriptedRun run = Search({.precision = 0.10}, [&](const TrialRequest& request) {
    if (!misled && request.phase == TrialPhase::kRamp && request.syscalls_per_sec > 5e3) {
      misled = true;
      TrialOutcome outcome = Outcome(request, TrialClass::kBad);
      outcome.judgement.capacity_syscalls_per_sec = request.syscalls_per_sec;
      return outcome;
    }
    return HardEdge(request, 90e3);
  });
  EXPECT_EQ(run.result.verdict, Verdict::kSustainable) << run.result.message;
  EXPECT_GE(run.result.sustainable_syscalls_per_sec, 70e3);
  EXPECT_LE(run.trials(), 35);
}

TEST(EdgeSearch, OneBadTrialAtALowRateDoesNotMisleadIt) {
  for (int unlucky = 0; unlucky < 10; ++unlucky) {
    int trial = 0;
    ScriptedRun run = Search({.precision = 0.10}, [&](const TrialRequest& request) {
      if (trial++ == unlucky) return Outcome(request, TrialClass::kBad);
      return HardEdge(request, 90e3);
    });
    ASSERT_EQ(run.result.verdict, Verdict::kSustainable) << unlucky;
    EXPECT_GE(run.result.sustainable_syscalls_per_sec, 70e3) << unlucky;
    EXPECT_LE(run.result.sustainable_syscalls_per_sec, 90e3) << unlucky;
    EXPECT_LE(run.trials(), 20) << unlucky;
  }
}

TEST(EdgeSearch, VoidTrialsAreRepeatedAndCounted) {
  int trial = 0;
  double void_rate = 0;
  bool repeated = false;
  ScriptedRun run = Search({}, [&](const TrialRequest& request) {
    if (++trial == 4) {
      void_rate = request.syscalls_per_sec;
      return Outcome(request, TrialClass::kVoid);
    }
    if (trial == 5) repeated = request.syscalls_per_sec == void_rate;
    return HardEdge(request, 70e3);
  });
  EXPECT_TRUE(repeated);
  EXPECT_EQ(run.result.verdict, Verdict::kSustainable);
  EXPECT_THAT(run.result.flags, Contains(std::string(kFlagVoidTrials)));
}

TEST(EdgeSearch, MostlyVoidTrialsAreANoisyHost) {
  int trial = 0;
  ScriptedRun run = Search({}, [&](const TrialRequest& request) {
    return ++trial % 3 == 0 ? HardEdge(request, 70e3) : Outcome(request, TrialClass::kVoid);
  });
  EXPECT_EQ(run.result.verdict, Verdict::kNoisyHost);
  EXPECT_GE(run.trials(), EdgeSearch::kFewestTrialsForNoisyHost);
  EXPECT_LE(run.trials(), 12);
  EXPECT_THAT(run.result.message, HasSubstr("trials void, the last one as "));
}

TEST(EdgeSearch, LostAlertsCountAgainstARateAndAreFlagged) {
  ScriptedRun run = Search({}, [](const TrialRequest& request) {
    return request.syscalls_per_sec > 30e3 ? Outcome(request, TrialClass::kOutput)
                                           : HardEdge(request, 100e3);
  });
  EXPECT_EQ(run.result.verdict, Verdict::kSustainable);
  EXPECT_LE(run.result.sustainable_syscalls_per_sec, 30e3);
  EXPECT_THAT(run.result.flags, Contains(std::string(kFlagOutputLoss)));
}

TEST(EdgeSearch, ASpentBudgetLeavesTheBestBracketSoFar) {
  EdgeSearch search(SearchOptions{.time_budget = absl::Seconds(45)});
  ScriptedRun run =
      Drive(search, [](const TrialRequest& request) { return HardEdge(request, 90e3); });
  EXPECT_EQ(run.result.verdict, Verdict::kTimedOut);
  EXPECT_LE(run.elapsed, absl::Seconds(45 + 3));
  EXPECT_GT(run.result.sustainable_syscalls_per_sec, 0);
  EXPECT_LE(run.result.sustainable_syscalls_per_sec, 90e3);
  EXPECT_GT(run.result.upper_syscalls_per_sec, 90e3);
  EXPECT_EQ(search.lower_syscalls_per_sec(), run.result.sustainable_syscalls_per_sec);
  EXPECT_EQ(search.upper_syscalls_per_sec(), run.result.upper_syscalls_per_sec);
}

TEST(EdgeSearch, ASensorThatGetsWorseAndWorseIsNotSustainable) {
  double capacity = 200e3;
  ScriptedRun run = Search({.time_budget = absl::Hours(2)}, [&](const TrialRequest& request) {
    capacity *= 0.93;
    return HardEdge(request, capacity);
  });
  EXPECT_NE(run.result.verdict, Verdict::kSustainable) << run.result.message;
  EXPECT_LE(run.trials(), EdgeSearch::kMaxTrials);
}

TEST(EdgeSearch, KeepsAnAccountOfEachTrial) {
  ScriptedRun run = Search({}, [](const TrialRequest& request) { return HardEdge(request, 90e3); });
  ASSERT_EQ(run.result.report.size(), run.outcomes.size());
  EXPECT_EQ(run.result.report[0], "trial 1: RAMP 1.00k/s for 3.0s: GOOD, GOOD");
}

TEST(MakeSearchMethod, KnowsTheMethodsAndSaysSoOfOthers) {
  EXPECT_TRUE(MakeSearchMethod("search", {}).ok());
  EXPECT_TRUE(MakeSearchMethod("doubling", {}).ok());
  EXPECT_THAT(MakeSearchMethod("guess", {}).status().ToString(),
              HasSubstr("no search method \"guess\"; there are \"search\" and \"doubling\""));
}

TEST(MakeSearchMethod, RefusesOptionsThatMakeNoSearch) {
  EXPECT_FALSE(MakeSearchMethod("search", {.precision = 0}).ok());
  EXPECT_FALSE(MakeSearchMethod("search", {.precision = std::nan("")}).ok());
  EXPECT_FALSE(MakeSearchMethod("search", {.round_duration = absl::ZeroDuration()}).ok());
  EXPECT_FALSE(MakeSearchMethod("search", {.min_syscalls_per_sec = 0}).ok());
  EXPECT_FALSE(
      MakeSearchMethod("search", {.min_syscalls_per_sec = 10, .max_syscalls_per_sec = 5}).ok());
  EXPECT_FALSE(MakeSearchMethod("search", {.hint_syscalls_per_sec = -1}).ok());
}

TEST(MakeSearchMethod, ABudgetThatIsSpentTimesOutAtOnce) {
  auto search = MakeSearchMethod("search", {.time_budget = -absl::Seconds(1)});
  ASSERT_TRUE(search.ok());
  EXPECT_FALSE((*search)->Next({}).has_value());
  EXPECT_EQ((*search)->Result().verdict, Verdict::kTimedOut);
}

TEST(VerdictName, IsWhatTheContractSays) {
  EXPECT_EQ(VerdictName(Verdict::kGeneratorBound), "GENERATOR_BOUND");
  EXPECT_EQ(VerdictName(Verdict::kNoisyHost), "NOISY_HOST");
}

}  // namespace
}  // namespace bench
