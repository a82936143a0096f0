#include "controller/engine/write_thread.h"

#include <optional>
#include <utility>

#include "common/status/status_macros.h"
#include "spdlog/spdlog.h"

namespace bench {
namespace {

// Bounds how long the first of a batch waits for the last.
constexpr size_t kMaxBatch = 256;

}  // namespace

WriteThread::WriteThread(Database& database, Hooks hooks)
    : database_(database), hooks_(std::move(hooks)) {}

WriteThread::~WriteThread() {
  Stop();
}

void WriteThread::Start() {
  thread_ = std::thread([this] { Loop(); });
}

void WriteThread::Post(Job job, Done done) {
  {
    absl::MutexLock lock(&mutex_);
    if (!stopping_) {
      queue_.push_back({std::move(job), std::move(done)});
      return;
    }
  }
  done(absl::UnavailableError("the controller is shutting down"));
}

void WriteThread::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

std::deque<WriteThread::Item> WriteThread::NextBatch(absl::Duration patience) {
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithTimeout(absl::Condition(this, &WriteThread::HasNews), patience);
  std::deque<Item> batch;
  while (!queue_.empty() && batch.size() < kMaxBatch) {
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return batch;
}

void WriteThread::Loop() {
  absl::Duration patience = absl::ZeroDuration();
  for (;;) {
    std::deque<Item> batch = NextBatch(patience);
    if (!batch.empty()) {
      std::deque<absl::Status> results;
      absl::Status committed = RunBatch(batch, &results);
      if (!committed.ok()) spdlog::error("nothing was stored: {}", committed.ToString());
      for (size_t i = 0; i < batch.size(); ++i) {
        batch[i].done(committed.ok() ? results[i] : committed);
      }
    }
    patience = hooks_.after_batch(!reload_needed_);
    absl::MutexLock lock(&mutex_);
    if (stopping_ && queue_.empty()) return;
  }
}

absl::Status WriteThread::Reload() {
  BENCH_RETURN_IF_ERROR(hooks_.reload());
  reload_needed_ = false;
  return absl::OkStatus();
}

absl::Status WriteThread::RunOne(const Item& item) {
  BENCH_ASSIGN_OR_RETURN(Savepoint savepoint, Savepoint::Begin(database_));
  BENCH_RETURN_IF_ERROR(item.job());
  return savepoint.Release();
}

absl::Status WriteThread::RunBatch(const std::deque<Item>& batch,
                                   std::deque<absl::Status>* results) {
  if (reload_needed_) BENCH_RETURN_IF_ERROR(Reload());
  absl::Status failed;
  {
    BENCH_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(database_));
    for (const Item& item : batch) {
      absl::Status done = RunOne(item);
      if (!database_.in_transaction()) {
        // SQLite undid the whole transaction, the jobs before this one included.
        failed = done.ok() ? absl::InternalError("the transaction ended early") : done;
        break;
      }
      results->push_back(std::move(done));
    }
    if (failed.ok()) failed = transaction.Commit();
    if (failed.ok()) return failed;
    reload_needed_ = true;
  }
  if (absl::Status reloaded = Reload(); !reloaded.ok()) {
    spdlog::error("reading the database again: {}", reloaded.ToString());
  }
  return failed;
}

}  // namespace bench
