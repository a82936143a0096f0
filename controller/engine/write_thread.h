#pragma once

#include <deque>
#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "controller/storage/database.h"

namespace bench {

// The one thread that changes the database and what belongs to it in memory, so neither needs a
// lock and gRPC's threads never wait for a disk. Jobs that are waiting are committed together: with
// a thousand workers one fsync serves many reports.
class WriteThread {
 public:
  // Runs on the thread, inside a transaction. If it fails, what it wrote is undone; it must change
  // memory only after all its writes succeeded.
  using Job = std::function<absl::Status()>;
  // Runs on the thread once the job is durable, or with the reason why it isn't.
  using Done = std::function<void(const absl::Status&)>;
  struct Hooks {
    // After each batch of jobs, outside the transaction. Returns when it wants to be called again
    // at the latest. Not `sound`: memory isn't what the database says, decide nothing by it.
    std::function<absl::Duration(bool sound)> after_batch;
    // The database went back to before the batch (disk full, I/O error): take memory from it again.
    std::function<absl::Status()> reload;
  };

  // `database` is used by this thread alone from now on, and must outlive it.
  WriteThread(Database& database, Hooks hooks);
  ~WriteThread();

  void Start();  // once; what was posted before waits for it
  // Thread-safe. After Stop, `done` is called at once with UNAVAILABLE.
  void Post(Job job, Done done) ABSL_LOCKS_EXCLUDED(mutex_);
  // Does what was posted, then ends the thread. Idempotent; not to be called on the thread.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Item {
    Job job;
    Done done;
  };

  void Loop();
  bool HasNews() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return stopping_ || !queue_.empty();
  }
  std::deque<Item> NextBatch(absl::Duration patience) ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status RunBatch(const std::deque<Item>& batch, std::deque<absl::Status>* results);
  absl::Status RunOne(const Item& item);
  absl::Status Reload();

  Database& database_;
  const Hooks hooks_;
  bool reload_needed_ = false;  // on the thread only
  absl::Mutex mutex_;
  std::deque<Item> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace bench
