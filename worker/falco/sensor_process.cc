#include "worker/falco/sensor_process.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/os/clock.h"
#include "common/status/status_macros.h"
#include "worker/falco/poke.h"

namespace bench {
namespace {

namespace fs = std::filesystem;

constexpr int kAlertPipeBytes = 1 << 20;  // the most an unprivileged pipe may have
constexpr absl::Duration kPokeInterval = absl::Milliseconds(50);
constexpr absl::Duration kStopGrace = absl::Seconds(3);
constexpr absl::Duration kKillGrace = absl::Seconds(10);
constexpr absl::Duration kPollInterval = absl::Milliseconds(5);

// Leftovers of benchmarks that were killed. Whose process still runs is left alone.
void RemoveStaleCounterFiles(const std::string& directory) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, error)) {
    const std::string name = entry.path().filename().string();
    absl::string_view rest = name;
    pid_t owner = 0;
    if (!absl::ConsumePrefix(&rest, kCounterFilePrefix)) continue;
    if (!absl::SimpleAtoi(rest.substr(0, rest.find('-')), &owner) || owner <= 0) continue;
    if (kill(owner, 0) == 0 || errno != ESRCH) continue;
    fs::remove(entry.path(), error);
  }
}

std::string NewCounterFile(const std::string& directory) {
  static std::atomic<int> next{1};
  return absl::StrCat(directory, "/", kCounterFilePrefix, getpid(), "-", next++, ".jsonl");
}

// For a message to people: the last lines, each of a length that can be read. Exit() has it all.
std::string Quoted(const std::string& words) {
  constexpr size_t kLines = 4;
  constexpr size_t kLineBytes = 300;
  std::vector<absl::string_view> lines = absl::StrSplit(words, '\n', absl::SkipWhitespace());
  if (lines.empty()) return "it said nothing on stderr";
  if (lines.size() > kLines) lines.erase(lines.begin(), lines.end() - kLines);
  for (absl::string_view& line : lines) line = line.substr(0, kLineBytes);
  return absl::StrCat("its last words: ", absl::StrJoin(lines, "\n"));
}

bool SameCapture(const CounterReading& a, const CounterReading& b) {
  return a.start_ts == b.start_ts && a.reload_ts == b.reload_ts;
}

}  // namespace

SensorProcess::~SensorProcess() {
  Stop().IgnoreError();
}

absl::Status SensorProcess::Start(const SensorStartOptions& options) {
  if (options.metrics_interval < kMinMetricsInterval) {
    return absl::InvalidArgumentError(
        absl::StrCat("a metrics interval of ", absl::FormatDuration(options.metrics_interval),
                     " is too short: ", program_.kind, " takes 100ms and more"));
  }
  if (pid() > 0 && !PollChild()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the sensor runs already, as process ", pid()));
  }
  BENCH_RETURN_IF_ERROR(Stop());  // the reader and the file of one that ended by itself

  RemoveStaleCounterFiles(options.state_dir);
  const std::string counter_file = NewCounterFile(options.state_dir);
  SpawnOptions spawn;
  spawn.argv = program_.command_line(counter_file, options.metrics_interval);
  spawn.pipe_stdout = true;
  spawn.pipe_stderr = true;
  spawn.pipe_capacity_bytes = kAlertPipeBytes;
  spawn.join_cgroup_procs = options.join_cgroup_procs;
  spawn.cpus = options.cpus;
  BENCH_ASSIGN_OR_RETURN(ChildProcess child, ChildProcess::Spawn(spawn));

  auto new_reader =
      std::make_shared<SensorReader>(std::move(child.stdout_fd()), std::move(child.stderr_fd()),
                                     counter_file, program_.parse_counters);
  absl::MutexLock lock(&mutex_);
  new_reader->alerts().SetMarker(marker_);
  child_ = std::move(child);
  reader_ = std::move(new_reader);
  command_ = absl::StrJoin(spawn.argv, " ");
  counter_file_ = counter_file;
  return absl::OkStatus();
}

absl::Status SensorProcess::WaitReady(absl::Duration timeout) {
  const absl::Duration deadline = RealClock().Monotonic() + timeout;
  std::optional<CounterReading> first;
  for (;;) {
    const absl::Duration left = deadline - RealClock().Monotonic();
    absl::StatusOr<CounterReading> reading =
        CountersAfter(first ? first->at : absl::InfinitePast(), left);
    if (absl::IsDeadlineExceeded(reading.status())) {
      return absl::DeadlineExceededError(absl::StrCat(
          program_.kind, " was not ready within ", absl::FormatDuration(timeout), ": its counters ",
          first ? "do not move" : "did not come", "; ", Quoted(Exit().last_words)));
    }
    if (!reading.ok()) return WithStartHint(reading.status());
    if (first && SameCapture(*first, *reading) && reading->kernel_events > first->kernel_events) {
      return absl::OkStatus();
    }
    first = *std::move(reading);
  }
}

