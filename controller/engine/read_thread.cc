#include "controller/engine/read_thread.h"

#include <utility>

namespace bench {

ReadThread::ReadThread() : thread_([this] { Loop(); }) {}

ReadThread::~ReadThread() {
  Stop();
}

bool ReadThread::Post(std::function<void()> query) {
  absl::MutexLock lock(&mutex_);
  if (stopping_) return false;
  queue_.push_back(std::move(query));
  return true;
}

void ReadThread::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

void ReadThread::Loop() {
  for (;;) {
    std::function<void()> query;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(this, &ReadThread::HasNews));
      if (queue_.empty()) return;
      query = std::move(queue_.front());
      queue_.pop_front();
    }
    query();
  }
}

}  // namespace bench
