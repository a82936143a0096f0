// Where alerts arrive, over whatever channel, until somebody drains them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "worker/falco/alert_line.h"
#include "worker/falco/sensor.h"

namespace bench {

// Thread-safe. No channel is ever held up: what nobody drains is counted and forgotten.
class AlertInbox {
 public:
  // `max_alerts`: how many undrained alerts to keep (about 110 bytes each); then the newest are
  // dropped, so that what is kept is one unbroken stretch of time.
  explicit AlertInbox(size_t max_alerts = size_t{500'000}) : max_alerts_(max_alerts) {}

  void SetMarker(const std::string& marker) ABSL_LOCKS_EXCLUDED(mutex_);
  std::string marker() const ABSL_LOCKS_EXCLUDED(mutex_);
  std::vector<AlertRecord> Drain() ABSL_LOCKS_EXCLUDED(mutex_);
  AlertIntake Intake() const ABSL_LOCKS_EXCLUDED(mutex_);

  // `intake`: of what came with the batch and is no alert of a load. Empties `batch`.
  void Put(std::vector<AlertRecord>& batch, const AlertIntake& intake) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  const size_t max_alerts_;
  mutable absl::Mutex mutex_;
  std::vector<AlertRecord> alerts_ ABSL_GUARDED_BY(mutex_);
  AlertIntake intake_ ABSL_GUARDED_BY(mutex_);
  std::string marker_ ABSL_GUARDED_BY(mutex_);
};

// One channel's way into an inbox: gathers a batch, then hands it over, so that a flood costs few
// locks. Not thread-safe; the inbox must outlive it.
class AlertFeeder {
 public:
  explicit AlertFeeder(AlertInbox& inbox) : inbox_(inbox) {}

  void Begin();  // of a batch: from now on the marker of this moment holds
  void TakeLine(absl::string_view line, absl::Time received_at);  // JSON, one alert
  void Take(AlertRecord alert) { batch_.push_back(std::move(alert)); }
  void TakeUnreadable(int64_t lines) { intake_.unreadable_lines += lines; }
  void Publish();

 private:
  AlertInbox& inbox_;
  AlertParser parser_;
  std::vector<AlertRecord> batch_;
  AlertIntake intake_;
};

}  // namespace bench
