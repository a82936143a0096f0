#include "worker/cleanup/guard.h"

#include <unistd.h>

#include "absl/time/time.h"
#include "common/status/status_macros.h"

namespace bench {

absl::StatusOr<std::unique_ptr<Guard>> Guard::Start(const std::string& program,
                                                    const std::string& state_dir) {
  SpawnOptions options;
  options.argv = {program, state_dir};
  options.pipe_stdin = true;
  options.stdout_to_null = true;  // a reader of ours is not to wait for it
  options.outlives_us = true;
  BENCH_ASSIGN_OR_RETURN(ChildProcess process, ChildProcess::Spawn(options));
  return std::unique_ptr<Guard>(new Guard(std::move(process)));
}

Guard::~Guard() {
  constexpr char kAllIsWell = '\n';
  constexpr absl::Duration kEndTimeout = absl::Seconds(2);
  // Should it be gone already, there is nobody to tell.
  if (write(process_.stdin_fd().get(), &kAllIsWell, 1) == 1)
    process_.Wait(kEndTimeout).IgnoreError();
}

}  // namespace bench
