#include "worker/load/load_engine.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/os/files.h"
#include "common/os/process.h"
#include "common/status/status_macros.h"
#include "worker/load/generator_process.h"
#include "worker/load/monotonic.h"

namespace bench {
namespace {

constexpr absl::Duration kPrepareTimeout = absl::Seconds(15);
constexpr absl::Duration kLoadEndTimeout = absl::Seconds(1);
constexpr absl::Duration kCleanUpTimeout = absl::Seconds(10);
// Long enough for all processes to have read their start line and to wait for the moment.
constexpr int64_t kHeadStartNs = 20'000'000;
constexpr int kMaxProcesses = 1024;
constexpr double kMinSyscallsPerSec = 1e-3;
constexpr double kMaxSyscallsPerSec = 1e9;
constexpr size_t kMaxMarkerLength = 128;  // it becomes part of file names

absl::StatusOr<std::string> FullMarker(absl::string_view marker) {
  if (marker.empty()) return absl::InvalidArgumentError("a load needs a marker");
  std::string full = absl::StartsWith(marker, kMarkerPrefix) ? std::string(marker)
                                                             : absl::StrCat(kMarkerPrefix, marker);
  const bool plain = std::all_of(full.begin(), full.end(), [](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
  });
  if (!plain || full.size() > kMaxMarkerLength) {
    return absl::InvalidArgumentError(
        absl::StrCat("the marker \"", marker,
                     "\" must be of letters, digits, '.', '_' and '-', and not longer "
                     "than ",
                     kMaxMarkerLength));
  }
  return full;
}

absl::Status CheckRequest(const LoadRequest& request) {
  if (request.processes < 1 || request.processes > kMaxProcesses) {
    return absl::InvalidArgumentError(
        absl::StrCat("a load needs 1 to ", kMaxProcesses, " processes, not ", request.processes));
  }
  if (request.duration <= absl::ZeroDuration() || request.duration > absl::Hours(24)) {
    return absl::InvalidArgumentError(
        absl::StrCat("a load lasts up to 24 hours, not ", absl::FormatDuration(request.duration)));
  }
  const bool closed = request.flat_out || request.sleep_between_actions > absl::ZeroDuration();
  const double rate = request.syscalls_per_sec;
  if (!closed && !(rate >= kMinSyscallsPerSec && rate <= kMaxSyscallsPerSec)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "a load needs a rate of 0.001 to 1e9 syscalls/s, not ", request.syscalls_per_sec));
  }
  if (request.canary_per_sec < 0 || request.canary_per_sec > 10'000) {
    return absl::InvalidArgumentError(
        absl::StrCat("canaries come at 0 to 10000/s, not ", request.canary_per_sec));
  }
  return absl::OkStatus();
}

GeneratorOptions OptionsOf(const LoadRequest& request, std::string marker,
                           const std::string& scratch_dir) {
  GeneratorOptions options;
  options.marker = std::move(marker);
  options.processes = request.processes;
  options.mix = request.mix;
  options.only_action = request.only_action;
  if (!request.flat_out) {
    options.sleep_ns = absl::ToInt64Nanoseconds(request.sleep_between_actions);
    if (options.sleep_ns == 0) {
      options.syscalls_per_sec = request.syscalls_per_sec;
      options.spin = request.spin;
    }
  }
  options.duration_ns = absl::ToInt64Nanoseconds(request.duration);
  options.canary_per_sec = request.canary_per_sec;
  options.scratch_dir = scratch_dir;
  return options;
}

ActionLatency LatencyOf(const std::vector<GeneratorProcess>& processes, int index,
                        const char* action) {
  std::array<int64_t, kHistogramBuckets> counts = {};
  for (const GeneratorProcess& process : processes) process.stats().latency[index].AddTo(counts);
  ActionLatency latency = {.action = action};
  for (int64_t count : counts) latency.samples += count;
  latency.mean = absl::Nanoseconds(HistogramMeanNs(counts));
  latency.p50 = absl::Nanoseconds(HistogramQuantileNs(counts, 0.5));
  latency.p99 = absl::Nanoseconds(HistogramQuantileNs(counts, 0.99));
  latency.max = absl::Nanoseconds(HistogramQuantileNs(counts, 1));
  return latency;
}

}  // namespace

class LoadEngine::Impl {
 public:
  Impl(std::string generator_path, std::string scratch_dir, Journal* journal)
      : generator_path_(std::move(generator_path)),
        scratch_dir_(std::move(scratch_dir)),
        journal_(journal) {}
  ~Impl() { GiveUp(); }

