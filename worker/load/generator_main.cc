// bench-generator: one process of a load. Started by LoadEngine; see generator_options.h for how
// the two talk.
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <functional>
#include <memory>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "common/status/status_macros.h"
#include "worker/load/generator_loop.h"
#include "worker/load/generator_options.h"

namespace bench {
namespace {

constexpr std::array<int, 4> kStopSignals = {SIGTERM, SIGINT, SIGHUP, SIGIO};

std::atomic<bool> stop_requested{false};
std::atomic<bool> load_end_requested{false};

void RequestLoadEnd(int /*signal_number*/) {
  load_end_requested.store(true, std::memory_order_relaxed);
}

void RequestStop(int signal_number) {
  stop_requested.store(true, std::memory_order_relaxed);
  RequestLoadEnd(signal_number);
}

// Without SA_RESTART: a sleep or a read ends at once.
void HandleStopSignals() {
  struct sigaction action = {};
  action.sa_handler = RequestStop;
  for (int number : kStopSignals) sigaction(number, &action, nullptr);
  action.sa_handler = RequestLoadEnd;
  sigaction(kLoadEndSignal, &action, nullptr);
}

void Say(const std::string& line) {
  const std::string text = absl::StrCat(line, "\n");
  // The engine reads it or is gone; there is nobody else to tell.
  [[maybe_unused]] const ssize_t written = write(STDOUT_FILENO, text.data(), text.size());
}

int SayError(const absl::Status& status) {
  Say(absl::StrCat("error ", static_cast<int>(status.code()), " ",
                   absl::StrReplaceAll(status.message(), {{"\n", " "}})));
  return 1;
}

// Waits for "start NS". 0: asked to stop before, or the engine has gone.
int64_t ReadStart() {
  std::string line;
  char c = 0;
  while (!stop_requested && read(STDIN_FILENO, &c, 1) == 1) {
    if (c != '\n') {
      line.push_back(c);
      continue;
    }
    absl::string_view number = line;
    int64_t start_ns = 0;
    if (absl::ConsumePrefix(&number, "start ") && absl::SimpleAtoi(number, &start_ns)) {
      return start_ns;
    }
    return 0;
  }
  return 0;
}

// From now on the end of stdin comes as a SIGIO. A thread that waits for it would cost more: with
// two threads each open and close has to count references to the shared descriptor table.
void StopWhenStdinCloses() {
  fcntl(STDIN_FILENO, F_SETOWN, getpid());
  fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_ASYNC);
  pollfd gone = {.fd = STDIN_FILENO, .events = 0, .revents = 0};
  if (poll(&gone, 1, 0) > 0) RequestStop(SIGIO);  // it was closed just before
}

// What a sensor sees of this process's end is none of the load's: it comes when nobody counts.
void WaitForStop() {
  sigset_t stops;
  sigset_t old;
  sigemptyset(&stops);
  for (int number : kStopSignals) sigaddset(&stops, number);
  sigprocmask(SIG_BLOCK, &stops, &old);
  while (!stop_requested) sigsuspend(&old);
  sigprocmask(SIG_SETMASK, &old, nullptr);
}

std::unique_ptr<Pacer> MakePacer(const GeneratorOptions& options, const Mix& mix) {
  if (options.syscalls_per_sec <= 0) {
    return std::make_unique<ClosedLoopPacer>(options.sleep_ns, options.process, options.processes);
  }
  int largest_step = 1;
  for (const ActionInfo* action : mix.actions) {
    largest_step = std::max(largest_step, action->syscalls_per_action);
  }
  return std::make_unique<OpenLoopPacer>(
      OpenLoopOptions{.syscalls_per_sec = options.syscalls_per_sec,
                      .process = options.process,
                      .processes = options.processes,
                      .largest_step = largest_step,
                      .spin = options.spin});
}

LoopOptions LoopOptionsOf(const GeneratorOptions& options, const Mix& mix) {
  // Two looks at the clock are a few percent of a fast action.
  const bool slow = options.sleep_ns > 0 || (options.syscalls_per_sec > 0 &&
                                             options.syscalls_per_sec / options.processes < 10'000);
  const int steps = static_cast<int>(mix.cycle.size());
  return {.duration_ns = options.duration_ns,
          .spin = options.spin,
          .latency_every = slow ? 1 : SampleEvery(steps),
          .first_step = steps * options.process / options.processes};
}

absl::Status Generate(const GeneratorOptions& options) {
  BENCH_ASSIGN_OR_RETURN(SharedStats stats, SharedStats::Attach(UniqueFd(options.stats_fd)));
  BENCH_ASSIGN_OR_RETURN(const Mix mix, MixOf(options));
  BENCH_ASSIGN_OR_RETURN(PreparedActions actions,
                         PreparedActions::Prepare(mix, ContextOf(options)));
  std::unique_ptr<Action> canary;
  if (options.canary_per_sec > 0) {
    canary = FindAction(kCanaryAction)->make();
    BENCH_RETURN_IF_ERROR(Annotate(canary->Prepare(ContextOf(options)), "the canary"));
  }
  const std::unique_ptr<Pacer> pacer = MakePacer(options, mix);
  const CanarySchedule schedule(options.canary_per_sec / options.processes,
                                std::hash<std::string>()(options.marker) + options.process);
  GeneratorLoop loop(mix, actions, canary.get(), schedule, *pacer, *stats,
                     LoopOptionsOf(options, mix));
  prctl(PR_SET_TIMERSLACK, 1UL);  // ns; the default of 50 us would make each wake-up that late

  Say("ready");
  if (const int64_t start_ns = ReadStart(); start_ns > 0) {
    StopWhenStdinCloses();
    loop.Run(start_ns, load_end_requested);
    WaitForStop();
  }
  actions.CleanUp();
  Say("done");
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  HandleStopSignals();
  const auto options = ParseArguments(argc, argv);
  if (!options.ok()) return SayError(options.status());
  const absl::Status status = Generate(*options);
  return status.ok() ? 0 : SayError(status);
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  return bench::Main(argc, argv);
}
