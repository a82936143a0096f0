#include "worker/rig/adopted_sensor.h"

#include <sched.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status/status_macros.h"
#include "common/units/quantity.h"

namespace bench {
namespace {

// How often it may be restarted in the middle of being attached to.
constexpr int kStartTries = 3;

}  // namespace

AdoptedSensor::AdoptedSensor(RunningSensorFinder find, Journal* journal,
                             LimitedSensorOptions options, AdoptedSensorHost host)
    : find_(std::move(find)),
      journal_(journal),
      options_(std::move(options)),
      host_(std::move(host)) {}

AdoptedSensor::~AdoptedSensor() {
  Stop().IgnoreError();
}

absl::Status AdoptedSensor::Start() {
  for (int tries = 1;; ++tries) {
    BENCH_RETURN_IF_ERROR(Stop());
    BENCH_ASSIGN_OR_RETURN(sensor_, find_());
    absl::Status up = LimitAndAwait();
    if (up.ok()) break;
    if (OomKilled()) {
      return absl::ResourceExhaustedError(absl::StrCat(
          "the memory limit of ", FormatMemoryBytes(options_.limits.memory_bytes),
          " killed Falco when it was set, or while Falco started: give it more memory"));
    }
    if (tries == kStartTries || !HasGone(up)) return up;
  }
  restart_told_ = false;
  return absl::OkStatus();
}

bool AdoptedSensor::HasGone(const absl::Status& status) {
  return absl::IsNotFound(status) || sensor_->Exit().exited;
}

absl::Status AdoptedSensor::LimitAndAwait() {
  auto journal_first = [this](const std::vector<SavedKnob>& knobs) -> absl::Status {
    for (const SavedKnob& knob : knobs) {
      BENCH_ASSIGN_OR_RETURN(Journal::Entry entry, journal_->WillChangeKnob(knob));
      entries_.push_back(entry);
    }
    return absl::OkStatus();
  };
  BENCH_ASSIGN_OR_RETURN(group_, host_.adopt(sensor_->pid(), journal_first));
  kernel_log_ = OomKillLog::Open(host_.kernel_log);
  BENCH_ASSIGN_OR_RETURN(const CgroupStats stats, group_->Stats());
  oom_kills_at_start_ = stats.oom_kills;
  BENCH_RETURN_IF_ERROR(group_->SetMemory(options_.limits.memory_bytes));
  BENCH_RETURN_IF_ERROR(sensor_->Start({.state_dir = options_.scratch_dir}));
  BENCH_RETURN_IF_ERROR(sensor_->WaitReady(options_.ready_timeout));
  BENCH_RETURN_IF_ERROR(group_->SetCpu(options_.limits.cpu_millis));
  BENCH_ASSIGN_OR_RETURN(const CgroupLimits now, group_->ReadBack());
  return CheckLimitsHold(options_.limits, now);
}

bool AdoptedSensor::OomKilled() {
  if (sensor_ == nullptr || group_ == nullptr) return false;
  const absl::StatusOr<CgroupStats> stats = group_->Stats();
  if (stats.ok() && stats->oom_kills > oom_kills_at_start_) return true;
  return kernel_log_.ok() && kernel_log_->Killed(sensor_->pid());
}

absl::Status AdoptedSensor::Release() {
  if (group_ != nullptr) BENCH_RETURN_IF_ERROR(group_->Restore());
  group_.reset();
  absl::Status result;
  for (Journal::Entry entry : entries_) result.Update(journal_->Done(entry));
  entries_.clear();
  return result;
}

absl::Status AdoptedSensor::Stop() {
  // First what matters to its users; closing the feeds may take a moment.
  absl::Status result = Release();
  if (sensor_ != nullptr) result.Update(sensor_->Stop());
  sensor_.reset();
  return result;
}

std::optional<LimitedSensor::Death> AdoptedSensor::CheckDeath() {
  if (sensor_ == nullptr || group_ == nullptr) return Death{.description = "it is not attached to"};
  const SensorExit exit = sensor_->Exit();
  if (!exit.exited) {
    // One that was moved to another group runs on, but not under our limits.
    const absl::Status held = group_->CheckStillThere();
    if (!absl::IsNotFound(held)) return std::nullopt;
    return Death{.description = std::string(held.message())};
  }
  if (OomKilled()) {
    return Death{.oom_killed = true,
                 .description = absl::StrCat("killed by the memory limit of ",
                                             FormatMemoryBytes(options_.limits.memory_bytes))};
  }
  if (kernel_log_.ok()) return Death{.description = exit.description};
  return Death{.description = absl::StrCat(exit.description,
                                           " (whether for its memory limit, only "
                                           "the kernel's log can tell where its group is gone: ",
                                           kernel_log_.status().message(), ")")};
}

std::string AdoptedSensor::TakeDisturbance() {
  if (const std::optional<Death> death = CheckDeath()) {
    if (death->oom_killed || std::exchange(restart_told_, true)) return "";
    return absl::StrCat("somebody stopped or restarted Falco meanwhile: ", death->description);
  }
  const absl::StatusOr<std::vector<std::string>> drift = group_->Drift();
  if (!drift.ok()) return std::string(drift.status().message());
  if (drift->empty()) return "";
  std::string told =
      absl::StrCat("somebody changed the limits meanwhile: ", absl::StrJoin(*drift, "; "));
  if (absl::Status again = group_->Reapply(); !again.ok()) {
    absl::StrAppend(&told, "; setting them anew: ", again.message());
  }
  return told;
}

absl::StatusOr<CgroupStats> AdoptedSensor::Stats() const {
  if (group_ == nullptr) return absl::FailedPreconditionError("the sensor is not attached to");
  return group_->Stats();
}

std::vector<int> AdoptedSensor::cpus() const {
  std::vector<int> cpus;
  cpu_set_t set;
  if (sensor_ == nullptr || sched_getaffinity(sensor_->pid(), sizeof set, &set) != 0) return cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
  }
  return cpus;
}

}  // namespace bench
