#include "worker/rig/sim_model.h"

#include <algorithm>
#include <cmath>

#include "worker/search/lateness.h"

namespace bench {
namespace {

constexpr double kStepSec = 0.1;
// As many of a step's alerts as it takes to know its lag; the rest are counted only.
constexpr int kAlertsTrackedPerStep = 5;
constexpr double kQuietLagMs = 1;
constexpr double kSyscallsPerFiller = 2;
constexpr double kHopelessLoss = 0.02;
constexpr double kSettleSec = 2.5;
constexpr double kMemoryGrowsAfterSec = 0.5;

}  // namespace

SimModel::SimModel(const SimModelOptions& options)
    : options_(options),
      random_(options.seed),
      late_threshold_ms_(LateThresholdMs(options.throttle_allowance_ms, 0)),
      wander_(random_.Normal(options.noise.wander_sd)) {}

double SimModel::CapacityNow() const {
  double capacity = options_.capacity_events_per_sec;
  double arriving = offered_per_sec_ * options_.events_per_syscall;
  if (options_.cost_falls_exponent > 0 && arriving > 0) {
    double gain = std::pow(arriving / capacity, options_.cost_falls_exponent);
    capacity *= std::min(gain, options_.busiest_gain);
  }
  if (offered_per_sec_ >= options_.dip_from && offered_per_sec_ < options_.dip_to) {
    capacity *= options_.dip_share;
  }
  capacity *= 1 + options_.trend * std::min(1.0, age_sec_ / options_.trend_sec);
  return capacity * (1 + drift_) * std::max(0.0, 1 + wander_);
}

void SimModel::Wander(double seconds) {
  if (options_.noise.wander_sd <= 0) return;
  double kept = std::exp(-seconds / options_.noise.wander_time_sec);
  wander_ = kept * wander_ + std::sqrt(1 - kept * kept) * random_.Normal(options_.noise.wander_sd);
}

// What the generator makes of the request.
double SimModel::OfferedSyscallsPerSec() const {
  const TrialRequest& request = trial_.request;
  double ceiling = options_.generator_ceiling_syscalls_per_sec;
  double wanted = request.syscalls_per_sec;
  if (request.sleep_between_actions > absl::ZeroDuration()) {
    double syscalls_per_action =
        options_.actions_per_syscall > 0 ? 1 / options_.actions_per_syscall : kSyscallsPerFiller;
    double action_sec =
        absl::ToDoubleSeconds(request.sleep_between_actions) + syscalls_per_action / ceiling;
    wanted = syscalls_per_action / action_sec;
  }
  return std::min(wanted, ceiling);
}

void SimModel::Begin(const TrialRequest& request) {
  trial_ = {};
  trial_.request = request;
  // Its zero is the trial's start.
  lag_.emplace(absl::UnixEpoch(), late_threshold_ms_);
  double fresh = std::sqrt(1 - std::pow(options_.noise.drift_correlation, 2));
  drift_ =
      options_.noise.drift_correlation * drift_ + fresh * random_.Normal(options_.noise.drift_sd);
  offered_per_sec_ = OfferedSyscallsPerSec();
  elapsed_sec_ = queue_ = events_ = drops_ = other_drops_ = 0;
  alerts_owed_ = stall_left_ms_ = cpu_seconds_ = 0;
  early_stop_.emplace(MaxDrops());
  dead_ = false;
}

bool SimModel::Step() {
  if (dead_ || trial_.stopped_early ||
      elapsed_sec_ >= absl::ToDoubleSeconds(trial_.request.duration) - kStepSec / 2) {
    return false;
  }
  Wander(kStepSec);
  double capacity = std::max(0.0, CapacityNow() * (1 + random_.Normal(options_.noise.jitter_sd)));
  double stalled_sec = std::min(stall_left_ms_, kStepSec * 1000) / 1000;
  stall_left_ms_ -= stalled_sec * 1000;
  if (stall_left_ms_ <= 0 && random_.Happens(options_.noise.stalls_per_sec, kStepSec)) {
    stall_left_ms_ = random_.Uniform(options_.noise.stall_min_ms, options_.noise.stall_max_ms);
    trial_.host_max_stall_ms = std::max(trial_.host_max_stall_ms, stall_left_ms_);
  }
  double arrivals =
      (offered_per_sec_ * options_.events_per_syscall + options_.background_events_per_sec) *
      kStepSec;
  if (random_.Happens(options_.noise.bursts_per_sec, kStepSec)) {
    arrivals += random_.Uniform(0.1, 0.5) * options_.ring_events;
  }
  if (random_.Happens(options_.noise.other_drops_per_sec, kStepSec)) {
    other_drops_ += std::round(random_.Uniform(10, 200));
  }

  double queue_before = queue_;
  double served = std::min(queue_ + arrivals, capacity * (kStepSec - stalled_sec));
  queue_ += arrivals - served;
  double dropped = std::max(0.0, queue_ - options_.ring_events);
  queue_ -= dropped;
  events_ += arrivals;
  drops_ += dropped;
  elapsed_sec_ += kStepSec;
  age_sec_ += kStepSec;

  double utilisation = std::min(1.0, served / (options_.capacity_events_per_sec * kStepSec));
  AddAlerts(queue_before, utilisation);
  AddSample(utilisation);
  int64_t memory = trial_.samples.back().memory_bytes;
  trial_.peak_memory_bytes = std::max(trial_.peak_memory_bytes, memory);
  trial_.resident_bytes = memory;
  dead_ = options_.memory_limit_bytes > 0 && memory > options_.memory_limit_bytes;
  trial_.stopped_early = early_stop_->Hopeless();
  return true;
}

// Spread over the step just done, each late by what stood in the queue before its event.
void SimModel::AddAlerts(double queue_before, double utilisation) {
  alerts_owed_ +=
      (offered_per_sec_ * options_.alerts_per_syscall + options_.canaries_per_sec) * kStepSec;
  auto alerts = static_cast<int64_t>(alerts_owed_);
  alerts_owed_ -= static_cast<double>(alerts);
  trial_.alerts_expected += static_cast<double>(alerts);
  trial_.alerts_received += alerts;  // dropped ones are taken off at the end
  double noise_ms = std::max(0.0, random_.Normal(options_.noise.lag_noise_ms));
  auto tracked = static_cast<int>(std::min<int64_t>(alerts, kAlertsTrackedPerStep));
  for (int i = 0; i < tracked; ++i) {
    double part = (i + 0.5) / tracked;
    double queue = queue_before + (queue_ - queue_before) * part;
    double throttled_ms = utilisation * random_.Uniform(0, options_.throttle_allowance_ms);
    double lag_ms =
        kQuietLagMs + queue / options_.capacity_events_per_sec * 1000 + noise_ms + throttled_ms;
    absl::Time at = absl::UnixEpoch() + absl::Seconds(elapsed_sec_ - kStepSec * (1 - part));
    lag_->Add(at, at + absl::Milliseconds(lag_ms));
  }
}

void SimModel::AddSample(double utilisation) {
  double cpu_cores = options_.cores * std::pow(utilisation, options_.cpu_exponent);
  cpu_seconds_ += cpu_cores * kStepSec;
  double processed_per_sec =
      std::min(offered_per_sec_ * options_.events_per_syscall, options_.capacity_events_per_sec);
  double grown = elapsed_sec_ > kMemoryGrowsAfterSec ? processed_per_sec : 0;
  TrialSample sample;
  sample.at = sample.counted_at = absl::Seconds(elapsed_sec_);
  sample.events = static_cast<int64_t>(events_);
  sample.drops = static_cast<int64_t>(drops_ + other_drops_);
  sample.lag_ms = lag_->TakeRecentMedianMs();
  sample.cpu_cores = cpu_cores;
  sample.memory_bytes = options_.base_memory_bytes +
                        static_cast<int64_t>(grown * options_.memory_bytes_per_event_per_sec);
  sample.issued_syscalls = static_cast<int64_t>(offered_per_sec_ * elapsed_sec_);
  sample.alerts = trial_.alerts_received;
  trial_.samples.push_back(sample);
  early_stop_->Saw(sample);
}

double SimModel::MaxDrops() const {
  if (!trial_.request.may_stop_early) return -1;
  return (options_.max_loss + kHopelessLoss) * offered_per_sec_ * options_.events_per_syscall *
         absl::ToDoubleSeconds(trial_.request.duration);
}

TrialMeasurement SimModel::Finish() {
  trial_.duration = absl::Seconds(elapsed_sec_);
  trial_.oom_killed = trial_.sensor_restarted = dead_;
  if (dead_) trial_.sensor_exit = "killed by signal 9 (Killed)";
  trial_.achieved_syscalls_per_sec = offered_per_sec_;
  trial_.achieved_actions_per_sec = offered_per_sec_ * options_.actions_per_syscall;
  trial_.generator_cpu_cores = offered_per_sec_ / options_.generator_ceiling_syscalls_per_sec;
  trial_.events = static_cast<int64_t>(events_);
  trial_.drops = static_cast<int64_t>(drops_ + other_drops_);
  double lost = events_ > 0 ? std::min(1.0, drops_ / events_) : 0;
  trial_.alerts_received = std::llround(static_cast<double>(trial_.alerts_received) * (1 - lost));
  trial_.lag = lag_->Summarize(trial_.duration);
  if (elapsed_sec_ > 0) trial_.cpu_cores = cpu_seconds_ / elapsed_sec_;
  trial_.max_thread_cores = trial_.cpu_cores;
  trial_.cpu_throttled_ratio = options_.cores < 1 ? trial_.cpu_cores / options_.cores : 0;
  double drain_sec = kSettleSec + queue_ / options_.capacity_events_per_sec;
  drain_time_ = absl::Seconds(drain_sec);
  age_sec_ += drain_sec;
  Wander(drain_sec);
  queue_ = 0;
  return trial_;
}

TrialMeasurement SimModel::RunTrial(const TrialRequest& request) {
  Begin(request);
  while (Step()) {
  }
  return Finish();
}

}  // namespace bench
