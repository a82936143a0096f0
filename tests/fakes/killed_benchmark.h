// A benchmark that a test kills: a process of its own with a journal open.
#pragma once

#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <functional>
#include <string>

#include "worker/cleanup/journal.h"

namespace bench {

class KilledBenchmark {
 public:
  using Tell = std::function<void(pid_t)>;

  // `work` runs in the child and tells one pid, or none if it fails; then the child waits for its
  // end. Returns once it has told.
  KilledBenchmark(const std::string& state_dir,
                  const std::function<void(Journal&, const Tell&)>& work) {
    int pipe_fds[2];
    if (pipe(pipe_fds) != 0) std::abort();
    pid_ = fork();
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      const Tell tell = [&](pid_t told) {
        if (write(pipe_fds[1], &told, sizeof told) != sizeof told) _exit(1);
      };
      ReplayReport report;
      auto journal = Journal::Open(state_dir, &report);
      if (journal.ok()) work(**journal, tell);
      tell(-1);  // the first word counts
      for (;;) pause();
    }
    close(pipe_fds[1]);
    if (read(pipe_fds[0], &told_, sizeof told_) != sizeof told_) told_ = -1;
    close(pipe_fds[0]);
  }
  ~KilledBenchmark() { Kill(); }
  KilledBenchmark(const KilledBenchmark&) = delete;
  KilledBenchmark& operator=(const KilledBenchmark&) = delete;

  // Idempotent; the destructor does it too.
  void Kill() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  pid_t pid() const { return pid_; }
  pid_t told() const { return told_; }  // -1: it failed

 private:
  pid_t pid_ = -1;
  pid_t told_ = -1;
};

}  // namespace bench
