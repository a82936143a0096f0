#include "worker/load/stall_probe.h"

#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <latch>
#include <thread>
#include <vector>

#include "worker/load/monotonic.h"
#include "worker/load/stall_recorder.h"

namespace bench {
namespace {

constexpr int64_t kFirstPeriodNs = 1'000'000;
constexpr int kWakesPerMeasurement = 200;
constexpr int64_t kNsPerSec = 1'000'000'000;

int64_t ThreadCpuNs() {
  timespec used = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return used.tv_sec * kNsPerSec + used.tv_nsec;
}

std::vector<int> AllowedCpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<int> cpus;
  if (sched_getaffinity(0, sizeof set, &set) == 0) {
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
    }
  }
  if (cpus.empty()) cpus.push_back(0);
  return cpus;
}

void PinThisThread(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

// The lowest real-time priority: above all that a benchmark does, below the kernel's own threads.
bool MakeThisThreadRealTime() {
  const sched_param priority = {.sched_priority = sched_get_priority_min(SCHED_FIFO)};
  return pthread_setschedparam(pthread_self(), SCHED_FIFO, &priority) == 0;
}

}  // namespace

class StallProbe::Impl {
 public:
  Impl()
      : cpus_(AllowedCpus()),
        recorders_(cpus_.size()),
        started_(static_cast<ptrdiff_t>(cpus_.size())) {
    Reset();
    for (size_t i = 0; i < cpus_.size(); ++i) {
      threads_.emplace_back([this, i] { Watch(cpus_[i], recorders_[i]); });
    }
    started_.wait();
  }

  ~Impl() {
    stop_.store(true, std::memory_order_relaxed);
    for (std::thread& thread : threads_) thread.join();
  }

  void Reset() {
    const int64_t now = MonotonicNs();
    for (StallRecorder& recorder : recorders_) recorder.Reset(now);
  }

  StallReading Read() const {
    const int64_t now = MonotonicNs();
    StallReading reading;
    for (const StallRecorder& recorder : recorders_) {
      reading.max_stall = std::max(reading.max_stall, absl::Nanoseconds(recorder.MaxNs(now)));
      reading.period = std::max(reading.period, absl::Nanoseconds(recorder.period_ns()));
    }
    reading.real_time =
        real_time_threads_.load(std::memory_order_relaxed) == static_cast<int>(cpus_.size());
    return reading;
  }

 private:
  void Watch(int cpu, StallRecorder& recorder) {
    PinThisThread(cpu);
    recorder.SetPeriod(kFirstPeriodNs);
    if (MakeThisThreadRealTime()) real_time_threads_.fetch_add(1, std::memory_order_relaxed);
    prctl(PR_SET_TIMERSLACK, 1UL);  // for where real time is not allowed
    started_.count_down();
    int64_t period_ns = kFirstPeriodNs;
    int64_t cpu_ns = ThreadCpuNs();
    int64_t wake_ns = MonotonicNs();
    for (int wakes = 1; !stop_.load(std::memory_order_relaxed); ++wakes) {
      wake_ns += period_ns;
      const timespec at = {.tv_sec = wake_ns / kNsPerSec, .tv_nsec = wake_ns % kNsPerSec};
      recorder.WillSleepUntil(wake_ns);
      clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, nullptr);
      const int64_t now = MonotonicNs();
      recorder.Woke(now);
      if (now - wake_ns > period_ns) wake_ns = now;  // the missed ones are past
      if (wakes % kWakesPerMeasurement == 0) {
        const int64_t cpu_now_ns = ThreadCpuNs();
        period_ns = StallProbePeriodNs((cpu_now_ns - cpu_ns) / kWakesPerMeasurement);
        recorder.SetPeriod(period_ns);
        cpu_ns = cpu_now_ns;
      }
    }
  }

  const std::vector<int> cpus_;
  std::vector<StallRecorder> recorders_;
  std::latch started_;  // priority and affinity are set
  std::vector<std::thread> threads_;
  std::atomic<bool> stop_{false};
  std::atomic<int> real_time_threads_{0};
};

StallProbe::StallProbe() : impl_(std::make_unique<Impl>()) {}
StallProbe::~StallProbe() = default;
void StallProbe::Reset() {
  impl_->Reset();
}
StallReading StallProbe::Read() const {
  return impl_->Read();
}

}  // namespace bench
