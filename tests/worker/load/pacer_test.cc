#include "worker/load/pacer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace bench {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kMs = 1'000'000;

// floor(elapsed * rate) for whole rates, in integers.
int64_t ExactlyDue(int64_t elapsed_ns, int64_t rate) {
  return static_cast<int64_t>(static_cast<__int128>(elapsed_ns) * rate / kSecond);
}

TEST(SharedSchedule, OwesTheFloorOfTimeTimesRate) {
  std::mt19937_64 random(1);
  for (int64_t rate : {1, 3, 7, 1'000, 9'999, 100'000, 333'333, 1'000'000, 123'456'789}) {
    const SharedSchedule schedule(static_cast<double>(rate), 0, 1, 2);
    for (int i = 0; i < 2000; ++i) {
      const auto elapsed = static_cast<int64_t>(random() % (24 * 3600 * kSecond));
      ASSERT_EQ(schedule.Owed(elapsed), ExactlyDue(elapsed, rate)) << rate << " " << elapsed;
    }
    EXPECT_EQ(schedule.Owed(kSecond), rate);
    EXPECT_EQ(schedule.Owed(kSecond - 1), rate - 1);
    EXPECT_EQ(schedule.Owed(0), 0);
    EXPECT_EQ(schedule.Owed(-kSecond), 0);
  }
}

TEST(SharedSchedule, CountsThousandthsPerSecond) {
  const SharedSchedule schedule(0.5, 0, 1, 1);
  EXPECT_EQ(schedule.Owed(2 * kSecond - 1), 0);
  EXPECT_EQ(schedule.Owed(2 * kSecond), 1);
  EXPECT_EQ(SharedSchedule(1234.567, 0, 1, 1).Owed(1000 * kSecond), 1'234'567);
}

TEST(SharedSchedule, SharesAddUpAtEveryMoment) {
  std::mt19937_64 random(2);
  for (int turn = 0; turn < 300; ++turn) {
    const auto rate = static_cast<int64_t>(1 + random() % 3'000'000);
    const int processes = 1 + static_cast<int>(random() % 9);
    const int block = 1 + static_cast<int>(random() % 3);
    std::vector<SharedSchedule> shares;
    shares.reserve(processes);
    for (int i = 0; i < processes; ++i) {
      shares.emplace_back(static_cast<double>(rate), i, processes, block);
    }
    for (int i = 0; i < 50; ++i) {
      const auto elapsed = static_cast<int64_t>(random() % (100 * kSecond));
      int64_t sum = 0;
      int64_t least = INT64_MAX;
      int64_t most = 0;
      for (const SharedSchedule& share : shares) {
        const int64_t owed = share.Owed(elapsed);
        sum += owed;
        least = std::min(least, owed);
        most = std::max(most, owed);
      }
      ASSERT_EQ(sum, ExactlyDue(elapsed, rate));
      ASSERT_LE(most - least, block);
    }
  }
}

TEST(SharedSchedule, ProcessesTakeTurnsAStepEach) {
  // Four syscalls a second by two processes in steps of two: a step each second, in turn.
  const SharedSchedule first(2, 0, 2, 2);
  const SharedSchedule second(2, 1, 2, 2);
  EXPECT_EQ(first.DueAt(2), 1 * kSecond);
  EXPECT_EQ(second.DueAt(2), 2 * kSecond);
  EXPECT_EQ(first.DueAt(4), 3 * kSecond);
  EXPECT_EQ(second.DueAt(4), 4 * kSecond);
}

