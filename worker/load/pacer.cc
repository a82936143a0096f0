#include "worker/load/pacer.h"

#include <algorithm>
#include <cmath>

namespace bench {
namespace {

constexpr int64_t kNsPerMs = 1'000'000;
constexpr double kNsPerSec = 1e9;

// Products of nanoseconds and thousandths of calls outgrow 64 bits.
using Wide = __int128;
constexpr Wide kMillisyscallNs = static_cast<Wide>(1'000'000'000'000);

constexpr double kExactBelowPerSec = 10'000;      // of all processes
constexpr double kSpinExactUpToPerSec = 100'000;  // of one process
constexpr double kSyscallsPerTick = 112;
constexpr double kMinTickNs = 0.25 * kNsPerMs;
constexpr double kMaxTickNs = 20 * kNsPerMs;
constexpr double kMaxCatchUp = 2;  // times the rate
constexpr double kMaxBacklogNs = 100 * kNsPerMs;
// Bounds the work between two looks at the clock where the rate asked for is beyond the machine.
constexpr int64_t kMaxBatch = 2048;
constexpr int64_t kFlatOutBatch = 256;

}  // namespace

SharedSchedule::SharedSchedule(double syscalls_per_sec, int process, int processes, int block)
    : millisyscalls_per_sec_(std::max<int64_t>(1, std::llround(syscalls_per_sec * 1000))),
      process_(process),
      processes_(processes),
      block_(block) {}

int64_t SharedSchedule::Owed(int64_t elapsed_ns) const {
  if (elapsed_ns <= 0) return 0;
  const auto total = static_cast<int64_t>(static_cast<Wide>(elapsed_ns) * millisyscalls_per_sec_ /
                                          kMillisyscallNs);
  const int64_t round = processes_ * block_;
  return total / round * block_ + std::clamp<int64_t>(total % round - process_ * block_, 0, block_);
}

int64_t SharedSchedule::DueAt(int64_t count) const {
  const int64_t rounds = (count - 1) / block_;
  const int64_t rest = (count - 1) % block_;
  const int64_t total = (rounds * processes_ + process_) * block_ + rest + 1;
  return static_cast<int64_t>((total * kMillisyscallNs + millisyscalls_per_sec_ - 1) /
                              millisyscalls_per_sec_);
}

OpenLoopPacer::OpenLoopPacer(const OpenLoopOptions& options)
    : schedule_(options.syscalls_per_sec, options.process, options.processes, options.largest_step),
      rate_per_ns_(options.syscalls_per_sec / options.processes / kNsPerSec) {
  const double rate_per_sec = rate_per_ns_ * kNsPerSec;
  const bool exact = options.spin ? rate_per_sec <= kSpinExactUpToPerSec
                                  : options.syscalls_per_sec < kExactBelowPerSec;
  if (!exact) {
    tick_ns_ = std::llround(std::clamp(kSyscallsPerTick / rate_per_ns_, kMinTickNs, kMaxTickNs));
    tick_offset_ns_ = tick_ns_ * options.process / options.processes;
  }
  max_backlog_ = std::llround(rate_per_ns_ * kMaxBacklogNs) + 2 * options.largest_step;
  bucket_ =
      std::max<double>(options.largest_step, kMaxCatchUp * rate_per_ns_ *
                                                 static_cast<double>(std::max(tick_ns_, kNsPerMs)));
  tokens_ = bucket_;
}

double OpenLoopPacer::TokensAt(int64_t elapsed_ns) const {
  const double passed_ns = static_cast<double>(elapsed_ns - tokens_at_ns_);
  return std::min(bucket_, tokens_ + std::max(0.0, passed_ns) * kMaxCatchUp * rate_per_ns_);
}

int64_t OpenLoopPacer::Budget(int64_t elapsed_ns, int next_step) {
  int64_t backlog = schedule_.Owed(elapsed_ns) - issued_ - given_up_;
  if (backlog > max_backlog_) {
    given_up_ += backlog - max_backlog_;
    backlog = max_backlog_;
  }
  tokens_ = TokensAt(elapsed_ns);
  tokens_at_ns_ = std::max(tokens_at_ns_, elapsed_ns);
  const int64_t budget = std::min({backlog, static_cast<int64_t>(tokens_), kMaxBatch});
  return budget < next_step ? 0 : budget;
}

void OpenLoopPacer::Issued(int64_t syscalls, int64_t /*elapsed_ns*/) {
  issued_ += syscalls;
  tokens_ = std::max(0.0, tokens_ - static_cast<double>(syscalls));
}

void OpenLoopPacer::CanaryIssued(int64_t syscalls) {
  Issued(syscalls, tokens_at_ns_);
}

int64_t OpenLoopPacer::WakeAt(int64_t elapsed_ns, int next_step) const {
  const double missing_tokens = next_step - TokensAt(elapsed_ns);
  if (tick_ns_ == 0) {
    const int64_t due = schedule_.DueAt(issued_ + given_up_ + next_step);
    if (missing_tokens <= 0) return due;
    const auto wait = static_cast<int64_t>(missing_tokens / (kMaxCatchUp * rate_per_ns_)) + 1;
    return std::max(due, elapsed_ns + wait);
  }
  // Calls that came due during the batch wait for the next tick; more than a tick's worth of them
  // means that we are behind.
  const auto tick_syscalls = static_cast<int64_t>(rate_per_ns_ * static_cast<double>(tick_ns_));
  const int64_t backlog = schedule_.Owed(elapsed_ns) - issued_ - given_up_;
  if (backlog >= tick_syscalls + next_step && missing_tokens <= 0) return elapsed_ns;
  const int64_t since = elapsed_ns - tick_offset_ns_;
  return since < 0 ? tick_offset_ns_ : tick_offset_ns_ + (since / tick_ns_ + 1) * tick_ns_;
}

int64_t OpenLoopPacer::LatenessNs(int64_t elapsed_ns, int next_step) const {
  return std::max<int64_t>(0, elapsed_ns - schedule_.DueAt(issued_ + given_up_ + next_step));
}

ClosedLoopPacer::ClosedLoopPacer(int64_t sleep_ns, int process, int processes)
    : sleep_ns_(sleep_ns), next_at_ns_(sleep_ns / processes * process) {}

int64_t ClosedLoopPacer::Budget(int64_t elapsed_ns, int next_step) {
  if (sleep_ns_ == 0) return kFlatOutBatch;
  return elapsed_ns >= next_at_ns_ ? next_step : 0;
}

void ClosedLoopPacer::Issued(int64_t syscalls, int64_t elapsed_ns) {
  if (syscalls > 0) next_at_ns_ = elapsed_ns + sleep_ns_;
}

void ClosedLoopPacer::CanaryIssued(int64_t /*syscalls*/) {}

int64_t ClosedLoopPacer::WakeAt(int64_t elapsed_ns, int /*next_step*/) const {
  return sleep_ns_ == 0 ? elapsed_ns : next_at_ns_;
}

int64_t ClosedLoopPacer::LatenessNs(int64_t elapsed_ns, int /*next_step*/) const {
  return sleep_ns_ == 0 ? 0 : std::max<int64_t>(0, elapsed_ns - next_at_ns_);
}

}  // namespace bench