absl::Status SensorProcess::WithStartHint(const absl::Status& status) {
  const std::string hint = program_.start_hint ? program_.start_hint(Exit().last_words) : "";
  if (hint.empty()) return status;
  return absl::Status(status.code(), absl::StrCat(status.message(), "; ", hint));
}

SensorExit SensorProcess::Exit() {
  SensorExit exit;
  if (std::optional<ExitState> state = PollChild()) {
    exit.exited = true;
    exit.description = state->ToString();
  }
  // After the look at the process: if it has ended, all its words are in the pipe.
  if (auto r = reader()) exit.last_words = r->LastWords();
  return exit;
}

absl::Status SensorProcess::Stop() {
  std::string counter_file;
  {
    absl::MutexLock lock(&mutex_);
    counter_file = std::exchange(counter_file_, "");
  }
  if (pid() > 0 && !PollChild()) {
    Kill(SIGTERM);
    if (!WaitForEnd(kStopGrace)) Kill(SIGKILL);
    if (!WaitForEnd(kKillGrace)) {
      absl::MutexLock lock(&mutex_);
      counter_file_ = counter_file;  // to try again
      return absl::DeadlineExceededError(
          absl::StrCat(program_.kind, ", process ", child_.pid(), ", does not end on SIGKILL: it ",
                       "hangs in the kernel; see /proc/", child_.pid(), "/stack"));
    }
  }
  if (auto r = reader()) r->Stop();
  if (!counter_file.empty() && unlink(counter_file.c_str()) != 0 && errno != ENOENT) {
    return ErrnoStatus(absl::StrCat("removing ", counter_file), errno);
  }
  return absl::OkStatus();
}

absl::StatusOr<CounterReading> SensorProcess::LatestCounters() {
  auto r = reader();
  std::optional<CounterReading> latest = r ? r->counters().Latest() : std::nullopt;
  if (!latest)
    return absl::NotFoundError(absl::StrCat(program_.kind, " has not told its counters"));
  return *std::move(latest);
}

absl::StatusOr<CounterReading> SensorProcess::CountersAfter(absl::Time after,
                                                            absl::Duration timeout) {
  auto r = reader();
  if (!r) return absl::FailedPreconditionError("the sensor was not started");
  const absl::Duration deadline = RealClock().Monotonic() + timeout;
  for (;;) {
    const bool ended = PollChild().has_value();
    const absl::Duration left = deadline - RealClock().Monotonic();
    const absl::Duration wait = std::clamp(left, absl::ZeroDuration(), kPokeInterval);
    if (std::optional<CounterReading> reading = r->counters().FirstAfter(after, wait)) {
      return *std::move(reading);
    }
    if (ended) return EndedError();
    if (left <= absl::ZeroDuration()) {
      return absl::DeadlineExceededError(absl::StrCat("no counters from ", program_.kind,
                                                      " within ", absl::FormatDuration(timeout)));
    }
    PokeSensor();
  }
}

void SensorProcess::SetAlertMarker(const std::string& marker) {
  absl::MutexLock lock(&mutex_);
  marker_ = marker;
  if (reader_) reader_->alerts().SetMarker(marker);
}

std::vector<AlertRecord> SensorProcess::DrainAlerts() {
  auto r = reader();
  return r ? r->alerts().Drain() : std::vector<AlertRecord>();
}

AlertIntake SensorProcess::Intake() {
  auto r = reader();
  return r ? r->Intake() : AlertIntake();
}

std::string SensorProcess::command() const {
  absl::MutexLock lock(&mutex_);
  return command_;
}

pid_t SensorProcess::pid() const {
  absl::MutexLock lock(&mutex_);
  return child_.pid();
}

std::shared_ptr<SensorReader> SensorProcess::reader() const {
  absl::MutexLock lock(&mutex_);
  return reader_;
}

std::optional<ExitState> SensorProcess::PollChild() {
  absl::MutexLock lock(&mutex_);
  return child_.Poll();
}

bool SensorProcess::WaitForEnd(absl::Duration timeout) {
  const absl::Duration deadline = RealClock().Monotonic() + timeout;
  while (!PollChild()) {
    if (RealClock().Monotonic() >= deadline) return false;
    RealClock().Sleep(kPollInterval);
  }
  return true;
}

void SensorProcess::Kill(int signal_number) {
  absl::MutexLock lock(&mutex_);
  child_.Signal(signal_number).IgnoreError();  // it may have ended just now
}

absl::Status SensorProcess::EndedError() {
  const SensorExit exit = Exit();
  return absl::FailedPreconditionError(absl::StrCat(program_.kind, " has ended (", exit.description,
                                                    "); ", Quoted(exit.last_words)));
}

}  // namespace bench
