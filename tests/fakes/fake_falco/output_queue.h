#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "tests/fakes/fake_falco/output.h"

namespace bench {

// One thread that serves all outputs, one after the other, over an unbounded queue: as Falco's. At
// its end it sends what is left, for up to two seconds. Thread-safe.
class OutputQueue {
 public:
  OutputQueue(std::vector<std::unique_ptr<Output>> outputs, bool json);
  ~OutputQueue();
  OutputQueue(const OutputQueue&) = delete;
  OutputQueue& operator=(const OutputQueue&) = delete;

  void Push(FakeAlert alert);

 private:
  void Run();
  // nullopt: the end.
  std::optional<FakeAlert> Pop();

  const std::vector<std::unique_ptr<Output>> outputs_;
  const bool json_;
  absl::Mutex mutex_;
  std::deque<FakeAlert> alerts_ ABSL_GUARDED_BY(mutex_);
  absl::Duration give_up_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteDuration();
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace bench
