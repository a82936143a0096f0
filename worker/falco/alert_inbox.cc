#include "worker/falco/alert_inbox.h"

#include <algorithm>
#include <iterator>

#include "absl/status/statusor.h"

namespace bench {

void AlertInbox::SetMarker(const std::string& marker) {
  absl::MutexLock lock(&mutex_);
  marker_ = marker;
}

std::string AlertInbox::marker() const {
  absl::MutexLock lock(&mutex_);
  return marker_;
}

std::vector<AlertRecord> AlertInbox::Drain() {
  std::vector<AlertRecord> drained;
  absl::MutexLock lock(&mutex_);
  drained.swap(alerts_);
  return drained;
}

AlertIntake AlertInbox::Intake() const {
  absl::MutexLock lock(&mutex_);
  return intake_;
}

void AlertInbox::Put(std::vector<AlertRecord>& batch, const AlertIntake& intake) {
  {
    absl::MutexLock lock(&mutex_);
    const size_t room = max_alerts_ - std::min(max_alerts_, alerts_.size());
    const size_t taken = std::min(room, batch.size());
    const auto end = batch.begin() + static_cast<ptrdiff_t>(taken);
    alerts_.insert(alerts_.end(), std::make_move_iterator(batch.begin()),
                   std::make_move_iterator(end));
    intake_.alerts += static_cast<int64_t>(taken);
    intake_.lost_alerts += static_cast<int64_t>(batch.size() - taken);
    intake_.internal_alerts += intake.internal_alerts;
    intake_.unreadable_lines += intake.unreadable_lines;
  }
  batch.clear();
}

void AlertFeeder::Begin() {
  parser_.set_marker(inbox_.marker());
}

void AlertFeeder::TakeLine(absl::string_view line, absl::Time received_at) {
  if (line.empty()) return;
  absl::StatusOr<ParsedAlert> alert = parser_.Parse(line);
  if (!alert.ok()) {
    ++intake_.unreadable_lines;
    return;
  }
  if (alert->internal) {
    ++intake_.internal_alerts;
    return;
  }
  batch_.push_back({.event_time = alert->event_time,
                    .received_at = received_at,
                    .rule = std::string(alert->rule),
                    .of_marker = alert->has_marker});
}

void AlertFeeder::Publish() {
  inbox_.Put(batch_, intake_);
  intake_ = {};
}

}  // namespace bench
