#include "worker/rig/started_sensor.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/os/process.h"
#include "common/status/status_macros.h"
#include "common/units/quantity.h"

namespace bench {
namespace {

// A sensor that is refused memory, or sees beforehand that it would be, is not killed: it ends with
// words of its own (the reference sensor's) or of the C library's (Falco's).
bool SaysTooLittleMemory(absl::string_view last_words) {
  return absl::StrContains(last_words, "annot allocate memory") ||
         absl::StrContains(last_words, "bad_alloc") ||
         absl::StrContains(last_words, "the memory limit of");
}

}  // namespace

StartedSensor::StartedSensor(SensorFactory factory, CgroupMounts mounts, Journal* journal,
                             absl::Duration metrics_interval, LimitedSensorOptions options)
    : factory_(std::move(factory)),
      mounts_(std::move(mounts)),
      journal_(journal),
      options_(std::move(options)),
      metrics_interval_(metrics_interval) {}

StartedSensor::~StartedSensor() {
  Stop().IgnoreError();
}

absl::Status StartedSensor::CreateGroup() {
  auto journal_first = [this](const std::vector<std::string>& directories) -> absl::Status {
    for (const std::string& directory : directories) {
      BENCH_ASSIGN_OR_RETURN(Journal::Entry entry, journal_->WillCreateCgroup(directory));
      entries_.push_back(entry);
    }
    return absl::OkStatus();
  };
  BENCH_ASSIGN_OR_RETURN(group_, CreateCgroup(mounts_, options_.group_name, journal_first));
  return absl::OkStatus();
}

absl::Status StartedSensor::ApplyAndVerify(bool with_cpu) {
  if (with_cpu) {
    BENCH_RETURN_IF_ERROR(group_->SetCpu(options_.limits.cpu_millis));
  } else {
    BENCH_RETURN_IF_ERROR(group_->SetMemory(options_.limits.memory_bytes));
  }
  BENCH_ASSIGN_OR_RETURN(const CgroupLimits now, group_->ReadBack());
  CgroupLimits wanted = options_.limits;
  if (!with_cpu) wanted.cpu_millis = now.cpu_millis;
  return CheckLimitsHold(wanted, now);
}

absl::Status StartedSensor::Start() {
  absl::Status status = StartOnce();
  if (absl::IsFailedPrecondition(status) && sensor_ != nullptr) {
    metrics_interval_ *= 2;
    status = StartOnce();
  }
  return status;
}

absl::Status StartedSensor::StartOnce() {
  BENCH_RETURN_IF_ERROR(Stop());
  BENCH_RETURN_IF_ERROR(CreateGroup());
  BENCH_RETURN_IF_ERROR(ApplyAndVerify(/*with_cpu=*/false));
  BENCH_ASSIGN_OR_RETURN(sensor_, factory_());

  SensorStartOptions start;
  start.join_cgroup_procs = group_->procs_files();
  start.cpus = options_.cpus;
  start.metrics_interval = metrics_interval_;
  start.state_dir = options_.scratch_dir;
  if (absl::Status status = sensor_->Start(start); !status.ok()) return ExplainFailedStart(status);
  if (absl::StatusOr<uint64_t> ticks = ProcessStartTicks(sensor_->pid()); ticks.ok()) {
    BENCH_ASSIGN_OR_RETURN(Journal::Entry entry, journal_->DidStartProcess(sensor_->pid(), *ticks));
    entries_.push_back(entry);
  }
  if (absl::Status status = sensor_->WaitReady(options_.ready_timeout); !status.ok()) {
    return ExplainFailedStart(status);
  }
  BENCH_RETURN_IF_ERROR(ApplyAndVerify(/*with_cpu=*/true));
  if (absl::StatusOr<CgroupStats> stats = group_->Stats(); stats.ok()) {
    oom_kills_at_start_ = stats->oom_kills;
  }
  return absl::OkStatus();
}

absl::Status StartedSensor::ExplainFailedStart(const absl::Status& status) {
  absl::StatusOr<CgroupStats> stats = group_->Stats();
  if (stats.ok() && stats->oom_kills > 0) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the memory limit of ", FormatMemoryBytes(options_.limits.memory_bytes),
                     " killed the sensor while it started: give it more memory"));
  }
  // Not killed, but it can't have started either: the ring buffers count against the limit.
  const int64_t limit = options_.limits.memory_bytes;
  if (limit > 0 && sensor_->ring_bytes() >= limit) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "the memory limit of ", FormatMemoryBytes(limit), " is too small for a ring buffer of ",
        FormatMemoryBytes(sensor_->ring_bytes()), ": ", status.message()));
  }
  if (limit > 0 && SaysTooLittleMemory(status.message())) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the sensor does not start within the memory limit of ",
                     FormatMemoryBytes(limit), ": ", status.message()));
  }
  return status;
}

absl::Status StartedSensor::Stop() {
  absl::Status result;
  // What could not be undone stays, to be tried again, and so do its entries in the journal.
  if (sensor_ != nullptr) {
    absl::Status stopped = sensor_->Stop();
    if (stopped.ok()) sensor_.reset();
    result.Update(stopped);
  }
  if (group_ != nullptr) {
    absl::Status removed = group_->Remove();
    if (removed.ok()) group_.reset();
    result.Update(removed);
  }
  if (result.ok()) {
    for (Journal::Entry entry : entries_) result.Update(journal_->Done(entry));
    entries_.clear();
  }
  return result;
}

std::optional<LimitedSensor::Death> StartedSensor::CheckDeath() {
  if (sensor_ == nullptr || group_ == nullptr) return Death{.description = "it was not started"};
  absl::StatusOr<CgroupStats> stats = group_->Stats();
  bool oom = stats.ok() && stats->oom_kills > oom_kills_at_start_;
  SensorExit exit = sensor_->Exit();
  if (!exit.exited && !oom) return std::nullopt;
  std::string description = exit.exited ? exit.description : "a process of it was killed";
  if (oom) absl::StrAppend(&description, " by the memory limit");
  if (!oom && !exit.last_words.empty()) {
    absl::StrAppend(&description, "; its last words: ", exit.last_words);
  }
  return Death{.oom_killed = oom, .description = description};
}

absl::StatusOr<CgroupStats> StartedSensor::Stats() const {
  if (group_ == nullptr) return absl::FailedPreconditionError("the sensor is not up");
  return group_->Stats();
}

}  // namespace bench
