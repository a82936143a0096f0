#include "worker/sensor/app/sensor_loop.h"

#include <algorithm>
#include <cstdio>
#include <ctime>

#include "absl/strings/string_view.h"
#include "common/status/status_macros.h"
#include "worker/sensor/output/alert_format.h"

namespace bench::sensor {
namespace {

// The clock is looked at after that many events: often enough to keep every deadline below, at the
// dearest event, to a millisecond or two of work.
constexpr int kBatch = 256;
// While there are no events we sleep longer and longer, as Falco's modern probe does.
constexpr int64_t kMinBackoffNs = 500'000;
constexpr int64_t kMaxBackoffNs = 30'000'000;
constexpr int64_t kRefreshNs = 1'000'000'000;
// A pass over the thread table looks at a slice of it each period, a larger one of a larger table,
// and begins anew a while after its end: entries that outlive their thread cost memory only. Of a
// table that grew beyond what hosts have, many have outlived theirs.
constexpr int64_t kSweepSliceNs = 100'000'000;
constexpr int64_t kSweepPauseNs = 60'000'000'000;
constexpr size_t kSweepSlice = 64;
constexpr size_t kSweepFraction = 64;
constexpr size_t kLargeTable = 16384;
// How long a reader may take to make room for the last alerts.
constexpr int kLastWordsMs = 200;

void SleepNs(int64_t ns) {
  const timespec duration{ns / 1'000'000'000, ns % 1'000'000'000};
  nanosleep(&duration, nullptr);  // a signal ends it early, which is welcome
}

}  // namespace

SensorLoop::SensorLoop(const SensorLoopOptions& options, Probe* probe, RuleEngine* engine,
                       ThreadTable* threads, EventContext* context, EventClock* clock,
                       AlertWriter* alerts, MetricsFile* metrics)
    : options_(options),
      probe_(probe),
      engine_(engine),
      threads_(threads),
      context_(context),
      clock_(clock),
      alerts_(alerts),
      metrics_(metrics),
      interpreter_(threads) {}

absl::Status SensorLoop::Run(const volatile std::sig_atomic_t& stop) {
  backoff_ns_ = kMinBackoffNs;
  next_metrics_ns_ = MonotonicNs();
  next_sweep_ns_ = next_metrics_ns_ + kSweepPauseNs;
  while (!stop) {
    const int taken = TakeBatch();
    const int64_t now_ns = MonotonicNs();
    DoTimedWork(now_ns);
    if (alerts_->IsFull()) {
      // Wait for the reader, but not beyond the next snapshot.
      const int64_t wait_ms = (next_metrics_ns_ - MonotonicNs()) / 1'000'000;
      BENCH_RETURN_IF_ERROR(alerts_->Flush(static_cast<int>(std::clamp<int64_t>(wait_ms, 1, 100))));
    } else if (taken == 0 || alerts_->IsDue(now_ns)) {
      BENCH_RETURN_IF_ERROR(alerts_->Flush(0));
    }
    if (taken == 0 && !alerts_->IsFull()) {
      Idle(now_ns);
    } else {
      backoff_ns_ = kMinBackoffNs;
    }
  }
  return alerts_->Flush(kLastWordsMs);
}

int SensorLoop::TakeBatch() {
  int taken = 0;
  while (taken < kBatch && !alerts_->IsFull()) {
    const bench_event* event = probe_->rings().Next();
    if (event == nullptr) break;
    TakeEvent(*event);
    ++taken;
  }
  return taken;
}

void SensorLoop::TakeEvent(const bench_event& event) {
  const absl::string_view data(reinterpret_cast<const char*>(&event + 1), event.data_bytes);
  context_->time_ns = clock_->WallOf(event.boot_ns);
  interpreter_.Interpret(event, data, *context_);
  ++processed_events_;
  const Rule* rule = engine_->FirstMatch(*context_);
  if (rule == nullptr || !options_.write_alerts) return;
  AppendAlert(*rule, *context_, options_.hostname, alerts_->buffer());
  alerts_->Appended(MonotonicNs());
}

void SensorLoop::DoTimedWork(int64_t now_ns) {
  if (now_ns >= next_metrics_ns_) {
    absl::Status status = metrics_->Write(*probe_, *engine_, *threads_, processed_events_, now_ns);
    if (!status.ok() && !metrics_failed_) {
      fprintf(stderr, "bench-sensor: %s; metrics are incomplete from here on\n",
              std::string(status.message()).c_str());
    }
    metrics_failed_ = !status.ok();
    // On the grid, but without making up for what was missed.
    next_metrics_ns_ = std::max(next_metrics_ns_ + options_.metrics_interval_ns,
                                now_ns + options_.metrics_interval_ns / 2);
  }
  if (now_ns >= next_refresh_ns_) {
    clock_->Refresh();
    next_refresh_ns_ = now_ns + kRefreshNs;
  }
  if (now_ns >= next_sweep_ns_) {
    const size_t count = threads_->thread_count();
    const bool done = threads_->Sweep(kSweepSlice + count / kSweepFraction);
    next_sweep_ns_ = now_ns + (done && count < kLargeTable ? kSweepPauseNs : kSweepSliceNs);
  }
}

void SensorLoop::Idle(int64_t now_ns) {
  const int64_t until_metrics_ns = std::max<int64_t>(next_metrics_ns_ - now_ns, 0);
  SleepNs(std::min(backoff_ns_, until_metrics_ns));
  backoff_ns_ = std::min(backoff_ns_ * 2, kMaxBackoffNs);
}

}  // namespace bench::sensor
