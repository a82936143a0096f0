#pragma once

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/fakes/fake_falco/alert.h"
#include "tests/fakes/fake_falco/config.h"
#include "tests/fakes/fake_falco/release.h"

namespace bench {

// Where alerts go. Called by one thread.
class Output {
 public:
  virtual ~Output() = default;
  // `line`: the alert as the configuration has it, without an end of line.
  virtual void Send(const FakeAlert& alert, const std::string& line) = 0;
};

std::unique_ptr<Output> MakeStdoutOutput(bool buffered, bool noise, const std::string& marker);
// `buffered`: a file that is kept open has a block of alerts at a time.
absl::StatusOr<std::unique_ptr<Output>> MakeFileOutput(const FakeConfig::File& config,
                                                       bool buffered);
// One POST an alert, each after the answer to the one before, over a connection that is kept.
absl::StatusOr<std::unique_ptr<Output>> MakeHttpOutput(const FakeConfig::Http& config, bool json);
// The server and its queue, unbounded: a `get` or a request on `sub` takes all that is in it.
absl::StatusOr<std::unique_ptr<Output>> MakeGrpcOutput(const FakeConfig::Grpc& config,
                                                       const FakeRelease& release);

}  // namespace bench
