// A controller without a network: the database, what is scheduled, and the threads that work on
// both. Answers come by callback; the services in controller/rpc only pass them on.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/os/clock.h"
#include "controller/engine/dispatcher.h"
#include "controller/engine/poll_list.h"
#include "controller/engine/progress_board.h"
#include "controller/engine/queries.h"
#include "controller/engine/read_thread.h"
#include "controller/engine/write_thread.h"
#include "controller/storage/database.h"
#include "controller/storage/file_lock.h"

namespace bench {

struct EngineOptions {
  std::string db_path;
  std::string held_by;  // kHeldByServer or kHeldByCommand
  absl::Duration lease_ttl = absl::Seconds(30);
  // Only one process at a time may change a database. false: this one claims it now, or refuses to
  // open. true: it claims it with its first change, so that who only asks is in nobody's way.
  bool claim_late = false;
};

// Thread-safe. Requests are used until their callback, which is called exactly once, on one of the
// engine's threads or (after Stop) on the caller's.
class Engine {
 public:
  // Opens and migrates the database and goes on with what was unfinished. FAILED_PRECONDITION, from
  // here or from the first change, if another process works on it.
  static absl::StatusOr<std::unique_ptr<Engine>> Open(const EngineOptions& options, Clock& clock);
  ~Engine();

  template <typename Request, typename Response>
  void Write(absl::StatusOr<Response> (Dispatcher::*operation)(const Request&),
             const Request& request, std::function<void(absl::StatusOr<Response>)> done);
  template <typename Request, typename Response>
  void Read(absl::StatusOr<Response> (Queries::*query)(const Request&), const Request& request,
            std::function<void(absl::StatusOr<Response>)> done);

  // Waits for work for up to request.wait_sec. The poll that is returned may be given up.
  std::shared_ptr<Poll> AcquireRun(
      const v1::AcquireRunRequest& request,
      std::function<void(absl::StatusOr<v1::AcquireRunResponse>)> done);
  void GiveUp(Poll& poll) ABSL_LOCKS_EXCLUDED(mutex_);

  // Answers all polls, now and from now on, so that a server can drain.
  void EndPolls();
  // Ends the threads once all that was posted is done. Idempotent.
  void Stop();

 private:
  Engine(EngineOptions options, Clock& clock) : options_(std::move(options)), clock_(clock) {}

  absl::StatusOr<FileLock> Claim(absl::Duration patience);
  absl::Status Prepare();
  // The write thread, started if it is not there yet. May wait a second for another process.
  absl::StatusOr<WriteThread*> Writer() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status StartWriter() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // So that the polls are looked through.
  void Nudge() ABSL_LOCKS_EXCLUDED(mutex_);

  // On the write thread.
  absl::Duration AfterBatch(bool sound);
  void ServeWork();
  void PostAcquire(WriteThread* writer, const std::shared_ptr<Poll>& poll);

  const EngineOptions options_;
  Clock& clock_;
  ProgressBoard progress_;
  std::atomic<bool> polls_ended_ = false;

  std::unique_ptr<Database> read_database_;
  std::unique_ptr<Queries> queries_;
  std::unique_ptr<ReadThread> reader_;

  absl::Mutex mutex_;  // for the start of the writer; what it owns is its thread's afterwards
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<FileLock> lock_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<Database> write_database_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<Dispatcher> dispatcher_;
  PollList polls_;
  uint64_t served_generation_ = 0;
  std::unique_ptr<WriteThread> writer_;  // set once, under mutex_, before its thread starts
};

template <typename Request, typename Response>
void Engine::Write(absl::StatusOr<Response> (Dispatcher::*operation)(const Request&),
                   const Request& request, std::function<void(absl::StatusOr<Response>)> done) {
  absl::StatusOr<WriteThread*> writer = Writer();
  if (!writer.ok()) return done(writer.status());
  auto response = std::make_shared<Response>();
  (*writer)->Post(
      [this, operation, &request, response] {
        absl::StatusOr<Response> result = (dispatcher_.get()->*operation)(request);
        if (!result.ok()) return result.status();
        *response = *std::move(result);
        return absl::OkStatus();
      },
      [response, done = std::move(done)](const absl::Status& stored) {
        if (stored.ok()) {
          done(std::move(*response));
        } else {
          done(stored);
        }
      });
}

template <typename Request, typename Response>
void Engine::Read(absl::StatusOr<Response> (Queries::*query)(const Request&),
                  const Request& request, std::function<void(absl::StatusOr<Response>)> done) {
  bool posted = reader_->Post([this, query, &request, done] {
    // One snapshot for all that a query reads.
    absl::Status begun = read_database_->Run("BEGIN");
    if (!begun.ok()) return done(begun);
    absl::StatusOr<Response> result = (queries_.get()->*query)(request);
    read_database_->Run("COMMIT").IgnoreError();
    done(std::move(result));
  });
  if (!posted) done(absl::UnavailableError("the controller is shutting down"));
}

}  // namespace bench
