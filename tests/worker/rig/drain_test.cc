#include "worker/rig/drain.h"

#include <gtest/gtest.h>

namespace bench {
namespace {

constexpr absl::Duration kEnd = absl::Seconds(100);
constexpr absl::Duration kLater = absl::Milliseconds(100'600);

CounterReading Counted(int64_t events, int64_t drops, int64_t processed) {
  CounterReading reading;
  reading.kernel_events = events;
  reading.kernel_drops = drops;
  reading.processed_events = processed;
  return reading;
}

TEST(Drain, EventsAreDoneWhenThoseThatWereNotDroppedAreProcessed) {
  Drain drain(Counted(1'000, 0, 900), /*tells_alerts=*/false, 0, kEnd);
  EXPECT_FALSE(drain.Done(kLater)) << "nothing was read yet";
  drain.SawCounters(Counted(101'000, 20'000, 70'000));
  EXPECT_FALSE(drain.EventsDone());
  drain.SawCounters(Counted(101'000, 20'000, 80'700));
  EXPECT_TRUE(drain.EventsDone());
  EXPECT_TRUE(drain.Done(kEnd)) << "no alert is seen: none is waited for";
}

TEST(Drain, AlertsAreDoneWhenNoneHasComeForAWhile) {
  Drain drain(Counted(0, 0, 0), /*tells_alerts=*/true, 40, kEnd);
  drain.SawCounters(Counted(5'000, 0, 5'000));
  drain.SawAlerts(40, kEnd + absl::Milliseconds(400));
  EXPECT_FALSE(drain.Done(kEnd + absl::Milliseconds(400)));
  drain.SawAlerts(41, kEnd + absl::Milliseconds(450));
  EXPECT_FALSE(drain.Done(kLater));
  drain.SawAlerts(41, kEnd + absl::Milliseconds(900));
  EXPECT_FALSE(drain.Done(kEnd + absl::Milliseconds(949)));
  EXPECT_TRUE(drain.Done(kEnd + absl::Milliseconds(950)));
}

TEST(Drain, QuietAlertsDoNotEndItWhileEventsWait) {
  Drain drain(Counted(0, 0, 0), /*tells_alerts=*/true, 0, kEnd);
  drain.SawCounters(Counted(5'000, 0, 100));
  EXPECT_FALSE(drain.Done(kEnd + absl::Seconds(10)));
}

TEST(Drain, TheAlertsTellWhereTheProcessedEventsAreNotTold) {
  CounterReading reading = Counted(5'000, 0, 0);
  reading.tells_processed = false;
  Drain drain(Counted(0, 0, 0), /*tells_alerts=*/true, 0, kEnd);
  drain.SawCounters(reading);
  drain.SawAlerts(7, kEnd + absl::Milliseconds(300));
  EXPECT_FALSE(drain.Done(kLater));
  EXPECT_TRUE(drain.Done(kEnd + absl::Milliseconds(800)));
}

}  // namespace
}  // namespace bench
