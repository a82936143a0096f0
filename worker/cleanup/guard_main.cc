// bench-guard STATE_DIR: started by whoever holds the journal there. Waits on its standard input;
// a word ends it, an end without one means that the benchmark was killed.
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <string>

#include "common/os/files.h"
#include "worker/cleanup/journal.h"
#include "worker/cleanup/state_dir.h"

namespace bench {
namespace {

// Whether the benchmark died; false: it ended in order.
bool AwaitItsEnd() {
  char word = 0;
  for (;;) {
    const ssize_t got = read(STDIN_FILENO, &word, 1);
    if (got < 0 && errno == EINTR) continue;
    return got <= 0;
  }
}

int Main(int argc, char** argv) {
  if (argc != 2 || argv[1][0] == '-') {
    std::fputs(
        "bench-guard STATE_DIR: undoes what a killed benchmark left on this host. It is started by "
        "bench-worker and benchctl.\n",
        stderr);
    return 2;
  }
  // A shell's Ctrl-C and the end of its terminal are for the benchmark, which we are to outlive.
  for (const int number : {SIGINT, SIGHUP, SIGPIPE, SIGTERM}) signal(number, SIG_IGN);
  if (!AwaitItsEnd()) return 0;
  ReplayReport report;
  const auto journal = Journal::Open(argv[1], &report);
  for (const std::string& line : report.undone) {
    std::fprintf(stderr, "bench-guard: the benchmark was killed: %s\n", line.c_str());
  }
  for (const std::string& line : report.problems) {
    std::fprintf(stderr, "bench-guard: %s\n", line.c_str());
  }
  if (!journal.ok()) return 1;  // the next benchmark holds it already, and has undone the same
  return RemoveTree(ScratchPath(argv[1])).ok() ? 0 : 1;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  return bench::Main(argc, argv);
}
