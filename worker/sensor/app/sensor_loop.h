// The sensor's one thread: takes events, lets rules judge them, writes alerts and metrics.
#pragma once

#include <csignal>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "worker/sensor/app/alert_writer.h"
#include "worker/sensor/app/event_clock.h"
#include "worker/sensor/app/metrics_file.h"
#include "worker/sensor/capture/probe.h"
#include "worker/sensor/rules/engine.h"
#include "worker/sensor/state/event_context.h"
#include "worker/sensor/state/interpreter.h"
#include "worker/sensor/state/thread_table.h"

namespace bench::sensor {

struct SensorLoopOptions {
  int64_t metrics_interval_ns = 100'000'000;
  bool write_alerts = true;  // otherwise matches are only counted
  std::string hostname;      // for the alerts
};

// All that it is given must outlive it. Not thread-safe.
class SensorLoop {
 public:
  SensorLoop(const SensorLoopOptions& options, Probe* probe, RuleEngine* engine,
             ThreadTable* threads, EventContext* context, EventClock* clock, AlertWriter* alerts,
             MetricsFile* metrics);

  // Until `stop` is set (by a signal, say) or standard output is closed, which is an error.
  absl::Status Run(const volatile std::sig_atomic_t& stop);

  int64_t processed_events() const { return processed_events_; }

 private:
  // Takes up to a batch of events; how many it took.
  int TakeBatch();
  void TakeEvent(const bench_event& event);
  // What is due by the clock: metrics, the clocks' offset, the sweep of the thread table.
  void DoTimedWork(int64_t now_ns);
  void Idle(int64_t now_ns);

  SensorLoopOptions options_;
  Probe* probe_;
  RuleEngine* engine_;
  ThreadTable* threads_;
  EventContext* context_;
  EventClock* clock_;
  AlertWriter* alerts_;
  MetricsFile* metrics_;
  Interpreter interpreter_;
  int64_t processed_events_ = 0;
  int64_t next_metrics_ns_ = 0;
  int64_t next_refresh_ns_ = 0;
  int64_t next_sweep_ns_ = 0;
  int64_t backoff_ns_ = 0;
  bool metrics_failed_ = false;  // said so on stderr already
};

}  // namespace bench::sensor
