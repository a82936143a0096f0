#include "worker/agent/run_reporter.h"

#include <utility>

#include "absl/time/time.h"
#include "spdlog/spdlog.h"

namespace bench {
namespace {

// Often enough for a live view and far more often than a lease runs out.
constexpr absl::Duration kInterval = absl::Milliseconds(300);

}  // namespace

RunReporter::RunReporter(AgentClient& client, const v1::Assignment& assignment,
                         std::atomic<bool>& cancelled, Clock& clock)
    : client_(client),
      run_id_(assignment.run_id()),
      epoch_(assignment.epoch()),
      cancelled_(cancelled),
      clock_(clock),
      lease_ttl_(absl::Seconds(assignment.lease_ttl_sec())),
      lease_until_(clock.Monotonic() + lease_ttl_),
      loop_([this] { Loop(); }) {}

RunReporter::~RunReporter() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (loop_.joinable()) loop_.join();
}

void RunReporter::OnProgress(const v1::Progress& progress) {
  absl::MutexLock lock(&mutex_);
  *pending_.mutable_progress() = progress;
}

void RunReporter::OnTrial(const v1::Trial& trial, const std::vector<v1::Sample>& samples) {
  absl::MutexLock lock(&mutex_);
  *pending_.add_trials() = trial;
  for (const v1::Sample& sample : samples) *pending_.add_samples() = sample;
}

void RunReporter::OnManifest(const v1::Manifest& manifest) {
  absl::MutexLock lock(&mutex_);
  *pending_.mutable_manifest() = manifest;
}

void RunReporter::OnBaseline(const v1::Baseline& baseline) {
  absl::MutexLock lock(&mutex_);
  *pending_.mutable_baseline() = baseline;
}

void RunReporter::OnCalibration(const std::vector<v1::ActionCalibration>& calibration) {
  absl::MutexLock lock(&mutex_);
  pending_.mutable_calibration()->Assign(calibration.begin(), calibration.end());
}

bool RunReporter::HasBatch() const {
  return pending_.trials_size() > 0 || pending_.has_manifest() || pending_.has_baseline() ||
         pending_.calibration_size() > 0;
}

bool RunReporter::SendOne() {
  if (!unconfirmed_) {
    absl::MutexLock lock(&mutex_);
    in_flight_ = std::exchange(pending_, {});
    in_flight_.set_run_id(run_id_);
    in_flight_.set_epoch(epoch_);
    in_flight_.set_sequence(++sequence_);
    unconfirmed_ = true;
  }
  absl::StatusOr<v1::ReportResponse> response = client_.Report(in_flight_);
  absl::MutexLock lock(&mutex_);
  if (response.ok()) {
    unconfirmed_ = false;
    lease_ttl_ = absl::Seconds(response->lease_ttl_sec());
    lease_until_ = clock_.Monotonic() + lease_ttl_;
    if (response->cancel()) cancelled_ = true;
    return true;
  }
  if (!IsTransient(response.status())) {
    spdlog::warn("run {}: the controller refuses its reports: {}", run_id_,
                 response.status().ToString());
    lease_lost_ = true;
  } else if (clock_.Monotonic() > lease_until_) {
    spdlog::warn("run {}: the controller was away for a whole lease; giving the run up", run_id_);
    lease_lost_ = true;
  }
  if (lease_lost_) cancelled_ = true;
  return !lease_lost_;
}

void RunReporter::Loop() {
  for (;;) {
    {
      absl::MutexLock lock(&mutex_);
      if (mutex_.AwaitWithTimeout(absl::Condition(&stopping_), kInterval)) return;
    }
    if (!SendOne()) return;
  }
}

absl::Status RunReporter::Finish(const RunOutcome& outcome) {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  loop_.join();
  v1::FinishRequest finish;
  finish.set_run_id(run_id_);
  finish.set_epoch(epoch_);
  *finish.mutable_result() = outcome.result;
  *finish.mutable_usage() = outcome.usage;
  *finish.mutable_sensor() = outcome.sensor;
  finish.set_cancelled(outcome.cancelled);
  finish.set_retryable(outcome.retryable);
  for (;;) {
    bool more = false;
    {
      absl::MutexLock lock(&mutex_);
      if (lease_lost_) return absl::FailedPreconditionError("the run's lease was lost");
      more = unconfirmed_ || HasBatch();
    }
    absl::Status status;
    if (more) {
      if (!SendOne()) continue;
      if (!unconfirmed_) continue;
    } else {
      status = client_.Finish(finish).status();
      if (status.ok() || !IsTransient(status)) return status;
    }
    {
      absl::MutexLock lock(&mutex_);
      if (clock_.Monotonic() > lease_until_) {
        return absl::UnavailableError(
            "the controller was away until the run's lease had run out; it will lease it again");
      }
    }
    clock_.Sleep(kInterval);
  }
}

}  // namespace bench
