#include "worker/load/generator_loop.h"

#include <algorithm>
#include <ctime>
#include <numeric>

#include "common/status/status_macros.h"

namespace bench {
namespace {

constexpr int64_t kNsPerSec = 1'000'000'000;
constexpr int64_t kLongestSleepNs = 100'000'000;
constexpr int64_t kCpuIntervalNs = 100'000'000;  // reading the CPU time is a system call
constexpr int kCanarySyscalls = 2;

// A system call, unlike MonotonicNs.
int64_t CpuNs() {
  timespec used = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return used.tv_sec * kNsPerSec + used.tv_nsec;
}

void Pause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace

absl::StatusOr<PreparedActions> PreparedActions::Prepare(const Mix& mix,
                                                         const ActionContext& context) {
  PreparedActions prepared;
  for (const ActionInfo* info : mix.actions) {
    prepared.actions_.push_back(info->make());
    BENCH_RETURN_IF_ERROR(prepared.actions_.back()->Prepare(context));
  }
  return prepared;
}

void PreparedActions::CleanUp() {
  for (const std::unique_ptr<Action>& action : actions_) action->CleanUp();
}

int SampleEvery(int cycle_steps) {
  int every = 61;
  while (std::gcd(every, cycle_steps) != 1) ++every;
  return every;
}

GeneratorLoop::GeneratorLoop(const Mix& mix, PreparedActions& actions, Action* canary,
                             CanarySchedule schedule, Pacer& pacer, StatsBlock& stats,
                             const LoopOptions& options)
    : canary_(canary),
      canary_schedule_(schedule),
      pacer_(pacer),
      stats_(stats),
      options_(options),
      position_(static_cast<size_t>(options.first_step) % mix.cycle.size()) {
  for (int index : mix.cycle) {
    const ActionInfo& info = *mix.actions[index];
    cycle_.push_back({.action = &actions[index],
                      .latency = &stats.latency[index],
                      .syscalls = info.syscalls_per_action,
                      .counts = !IsFiller(info)});
  }
}

void GeneratorLoop::Run(int64_t start_ns, const std::atomic<bool>& stop) {
  start_ns_ = start_ns;
  WaitUntil(0, stop);
  cpu_at_start_ns_ = CpuNs();
  int64_t now = ElapsedNs();
  while (!stop.load(std::memory_order_relaxed)) {
    // What was due by the end is still issued after it, nothing beyond.
    const int64_t at = std::min(now, options_.duration_ns);
    if (canary_ != nullptr && at >= canary_schedule_.next_ns()) RunCanary(at);
    const int64_t budget = pacer_.Budget(at, cycle_[position_].syscalls);
    if (budget >= cycle_[position_].syscalls) {
      const int64_t lateness = pacer_.LatenessNs(at, cycle_[position_].syscalls);
      const int64_t steps_before = steps_;
      const int64_t issued = RunSteps(budget);
      stats_.lateness.Count(lateness, steps_ - steps_before);
      max_lateness_ns_ = std::max(max_lateness_ns_, lateness);
      issued_syscalls_ += issued;
      now = ElapsedNs();
      pacer_.Issued(issued, now);
    } else {
      now = ElapsedNs();
    }
    Publish(now);
    if (at == options_.duration_ns) break;
    const int64_t wake = std::min({pacer_.WakeAt(now, cycle_[position_].syscalls),
                                   canary_schedule_.next_ns(), options_.duration_ns});
    if (wake > now) {
      WaitUntil(wake, stop);
      now = ElapsedNs();
    }
  }
  PublishCpu();
  stats_.ended.store(true, std::memory_order_release);
}

int64_t GeneratorLoop::RunSteps(int64_t budget) {
  int64_t issued = 0;
  for (;;) {
    const Step& step = cycle_[position_];
    if (issued + step.syscalls > budget) return issued;
    if (--until_timed_ == 0) {
      RunTimed(step);
    } else {
      step.action->Run();
    }
    issued += step.syscalls;
    ++steps_;
    issued_actions_ += step.counts ? 1 : 0;
    if (++position_ == cycle_.size()) position_ = 0;
  }
}

void GeneratorLoop::RunTimed(const Step& step) {
  until_timed_ = options_.latency_every;
  const int64_t before = MonotonicNs();
  step.action->Run();
  step.latency->Count(MonotonicNs() - before, 1);
}

void GeneratorLoop::RunCanary(int64_t at_ns) {
  canary_->Run();
  canary_schedule_.Advance(at_ns);
  pacer_.CanaryIssued(kCanarySyscalls);
  issued_syscalls_ += kCanarySyscalls;
  ++issued_actions_;
  ++issued_canaries_;
}

void GeneratorLoop::Publish(int64_t elapsed_ns) {
  stats_.issued_syscalls.Set(issued_syscalls_);
  stats_.issued_actions.Set(issued_actions_);
  stats_.issued_canaries.Set(issued_canaries_);
  stats_.max_lateness_ns.Set(max_lateness_ns_);
  stats_.elapsed_ns.Set(elapsed_ns);
  if (elapsed_ns >= cpu_due_ns_) {
    cpu_due_ns_ = elapsed_ns + kCpuIntervalNs;
    PublishCpu();
  }
}

void GeneratorLoop::PublishCpu() {
  stats_.cpu_ns.Set(CpuNs() - cpu_at_start_ns_);
}

void GeneratorLoop::WaitUntil(int64_t wake_ns, const std::atomic<bool>& stop) const {
  for (int64_t now = ElapsedNs(); now < wake_ns && !stop.load(std::memory_order_relaxed);
       now = ElapsedNs()) {
    if (options_.spin) {
      Pause();
      continue;
    }
    // In short pieces: a signal that comes just before the call does not end it.
    const int64_t until = start_ns_ + std::min(wake_ns, now + kLongestSleepNs);
    const timespec at = {.tv_sec = until / kNsPerSec, .tv_nsec = until % kNsPerSec};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, nullptr);
  }
}

}  // namespace bench