  absl::Status Prepare(const LoadRequest& request);
  absl::Status Begin();
  LoadStats Poll() const;
  bool Finished();
  void EndLoad();
  absl::StatusOr<LoadResult> Stop();

 private:
  struct File {
    std::string path;
    Journal::Entry entry;
  };

  absl::Status Launch(const LoadRequest& request, GeneratorOptions options);
  absl::Status WriteDownFiles(const GeneratorOptions& options);
  absl::Status AwaitReady();
  void GiveUp() {  // how they end is no news beside why
    Reap().IgnoreError();
    Release().IgnoreError();
  }
  absl::Status Reap();     // stops the processes and waits for their ends
  absl::Status Release();  // forgets them and removes what they left
  absl::Status RemoveFiles();
  absl::Status StrikeOut(Journal::Entry entry);
  LoadResult Result() const;

  const std::string generator_path_;
  const std::string scratch_dir_;
  Journal* const journal_;

  int64_t duration_ns_ = 0;
  Mix mix_;
  std::vector<GeneratorProcess> processes_;
  std::vector<Journal::Entry> process_entries_;
  std::vector<File> files_;
};

absl::Status LoadEngine::Impl::Prepare(const LoadRequest& request) {
  if (!processes_.empty()) return absl::FailedPreconditionError("a load is running already");
  BENCH_RETURN_IF_ERROR(CheckRequest(request));
  BENCH_ASSIGN_OR_RETURN(std::string marker, FullMarker(request.marker));
  GeneratorOptions options = OptionsOf(request, std::move(marker), scratch_dir_);
  BENCH_ASSIGN_OR_RETURN(mix_, MixOf(options));
  duration_ns_ = options.duration_ns;
  absl::Status launched = Launch(request, std::move(options));
  if (!launched.ok()) GiveUp();
  return launched;
}

absl::Status LoadEngine::Impl::Begin() {
  if (processes_.empty()) return absl::FailedPreconditionError("no load was prepared");
  const int64_t start_ns = MonotonicNs() + kHeadStartNs;
  for (GeneratorProcess& process : processes_) {
    if (absl::Status started = process.Start(start_ns); !started.ok()) {
      GiveUp();
      return started;
    }
  }
  return absl::OkStatus();
}

absl::Status LoadEngine::Impl::Launch(const LoadRequest& request, GeneratorOptions options) {
  // All files first: nothing may exist that the journal doesn't know.
  for (options.process = 0; options.process < request.processes; ++options.process) {
    BENCH_RETURN_IF_ERROR(WriteDownFiles(options));
  }
  for (options.process = 0; options.process < request.processes; ++options.process) {
    BENCH_ASSIGN_OR_RETURN(GeneratorProcess process,
                           GeneratorProcess::Spawn(generator_path_, options, request.cpus));
    processes_.push_back(std::move(process));
    if (journal_ == nullptr) continue;
    const pid_t pid = processes_.back().pid();
    // Gone already: AwaitReady will say why.
    const auto start_ticks = ProcessStartTicks(pid);
    if (!start_ticks.ok()) continue;
    BENCH_ASSIGN_OR_RETURN(const Journal::Entry entry,
                           journal_->DidStartProcess(pid, *start_ticks));
    process_entries_.push_back(entry);
  }
  return AwaitReady();
}

absl::Status LoadEngine::Impl::WriteDownFiles(const GeneratorOptions& options) {
  for (std::string& path : FilesOf(options, mix_)) {
    Journal::Entry entry = 0;
    if (journal_ != nullptr) {
      BENCH_ASSIGN_OR_RETURN(entry, journal_->WillCreateFile(path));
    }
    files_.push_back({.path = std::move(path), .entry = entry});
  }
  return absl::OkStatus();
}

absl::Status LoadEngine::Impl::AwaitReady() {
  const absl::Time deadline = absl::Now() + kPrepareTimeout;
  for (GeneratorProcess& process : processes_) {
    BENCH_RETURN_IF_ERROR(process.AwaitReady(deadline));
  }
  return absl::OkStatus();
}

LoadStats LoadEngine::Impl::Poll() const {
  LoadStats sum;
  for (const GeneratorProcess& process : processes_) {
    const StatsBlock& stats = process.stats();
    sum.issued_syscalls += stats.issued_syscalls.Get();
    sum.issued_actions += stats.issued_actions.Get();
    sum.issued_canaries += stats.issued_canaries.Get();
    sum.cpu += absl::Nanoseconds(stats.cpu_ns.Get());
    sum.max_lateness = std::max(sum.max_lateness, absl::Nanoseconds(stats.max_lateness_ns.Get()));
    sum.elapsed = std::max(sum.elapsed, absl::Nanoseconds(stats.elapsed_ns.Get()));
  }
  return sum;
}