TEST(SharedSchedule, DueAtIsTheFirstMomentItIsOwed) {
  std::mt19937_64 random(3);
  for (int turn = 0; turn < 5000; ++turn) {
    const double rate = 0.001 * static_cast<double>(1 + random() % 2'000'000'000);
    const int processes = 1 + static_cast<int>(random() % 7);
    const SharedSchedule schedule(rate, static_cast<int>(random() % processes), processes,
                                  1 + static_cast<int>(random() % 3));
    const auto count = static_cast<int64_t>(1 + random() % 10'000'000);
    const int64_t due = schedule.DueAt(count);
    ASSERT_GE(schedule.Owed(due), count);
    ASSERT_LT(schedule.Owed(due - 1), count);
  }
}

// Drives a pacer as the generator's loop does, on a simulated clock.
class Driver {
 public:
  Driver(Pacer& pacer, std::vector<int> cycle, int64_t ns_per_syscall)
      : pacer_(pacer), cycle_(std::move(cycle)), ns_per_syscall_(ns_per_syscall) {}

  // Wake-ups come up to `oversleep_ns` late.
  void RunUntil(int64_t end_ns, int64_t oversleep_ns = 0) {
    while (now_ < end_ns) {
      Poll();
      const int64_t wake = std::min(pacer_.WakeAt(now_, Next()), end_ns);
      if (wake <= now_) continue;
      ++sleeps_;
      now_ = wake + (oversleep_ns > 0 ? static_cast<int64_t>(random_() % oversleep_ns) : 0);
    }
    now_ = std::max(now_, end_ns);
    Poll();
  }

  void Poll() {
    const int64_t budget = pacer_.Budget(now_, Next());
    int64_t batch = 0;
    while (batch + Next() <= budget) {
      batch += Next();
      position_ = (position_ + 1) % cycle_.size();
    }
    max_batch_ = std::max(max_batch_, batch);
    issued_ += batch;
    now_ += batch * ns_per_syscall_;
    pacer_.Issued(batch, now_);
  }

  void Stall(int64_t ns) { now_ += ns; }

  int Next() const { return cycle_[position_]; }
  int64_t now() const { return now_; }
  int64_t issued() const { return issued_; }
  int64_t max_batch() const { return max_batch_; }
  int64_t sleeps() const { return sleeps_; }

 private:
  Pacer& pacer_;
  const std::vector<int> cycle_;
  const int64_t ns_per_syscall_;
  std::mt19937_64 random_{4};
  size_t position_ = 0;
  int64_t now_ = 0;
  int64_t issued_ = 0;
  int64_t max_batch_ = 0;
  int64_t sleeps_ = 0;
};

class OpenLoopPacerAtRate : public testing::TestWithParam<int64_t> {};

TEST_P(OpenLoopPacerAtRate, IssuesWhatIsDueAndNeverMore) {
  for (bool spin : {false, true}) {
    for (int processes : {1, 2, 5}) {
      int64_t sum = 0;
      for (int process = 0; process < processes; ++process) {
        OpenLoopPacer pacer({.syscalls_per_sec = static_cast<double>(GetParam()),
                             .process = process,
                             .processes = processes,
                             .spin = spin});
        const SharedSchedule schedule(static_cast<double>(GetParam()), process, processes, 2);
        Driver driver(pacer, {1, 2, 2}, 100);
        while (driver.now() < 3 * kSecond) {
          driver.RunUntil(driver.now() + 7 * kMs, 20'000);
          ASSERT_LE(driver.issued(), schedule.Owed(driver.now()));
        }
        driver.RunUntil(driver.now());
        ASSERT_GT(driver.issued(), schedule.Owed(driver.now() - kMs) - 2 - GetParam() / 1000);
        EXPECT_EQ(pacer.given_up(), 0);
        sum += driver.issued();
      }
      EXPECT_NEAR(static_cast<double>(sum) / static_cast<double>(GetParam()) / 3, 1,
                  0.003 + 2.0 * processes / static_cast<double>(GetParam()));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Rates, OpenLoopPacerAtRate,
                         testing::Values(10, 1'000, 9'999, 10'000, 40'000, 100'000, 400'000,
                                         2'000'000));

TEST(OpenLoopPacer, OwesExactlyTheFloorAtRandomPolls) {
  std::mt19937_64 random(5);
  for (int64_t rate : {100, 1'000, 50'000, 700'000}) {
    OpenLoopPacer pacer({.syscalls_per_sec = static_cast<double>(rate), .largest_step = 1});
    int64_t now = 0;
    int64_t issued = 0;
    for (int i = 0; i < 20'000; ++i) {
      // Never so long that the cap on batches would bind.
      now += static_cast<int64_t>(random() % (kMs / 2));
      const int64_t budget = pacer.Budget(now, 1);
      ASSERT_EQ(issued + budget, ExactlyDue(now, rate)) << rate << "/s at " << now;
      issued += budget;
      pacer.Issued(budget, now);
    }
  }
}

TEST(OpenLoopPacer, WakesAtTheExactTimeOfEachStepAtLowRates) {
  OpenLoopPacer pacer({.syscalls_per_sec = 1000});
  EXPECT_EQ(pacer.tick_ns(), 0);
  for (int step = 1; step <= 50; ++step) {
    EXPECT_EQ(pacer.WakeAt((step - 1) * 2 * kMs, 2), step * 2 * kMs);
    EXPECT_EQ(pacer.Budget(step * 2 * kMs - 1, 2), 0);
    EXPECT_EQ(pacer.Budget(step * 2 * kMs, 2), 2);
    pacer.Issued(2, step * 2 * kMs);
  }
}

TEST(OpenLoopPacer, SleepsForLessThanOnePercentOfTheSyscalls) {
  for (int64_t rate : {10'000, 20'000, 100'000, 400'000}) {
    OpenLoopPacer pacer({.syscalls_per_sec = static_cast<double>(rate)});
    Driver driver(pacer, {2}, 500);
    driver.RunUntil(5 * kSecond, 30'000);
    EXPECT_LT(static_cast<double>(driver.sleeps()), 0.01 * static_cast<double>(driver.issued()))
        << rate;
  }
}

TEST(OpenLoopPacer, StaggersTheTicksOfTheProcesses) {
  const auto tick_of = [](int process) {
    OpenLoopPacer pacer({.syscalls_per_sec = 400'000, .process = process, .processes = 2});
    return pacer.WakeAt(1, 2);
  };
  const int64_t apart = std::abs(tick_of(0) - tick_of(1));
  OpenLoopPacer pacer({.syscalls_per_sec = 400'000, .process = 0, .processes = 2});
  EXPECT_NEAR(static_cast<double>(apart), static_cast<double>(pacer.tick_ns()) / 2, 2);
}

TEST(OpenLoopPacer, KeepsBatchesSmall) {
  for (int64_t rate : {10'000, 100'000, 400'000, 1'000'000, 10'000'000}) {
    OpenLoopPacer pacer({.syscalls_per_sec = static_cast<double>(rate)});
    Driver driver(pacer, {2}, 600);
    driver.RunUntil(2 * kSecond, kMs);
    // Tens of thousands of events fit a sensor's ring.
    EXPECT_LE(driver.max_batch(), 2048) << rate;
  }
}

TEST(OpenLoopPacer, CatchesUpAtTwiceTheRateAtMost) {
  std::mt19937_64 random(6);
  for (int64_t rate : {1'000, 9'000, 60'000, 500'000}) {
    OpenLoopPacer pacer({.syscalls_per_sec = static_cast<double>(rate)});
    Driver driver(pacer, {2}, 50);
    const double slack =
        2 + 2.0 * static_cast<double>(rate) * std::max<double>(pacer.tick_ns(), kMs) / kSecond;
    struct Point {
      int64_t at;
      int64_t issued;
    };
    std::vector<Point> points = {{0, 0}};
    for (int i = 0; i < 200; ++i) {
      driver.Stall(static_cast<int64_t>(random() % (80 * kMs)));
      for (int j = 0; j < 20; ++j) {
        driver.RunUntil(driver.now() + static_cast<int64_t>(random() % (5 * kMs)));
        points.push_back({driver.now(), driver.issued()});
      }
    }
    for (size_t from = 0; from < points.size(); from += 3) {
      for (size_t to = from + 1; to < std::min(points.size(), from + 60); ++to) {
        const double seconds = static_cast<double>(points[to].at - points[from].at) / kSecond;
        ASSERT_LE(static_cast<double>(points[to].issued - points[from].issued),
                  2 * static_cast<double>(rate) * seconds + slack + 1)
            << rate;
      }
    }
  }
}

TEST(OpenLoopPacer, MakesUpForAShortStall) {
  for (int64_t rate : {1'000, 100'000, 500'000}) {
    OpenLoopPacer pacer({.syscalls_per_sec = static_cast<double>(rate)});
    Driver driver(pacer, {2}, 100);
    driver.RunUntil(kSecond);
    driver.Stall(80 * kMs);
    driver.RunUntil(2 * kSecond);
    EXPECT_NEAR(static_cast<double>(driver.issued()), 2.0 * static_cast<double>(rate),
                2 + static_cast<double>(rate) * 0.002);
    EXPECT_EQ(pacer.given_up(), 0);
  }
}

TEST(OpenLoopPacer, GivesUpWhatIsOlderThanATenthOfASecond) {
  for (int64_t rate : {1'000, 100'000, 500'000}) {
    OpenLoopPacer pacer({.syscalls_per_sec = static_cast<double>(rate)});
    Driver driver(pacer, {2}, 100);
    driver.RunUntil(kSecond);
    driver.Stall(600 * kMs);
    driver.RunUntil(3 * kSecond);
    // Half a second's worth is missing, visibly.
    EXPECT_NEAR(static_cast<double>(pacer.given_up()), 0.5 * static_cast<double>(rate),
                4 + static_cast<double>(rate) * 0.03);
    EXPECT_NEAR(static_cast<double>(driver.issued() + pacer.given_up()),
                3.0 * static_cast<double>(rate), 4 + static_cast<double>(rate) * 0.003);
  }
}

TEST(OpenLoopPacer, RunsFlatOutBeyondWhatTheProcessCanDo) {
  OpenLoopPacer pacer({.syscalls_per_sec = 3e6});
  Driver driver(pacer, {2}, 500);  // 2M/s
  driver.RunUntil(2 * kSecond);
  EXPECT_GT(driver.issued(), 3'980'000);
  EXPECT_LT(driver.sleeps(), 200);  // in the beginning, until it is a tick behind
}

TEST(OpenLoopPacer, CanariesAreTakenOutOfTheSchedule) {
  OpenLoopPacer pacer({.syscalls_per_sec = 1000});
  EXPECT_EQ(pacer.Budget(10 * kMs, 2), 2);  // the bucket holds a step at this rate
  pacer.Issued(2, 10 * kMs);
  pacer.CanaryIssued(8);
  EXPECT_EQ(pacer.Budget(11 * kMs, 2), 0);
  EXPECT_EQ(pacer.WakeAt(11 * kMs, 2), 12 * kMs);
}

TEST(OpenLoopPacer, LatenessCountsFromWhenTheStepWasDue) {
  OpenLoopPacer pacer({.syscalls_per_sec = 1000});
  EXPECT_EQ(pacer.LatenessNs(kMs, 2), 0);
  EXPECT_EQ(pacer.LatenessNs(2 * kMs, 2), 0);
  EXPECT_EQ(pacer.LatenessNs(5 * kMs, 2), 3 * kMs);
}

TEST(ClosedLoopPacer, SleepsAfterEachStep) {
  ClosedLoopPacer pacer(10 * kMs, 0, 1);
  EXPECT_EQ(pacer.Budget(0, 2), 2);
  pacer.Issued(2, 3 * kMs);  // the step took 3 ms
  EXPECT_EQ(pacer.Budget(12 * kMs, 2), 0);
  EXPECT_EQ(pacer.WakeAt(4 * kMs, 2), 13 * kMs);
  EXPECT_EQ(pacer.Budget(13 * kMs, 1), 1);
  EXPECT_EQ(pacer.LatenessNs(15 * kMs, 1), 2 * kMs);
}

TEST(ClosedLoopPacer, ACanaryDoesNotPutOffTheNextStep) {
  ClosedLoopPacer pacer(10 * kMs, 0, 1);
  pacer.Issued(2, 0);
  pacer.CanaryIssued(2);
  EXPECT_EQ(pacer.WakeAt(5 * kMs, 2), 10 * kMs);
}

TEST(ClosedLoopPacer, GoesFlatOutWithoutASleep) {
  ClosedLoopPacer pacer(0, 0, 1);
  Driver driver(pacer, {2}, 500);
  driver.RunUntil(kSecond);
  EXPECT_GE(driver.issued(), 2'000'000);
  EXPECT_EQ(driver.sleeps(), 0);
}

TEST(ClosedLoopPacer, ProcessesBeginApart) {
  EXPECT_EQ(ClosedLoopPacer(9 * kMs, 0, 3).WakeAt(0, 2), 0);
  EXPECT_EQ(ClosedLoopPacer(9 * kMs, 2, 3).WakeAt(0, 2), 6 * kMs);
}

}  // namespace
}  // namespace bench
