#include "tests/fakes/fake_falco/output_queue.h"

#include <utility>

#include "common/os/clock.h"

namespace bench {
namespace {

constexpr absl::Duration kLastWords = absl::Seconds(2);

}  // namespace

OutputQueue::OutputQueue(std::vector<std::unique_ptr<Output>> outputs, bool json)
    : outputs_(std::move(outputs)), json_(json), thread_([this] { Run(); }) {}

OutputQueue::~OutputQueue() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    give_up_ = RealClock().Monotonic() + kLastWords;
  }
  thread_.join();
}

void OutputQueue::Push(FakeAlert alert) {
  absl::MutexLock lock(&mutex_);
  alerts_.push_back(std::move(alert));
}

std::optional<FakeAlert> OutputQueue::Pop() {
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(
      +[](OutputQueue* queue) ABSL_EXCLUSIVE_LOCKS_REQUIRED(queue->mutex_) {
        return queue->stopping_ || !queue->alerts_.empty();
      },
      this));
  if (alerts_.empty() || RealClock().Monotonic() > give_up_) return std::nullopt;
  FakeAlert first = std::move(alerts_.front());
  alerts_.pop_front();
  return first;
}

void OutputQueue::Run() {
  while (std::optional<FakeAlert> alert = Pop()) {
    const std::string line = json_ ? AlertJson(*alert) : AlertText(*alert);
    for (const auto& output : outputs_) output->Send(*alert, line);
  }
}

}  // namespace bench