bool LoadEngine::Impl::Finished() {
  const auto ended = [](const GeneratorProcess& process) { return process.ended_load(); };
  return std::all_of(processes_.begin(), processes_.end(), ended) ||
         std::any_of(processes_.begin(), processes_.end(),
                     [](GeneratorProcess& process) { return process.Died(); });
}

void LoadEngine::Impl::EndLoad() {
  for (GeneratorProcess& process : processes_) {
    if (!process.ended_load()) process.RequestLoadEnd();
  }
  const absl::Time deadline = absl::Now() + kLoadEndTimeout;
  const auto going_on = [](GeneratorProcess& process) {
    return !process.ended_load() && !process.Died();
  };
  while (std::any_of(processes_.begin(), processes_.end(), going_on) && absl::Now() < deadline) {
    absl::SleepFor(absl::Milliseconds(1));
  }
}

absl::StatusOr<LoadResult> LoadEngine::Impl::Stop() {
  if (processes_.empty()) return absl::FailedPreconditionError("no load was started");
  absl::Status ended = Reap();
  LoadResult result = Result();  // the figures go with the processes' memory
  ended.Update(Release());
  if (!ended.ok()) return ended;
  return result;
}

LoadResult LoadEngine::Impl::Result() const {
  LoadResult result;
  result.stats = Poll();
  result.duration = result.stats.elapsed;
  result.stopped_early =
      std::any_of(processes_.begin(), processes_.end(), [this](const GeneratorProcess& process) {
        return process.stats().elapsed_ns.Get() < duration_ns_;
      });
  std::array<int64_t, kHistogramBuckets> lateness = {};
  for (const GeneratorProcess& process : processes_) process.stats().lateness.AddTo(lateness);
  result.p99_lateness =
      std::min(result.stats.max_lateness, absl::Nanoseconds(HistogramQuantileNs(lateness, 0.99)));
  for (int i = 0; i < static_cast<int>(mix_.actions.size()); ++i) {
    result.latencies.push_back(LatencyOf(processes_, i, mix_.actions[i]->name));
  }
  return result;
}

absl::Status LoadEngine::Impl::Reap() {
  for (GeneratorProcess& process : processes_) process.RequestStop();
  absl::Status first;
  const absl::Time deadline = absl::Now() + kCleanUpTimeout;
  for (GeneratorProcess& process : processes_) first.Update(process.Reap(deadline));
  return first;
}

absl::Status LoadEngine::Impl::Release() {
  processes_.clear();
  absl::Status first = RemoveFiles();
  for (Journal::Entry entry : process_entries_) first.Update(StrikeOut(entry));
  process_entries_.clear();
  return first;
}

// The processes have removed them, unless they were killed.
absl::Status LoadEngine::Impl::RemoveFiles() {
  absl::Status first;
  for (const File& file : files_) {
    if (absl::Status removed = RemoveTree(file.path).status(); !removed.ok()) {
      first.Update(removed);  // stays in the journal: the next start tries again
      continue;
    }
    first.Update(StrikeOut(file.entry));
  }
  files_.clear();
  return first;
}

absl::Status LoadEngine::Impl::StrikeOut(Journal::Entry entry) {
  return journal_ == nullptr ? absl::OkStatus() : journal_->Done(entry);
}

LoadEngine::LoadEngine(std::string generator_path, std::string scratch_dir, Journal* journal)
    : impl_(std::make_unique<Impl>(std::move(generator_path), std::move(scratch_dir), journal)) {}
LoadEngine::~LoadEngine() = default;

absl::Status LoadEngine::Prepare(const LoadRequest& request) {
  return impl_->Prepare(request);
}
absl::Status LoadEngine::Begin() {
  return impl_->Begin();
}
absl::Status LoadEngine::Start(const LoadRequest& request) {
  BENCH_RETURN_IF_ERROR(impl_->Prepare(request));
  return impl_->Begin();
}
LoadStats LoadEngine::Poll() const {
  return impl_->Poll();
}
bool LoadEngine::Finished() {
  return impl_->Finished();
}
void LoadEngine::EndLoad() {
  impl_->EndLoad();
}
absl::StatusOr<LoadResult> LoadEngine::Stop() {
  return impl_->Stop();
}

}  // namespace bench
