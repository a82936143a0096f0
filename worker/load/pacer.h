// When a generator process may issue how many system calls. Pure: time comes in as nanoseconds
// since the load's common start. Not thread-safe.
#pragma once

#include <cstdint>

namespace bench {

// What the generator's loop asks. Work is done in steps (actions) of one or a few system calls,
// and only whole steps are begun.
class Pacer {
 public:
  virtual ~Pacer() = default;
  // System calls that may be issued now; less than `next_step` means: not even that step.
  virtual int64_t Budget(int64_t elapsed_ns, int next_step) = 0;
  // `elapsed_ns`: after they were issued.
  virtual void Issued(int64_t syscalls, int64_t elapsed_ns) = 0;
  // Calls of a canary. In an open loop they are taken out of the schedule, not added to it.
  virtual void CanaryIssued(int64_t syscalls) = 0;
  // When to ask again; not later than `elapsed_ns`: at once.
  virtual int64_t WakeAt(int64_t elapsed_ns, int next_step) const = 0;
  // How long the next step has been due; 0 = it is not.
  virtual int64_t LatenessNs(int64_t elapsed_ns, int next_step) const = 0;
};

// Who owes what in an open loop: after t seconds all processes together owe exactly
// floor(t * rate) system calls. They are dealt out in blocks of a step's size, one block a process
// in turn, so that the processes take even turns and their shares add up at every moment.
class SharedSchedule {
 public:
  // The rate counts to a thousandth per second (at least that).
  SharedSchedule(double syscalls_per_sec, int process, int processes, int block);
  int64_t Owed(int64_t elapsed_ns) const;  // by this process
  // The first moment at which this process owes `count` (>= 1) or more.
  int64_t DueAt(int64_t count) const;

 private:
  int64_t millisyscalls_per_sec_;
  int64_t process_;
  int64_t processes_;
  int64_t block_;
};

struct OpenLoopOptions {
  double syscalls_per_sec = 0;  // of all processes together; > 0
  int process = 0;              // 0 to processes - 1
  int processes = 1;
  int largest_step = 2;  // system calls
  // The caller waits in a busy loop instead of sleeping: up to 100k/s a process each step comes at
  // its exact time, at the cost of a CPU.
  bool spin = false;
};

// Never ahead of the schedule. Behind it, it catches up at no more than twice the rate; what is
// older than 100 ms is given up (a burst would load the sensor with more than was asked for) and
// shows as issued < owed.
//
// Below 10k/s (all processes) it asks to be woken at the exact time of each step; above, on a tick
// that lets at least 112 system calls come due, so that the sleeps stay below 1% of the calls. The
// tick is between 250 us and 20 ms; the processes' ticks are staggered.
class OpenLoopPacer final : public Pacer {
 public:
  explicit OpenLoopPacer(const OpenLoopOptions& options);
  int64_t Budget(int64_t elapsed_ns, int next_step) override;
  void Issued(int64_t syscalls, int64_t elapsed_ns) override;
  void CanaryIssued(int64_t syscalls) override;
  int64_t WakeAt(int64_t elapsed_ns, int next_step) const override;
  int64_t LatenessNs(int64_t elapsed_ns, int next_step) const override;

  int64_t tick_ns() const { return tick_ns_; }  // 0 = the exact time of each step
  int64_t given_up() const { return given_up_; }

 private:
  double TokensAt(int64_t elapsed_ns) const;

  const SharedSchedule schedule_;
  const double rate_per_ns_;  // this process's share
  int64_t tick_ns_ = 0;
  int64_t tick_offset_ns_ = 0;
  int64_t max_backlog_ = 0;
  int64_t issued_ = 0;
  int64_t given_up_ = 0;
  // A bucket that fills at twice the rate and holds a short batch: caps the catching up.
  double bucket_ = 0;
  double tokens_ = 0;
  int64_t tokens_at_ns_ = 0;
};

// A step, then a sleep of a fixed length, then the next: as `event-generator bench --loop` does.
// Without a sleep: as fast as it goes.
class ClosedLoopPacer final : public Pacer {
 public:
  // The processes begin at even distances within one sleep.
  ClosedLoopPacer(int64_t sleep_ns, int process, int processes);
  int64_t Budget(int64_t elapsed_ns, int next_step) override;
  void Issued(int64_t syscalls, int64_t elapsed_ns) override;
  void CanaryIssued(int64_t syscalls) override;
  int64_t WakeAt(int64_t elapsed_ns, int next_step) const override;
  int64_t LatenessNs(int64_t elapsed_ns, int next_step) const override;

 private:
  const int64_t sleep_ns_;
  int64_t next_at_ns_;
};

}  // namespace bench
